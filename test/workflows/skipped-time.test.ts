import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { DATABASE_QUEUE, providerQueue, WORKFLOW_QUEUE } from '../../config/task-queues.js';
import type { RunRef } from '../../domain/references.js';
import { testMachine } from '../harness/addresses.js';
import { openTimeSkipping } from '../harness/time-skipping.js';

/**
 * Waits of a run that take hours. The server's time skips and Postgres' does not, so the steps are stand-ins here: what is
 * tried is the workflow's own waiting. With real steps, and in real time, it is `vendor-pause.test.ts`.
 */
let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await openTimeSkipping();
}, 120_000);
afterAll(() => environment.teardown());

const RUN: RunRef = {
  programme: '01a20000-0000-7000-8000-000000000001',
  integration: '01a20000-0000-7000-8000-000000000002',
  import: '01a20000-0000-7000-8000-000000000003',
  lane: 'review',
  epoch: 1,
  provider: 'sage-hr',
};
const HOUR = 3600;

test('a vendor that wants to be left alone for hours is left alone for just as long, and asked again', async () => {
  const asked: { readonly at: number; readonly pausedSeconds: number }[] = [];
  const pauses = [HOUR, 5 * HOUR];
  const fetchPages = async (_run: RunRef, pausedSeconds: number) => {
    asked.push({ at: await environment.currentTimeMs(), pausedSeconds });
    const pauseSeconds = pauses[asked.length - 1];
    return pauseSeconds === undefined ? { finished: true, people: 3 } : { finished: false, people: 0, pauseSeconds };
  };
  const database = {
    mapPeople: async () => undefined,
    segment: async () => ({ people: 3, proven: true, isMissing: false }),
    plan: async () => ({ counts: { unchanged: 3 }, changes: 0, held: 0 }),
    judgeRun: async () => ({ state: 'completed', failureCode: null, failureDetail: null }),
    closeRun: async () => ({ mailsLeft: 0 }),
  };
  const shared = { connection: environment.nativeConnection };
  const [workflows, ...steps] = await Promise.all([
    Worker.create({
      ...shared,
      taskQueue: WORKFLOW_QUEUE,
      workflowBundle: { codePath: testMachine().compiled.bundle },
      activities: database,
    }),
    Worker.create({ ...shared, taskQueue: DATABASE_QUEUE, activities: database }),
    Worker.create({ ...shared, taskQueue: providerQueue(RUN.provider), activities: { fetchPages } }),
  ]);
  const running = steps.map((worker) => worker.run());
  const options = { taskQueue: WORKFLOW_QUEUE, workflowId: 'skipped-time', args: [RUN] };
  try {
    const result: unknown = await workflows.runUntil(environment.client.workflow.execute('importRun', options));
    expect(result).toEqual({ state: 'completed: 3 unchanged' });
  } finally {
    for (const worker of steps) worker.shutdown();
    await Promise.all(running);
  }
  expect(asked.map(({ pausedSeconds }) => pausedSeconds)).toEqual([0, HOUR, 6 * HOUR]);
  const waited = asked.map(({ at }, number) => Math.floor((at - (asked[number - 1]?.at ?? at)) / 1000));
  expect(waited[1]).toBeGreaterThanOrEqual(HOUR);
  expect(waited[2]).toBeGreaterThanOrEqual(5 * HOUR);
  expect(waited[1]).toBeLessThan(2 * HOUR);
});
