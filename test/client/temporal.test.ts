import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { WORKFLOW_QUEUE } from '../../config/task-queues.js';
import { openTemporal } from '../../client/temporal.js';
import type { TemporalDoor } from '../../client/temporal-door.js';
import { integrationWorkflowId, scheduleId } from '../../workflows/messages.js';
import {
  connectTemporal,
  registerNamespace,
  temporalAddresses,
  uniqueName,
  type TestTemporal,
} from '../harness/temporal.js';

describe('the door to Temporal', () => {
  let door: TemporalDoor;
  let temporal: TestTemporal;

  beforeAll(async () => {
    temporal = await connectTemporal();
    const { address, namespace } = temporalAddresses();
    door = openTemporal({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });
  });
  afterAll(async () => {
    await door.close();
    await temporal.close();
  });

  const somewhere = () => ({
    programme: randomUUID(),
    integration: randomUUID(),
    provider: 'sage-hr',
    summary: 'Sage HR · North',
  });

  test('a command that nobody carries out in time is pending, and its workflow waits for a worker', async () => {
    const to = somewhere();
    const handle = temporal.client.workflow.getHandle(integrationWorkflowId(to.integration));
    try {
      expect(await door.send(to, 'pause', randomUUID(), 700)).toBe('pending');
      const described = await handle.describe();
      expect([described.type, described.taskQueue, await described.staticSummary()]).toEqual([
        'integration',
        'rollcall',
        'Sage HR · North',
      ]);
      expect(JSON.stringify(described.typedSearchAttributes)).toContain(to.programme);
    } finally {
      await handle.terminate();
    }
  });

  /** What a server does that was killed while a worker held a task, and that has come back: it has forgotten the command. */
  test('a command is asked again when the server gives up its task, because a worker answered for one that it forgot', async () => {
    const namespace = uniqueName('forgetful');
    await registerNamespace(temporal.connection, namespace);
    const here = openTemporal({ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: namespace });
    const { workflowService } = temporal.connection;
    const nextTask = () =>
      temporal.connection.withDeadline(Date.now() + 10_000, () =>
        workflowService.pollWorkflowTaskQueue({ namespace, taskQueue: { name: WORKFLOW_QUEUE }, identity: 'test' }),
      );
    const forgotten = {
      id: randomUUID(),
      protocolInstanceId: randomUUID(),
      body: { type_url: 'type.googleapis.com/temporal.api.update.v1.Acceptance', value: new Uint8Array() },
    };
    try {
      const sent = here.send(somewhere(), 'pause', randomUUID(), 6_000);
      const { taskToken, messages } = await nextTask();
      expect(messages).toHaveLength(1);
      await expect(
        workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, messages: [forgotten], identity: 'test' }),
      ).rejects.toThrow('BadUpdateWorkflowExecutionMessage');
      const again = await nextTask();
      if (again.messages.length === 0) {
        // The task is given out once more, as it was before anybody asked again.
        await workflowService.respondWorkflowTaskCompleted({ namespace, taskToken: again.taskToken, identity: 'test' });
        expect((await nextTask()).messages).toHaveLength(1);
      }
      expect(await sent).toBe('pending');
    } finally {
      await here.close();
    }
  }, 30_000);

  test('the next import is read from the schedule, and nothing is said where there is none', async () => {
    const integration = randomUUID();
    expect(await door.nextImportAt(integration)).toBeNull();
    const schedule = await temporal.client.schedule.create({
      scheduleId: scheduleId(integration),
      spec: { calendars: [{ year: 2099, month: 'JANUARY', dayOfMonth: 1 }] },
      action: { type: 'startWorkflow', workflowType: 'importDue', taskQueue: randomUUID() },
    });
    try {
      expect(await door.nextImportAt(integration)).toBe('2099-01-01T00:00:00.000Z');
      await schedule.pause();
      expect(await door.nextImportAt(integration)).toBeNull();
    } finally {
      await schedule.delete();
    }
  });

  test('search attributes are registered once, and repeating it changes nothing', async () => {
    await door.registerSearchAttributes();
    const checks = await door.check(3000);
    expect(checks.filter((check) => check.name !== 'worker').map((check) => [check.name, check.ok])).toEqual([
      ['temporal', true],
      ['search-attributes', true],
    ]);
  });

  test('without a server everything answers, and says what is missing', async () => {
    const closed = openTemporal({ TEMPORAL_ADDRESS: '127.0.0.1:1' });
    try {
      const began = Date.now();
      expect(await closed.send(somewhere(), 'pause', randomUUID(), 300)).toBe('pending');
      expect(await closed.nextImportAt(randomUUID())).toBeNull();
      const checks = await closed.check(3000);
      expect(checks.map((check) => [check.name, check.ok])).toEqual([
        ['temporal', false],
        ['search-attributes', false],
        ['worker', false],
      ]);
      expect(Date.now() - began).toBeLessThan(10_000);
    } finally {
      await closed.close();
    }
  });
});
