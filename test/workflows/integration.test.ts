import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { startProduct, insertCandidate, type Product } from '../harness/product.js';
import {
  COMMAND_UPDATES,
  importDueSignal,
  importNowSignal,
  integrationWorkflowId,
  scheduleId,
  stateQuery,
  type CommandReply,
} from '../../workflows/messages.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** The life of an integration: commands, their order, their repetition, and the runs they start. */
let product: Product;

beforeAll(async () => {
  product = await startProduct('integration', { people: 30 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const fault = (body: object) => control(product.simulator.url, 'POST', 'acme/faults', body);
const noFaults = () => control(product.simulator.url, 'DELETE', 'acme/faults');
const runsOf = (integration: string, programme: string) =>
  product.rows<{ id: string; state: string; trigger: string }>(
    'select id, state, trigger from import_runs where integration_id = ? order by id',
    [integration],
    programme,
  );

async function published() {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Acme', programme);
  const first = await product.publish(integration);
  await product.ended(first, programme);
  return { programme, integration, first };
}

describe('commands', () => {
  test('that come too early are refused with what is missing, and nothing remains of them', async () => {
    const programme = await product.createProgramme();
    const integration = await product.createIntegration('Early', programme);
    const credential = await insertCandidate(product, programme, { subdomain: 'acme', apiKey: 'demo-sage-key' });
    expect(await product.command(integration, 'authorize', { credential })).toMatchObject({
      outcome: 'refused',
      code: 'illegal-state',
      detail: expect.stringContaining('set up'),
    });
    expect(await product.command(integration, 'publish', {})).toMatchObject({
      outcome: 'refused',
      code: 'illegal-state',
    });
    expect(await product.rows('select id from credentials', [], programme)).toEqual([]);
    const [row] = await product.rows<{ state: string }>(
      'select state from integrations where id = ?',
      [integration],
      programme,
    );
    expect(row?.state).toBe('draft');
  });

  test('a wrong key is refused in one sentence and leaves no credential', async () => {
    const programme = await product.createProgramme();
    const integration = await product.createIntegration('Wrong key', programme);
    await expect(product.publish(integration, { credential: { subdomain: 'acme', apiKey: 'wrong' } })).rejects.toThrow(
      /key/i,
    );
    expect(await product.rows('select id from credentials', [], programme)).toEqual([]);
  });

  test('the same operation asked again gives the same answer and does nothing twice', async () => {
    const { programme, integration } = await published();
    const reply = await product.command(integration, 'importNow', {});
    const [operation] = await product.rows<{ id: string }>(
      "select id from operations where command = 'importNow'",
      [],
      programme,
    );
    if (reply.outcome !== 'done') throw new Error(reply.detail);
    await product.ended(reply.import ?? '', programme);
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    // A new update id: what makes it the same is the operation, as after continue-as-new.
    const again = await handle.executeUpdate(COMMAND_UPDATES.importNow, { args: [{ operation: operation!.id }] });
    expect(again).toMatchObject({ outcome: 'done', import: reply.import });
    expect(await runsOf(integration, programme)).toHaveLength(2);
  });

  test('an argument of the wrong shape is rejected before it enters the history', async () => {
    const { integration } = await published();
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    for (const [command, given] of [
      ['importNow', { operation: 7 }],
      ['importNow', { note: 'people are never named here' }],
      ['revoke', undefined],
      ['map', {}],
    ] as const) {
      const ask = handle.executeUpdate(command, { args: [given] });
      await expect(ask).rejects.toMatchObject({ cause: { type: 'BadCommand' } });
    }
  });

  test('an operator may send some without data, as the Temporal UI does; each happens once and is written down', async () => {
    const { programme, integration } = await published();
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    const send = (command: 'pause' | 'resume' | 'importNow' | 'cancelImport', updateId?: string) =>
      handle.executeUpdate<CommandReply, []>(command, { args: [], ...(updateId === undefined ? {} : { updateId }) });
    expect(await send('cancelImport')).toMatchObject({ outcome: 'refused', code: 'already-ended' });
    expect(await send('pause')).toMatchObject({ outcome: 'done' });
    expect(await send('importNow')).toMatchObject({ outcome: 'refused', code: 'integration-paused' });
    expect(await handle.query(stateQuery)).toMatchObject({ state: 'paused' });
    expect(await send('resume')).toMatchObject({ outcome: 'done' });
    await fault({ kind: 'held', times: 1 });
    const [begun, again] = [await send('importNow', 'tonight'), await send('importNow', 'tonight')];
    expect(again).toEqual(begun);
    if (begun.outcome !== 'done') throw new Error(begun.detail);
    expect(await send('cancelImport')).toMatchObject({ outcome: 'done', import: begun.import });
    expect(await product.ended(begun.import ?? '', programme)).toMatchObject({ state: 'cancelled' });
    await noFaults();
    const written = await product.rows<{ action: string }>(
      "select action from audit_log where actor like 'operator%' order by at",
      [],
      programme,
    );
    expect(written.map(({ action }) => action)).toEqual([
      'cancelImport',
      'pause',
      'importNow',
      'resume',
      'importNow',
      'cancelImport',
    ]);
  });
});

describe('imports of one integration', () => {
  test('asked for while one runs join it, and say so', async () => {
    const { programme, integration } = await published();
    await fault({ kind: 'held', times: 1 });
    const [one, two] = await Promise.all([
      product.command(integration, 'importNow', {}),
      product.command(integration, 'importNow', {}),
    ]);
    if (one.outcome !== 'done' || two.outcome !== 'done') throw new Error('refused');
    expect(one.import).toBe(two.import);
    expect([one.joined, two.joined].sort()).toEqual([false, true]);
    const state = await product.client.workflow.getHandle(integrationWorkflowId(integration)).query(stateQuery);
    expect(state).toMatchObject({ state: 'published', running: { write: one.import } });
    await noFaults();
    await product.ended(one.import ?? '', programme);
  });

  test('a publish while one runs gets the next one, which begins as soon as the other ends', async () => {
    const { programme, integration } = await published();
    await fault({ kind: 'held', times: 1 });
    const running = await product.importNow(integration);
    const reply = await product.command(integration, 'publish', {});
    if (reply.outcome !== 'done') throw new Error(reply.detail);
    expect(reply.import).not.toBe(running);
    expect(reply.joined).toBe(false);
    await noFaults();
    await product.ended(running, programme);
    const next = await product.ended(reply.import ?? '', programme);
    expect(next.state).toMatch(/^completed/);
  });

  test('the signal importNow starts one; while paused it is ignored', async () => {
    const { programme, integration } = await published();
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    await handle.signal(importNowSignal, { requestId: 'night-shift' });
    await handle.signal(importNowSignal, { requestId: 'night-shift' });
    await untilRuns(integration, programme, 2);
    await product.command(integration, 'pause', { note: 'stock-taking' });
    await handle.signal(importNowSignal, {});
    expect(await product.command(integration, 'importNow', {})).toMatchObject({ code: 'integration-paused' });
    expect(await runsOf(integration, programme)).toHaveLength(2);
    const schedule = await product.client.schedule.getHandle(integrationWorkflowId(integration)).describe();
    expect(schedule.state.paused).toBe(true);
    await product.command(integration, 'resume', {});
    expect((await product.client.schedule.getHandle(integrationWorkflowId(integration)).describe()).state.paused).toBe(
      false,
    );
  });

  test('the Schedule starts one through importDue', async () => {
    const { programme, integration } = await published();
    const schedule = product.client.schedule.getHandle(integrationWorkflowId(integration));
    expect((await schedule.describe()).info.nextActionTimes.length).toBeGreaterThan(0);
    await schedule.trigger();
    const runs = await untilRuns(integration, programme, 2);
    expect(runs[1]?.trigger).toBe('schedule');
  });
});

describe('times that were missed', () => {
  test('are made up for by one import, however many the Schedule tells of', async () => {
    const { programme, integration } = await published();
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    await Promise.all(Array.from({ length: 5 }, () => handle.signal(importDueSignal)));
    expect(await untilRuns(integration, programme, 2)).toHaveLength(2);
  });

  test('mean nothing while the integration is paused, though the Schedule is triggered by hand', async () => {
    const { programme, integration } = await published();
    await product.command(integration, 'pause', {});
    await product.client.schedule.getHandle(scheduleId(integration)).trigger();
    await until('the Schedule to have told', async () => {
      const { info } = await product.client.schedule.getHandle(scheduleId(integration)).describe();
      return info.numActionsTaken > 0 && info.runningActions.length === 0;
    });
    await product.command(integration, 'resume', {});
    expect(await runsOf(integration, programme)).toHaveLength(1);
  });
});

describe('a run that cannot go on', () => {
  test('fails with its code and a sentence, and the integration says what needs attention', async () => {
    const { programme, integration } = await published();
    await fault({ kind: '401' });
    const run = await product.ended(await product.importNow(integration), programme);
    await noFaults();
    expect(run).toMatchObject({ state: 'failed', failure_code: 'authorization-lost' });
    expect(run.failure_detail).toMatch(/key/i);
    const [row] = await product.rows<{ needs_attention: { code: string; since: string } | null }>(
      'select needs_attention from integrations where id = ?',
      [integration],
      programme,
    );
    expect(row?.needs_attention).toMatchObject({ code: 'authorization-lost' });
    const healed = await product.ended(await product.importNow(integration), programme);
    expect(healed.state).toMatch(/^completed/);
  });

  test('an empty directory removes nobody', async () => {
    await control(product.simulator.url, 'POST', 'companies', {
      subdomain: 'hollow',
      people: 12,
      apiKey: 'hollow-key',
    });
    const programme = await product.createProgramme();
    const integration = await product.createIntegration('Hollow', programme);
    const credential = { subdomain: 'hollow', apiKey: 'hollow-key' };
    const first = await product.ended(await product.publish(integration, { credential }), programme);
    const { items } = (await control(product.simulator.url, 'GET', 'hollow/people')) as { items: { id: number }[] };
    for (const { id } of items) await control(product.simulator.url, 'POST', 'hollow/delete', { id });
    const run = await product.ended(await product.importNow(integration), programme);
    expect(run).toMatchObject({ state: 'failed', failure_code: 'directory-empty' });
    expect(run.members_after).toBe(first.members_after);
  });
});

async function untilRuns(integration: string, programme: string, count: number) {
  for (;;) {
    const runs = await runsOf(integration, programme);
    if (runs.length >= count && runs.every((run) => run.state !== 'running')) return runs;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('an integration that was never asked for anything has no workflow', async () => {
  const integration = await product.createIntegration('Silent');
  const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
  await expect(handle.describe()).rejects.toThrow(WorkflowNotFoundError);
});
