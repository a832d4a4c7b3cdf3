import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { ScheduleNotFoundError } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createReconcileWorkflows } from '../../activities/reconcile-workflows.js';
import { runCli } from '../../client/cli/program.js';
import { openTemporal } from '../../client/temporal.js';
import type { TemporalDoor } from '../../client/temporal-door.js';
import { newId } from '../../database/ids.js';
import type { Reconciled } from '../../domain/reconciled.js';
import {
  integrationWorkflowId,
  runWorkflowId,
  scheduleId,
  SEARCH_ATTRIBUTES,
  stateQuery,
} from '../../workflows/messages.js';
import { installBreakpoints } from '../harness/breakpoints.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';

/** Workflows and schedules taken away or changed behind Rollcall's back, and what one reconcile makes of it. */
let product: Product;
let door: TemporalDoor;
let north: Place;
let south: Place;
let paused: Place;

beforeAll(async () => {
  product = await startProduct('reconcile', { people: 12 });
  door = openTemporal(product.variables);
  [north, south, paused] = await Promise.all([published('north'), published('south'), published('paused')]);
  await product.command(paused.integration, 'pause', { note: 'stock-taking' });
}, 60_000);
afterAll(async () => {
  await door.close();
  await product.stop();
}, 60_000);

interface Place {
  readonly programme: string;
  readonly integration: string;
}

const NOTHING: Omit<Reconciled, 'compared'> = {
  workflowsStarted: 0,
  workflowsRebuilt: 0,
  workflowsEnded: 0,
  importsInterrupted: 0,
  schedulesCreated: 0,
  schedulesUpdated: 0,
  schedulesDeleted: 0,
  refused: [],
};

const entity = (place: Place) => product.client.workflow.getHandle(integrationWorkflowId(place.integration));
const schedule = (place: Place) => product.client.schedule.getHandle(scheduleId(place.integration));
const statusOf = async (place: Place) => (await entity(place).describe()).status.name;

async function published(name: string): Promise<Place> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(name, programme);
  await product.ended(await product.publish(integration), programme);
  await idle({ programme, integration });
  return { programme, integration };
}

/** A run's row is closed before its workflow has ended and the integration has heard of it. */
const idle = (place: Place) =>
  until('the integration to be idle', async () => {
    const { running, waiting } = await entity(place).query(stateQuery);
    return Object.keys(running).length + waiting === 0;
  });

const runsOf = ({ programme, integration }: Place) =>
  product.rows<ImportRow>('select * from import_runs where integration_id = ? order by id', [integration], programme);
const rowOf = async ({ programme, integration }: Place) =>
  (await product.rows<object>('select * from integrations where id = ?', [integration], programme))[0];

/** The server's lists follow what happens by moments, so one pass may see only a part, and the next one the rest. */
async function repairs(expected: Partial<Reconciled>): Promise<void> {
  let sum: Record<string, unknown> = { ...NOTHING };
  await until(`a reconcile to repair ${JSON.stringify(expected)}`, async () => {
    const { compared, ...pass } = await door.reconcile();
    sum = Object.fromEntries(Object.entries(pass).map(([name, value]) => [name, add(sum[name], value)]));
    return compared > 0 && isDeepStrictEqual(sum, { ...NOTHING, ...expected });
  });
}

const add = (one: unknown, other: unknown) => (typeof one === 'number' ? one + Number(other) : other);

const nothingToRepair = () =>
  until('a pass with nothing to repair', async () => {
    const { compared, ...pass } = await door.reconcile();
    return isDeepStrictEqual(pass, NOTHING) ? compared : null;
  });

describe('what is missing', () => {
  test('a workflow that was terminated and a schedule that was deleted come back, and a second pass repairs nothing', async () => {
    const [whole, broken] = [north, south];
    const before = await Promise.all([whole, broken, paused].map(rowOf));
    for (const place of [broken, paused]) {
      await entity(place).terminate('test');
      await schedule(place).delete();
    }
    await repairs({ workflowsStarted: 2, schedulesCreated: 2 });
    expect(await Promise.all([broken, paused].map(statusOf))).toEqual(['RUNNING', 'RUNNING']);
    expect((await schedule(broken).describe()).state.paused).toBe(false);
    expect((await schedule(paused).describe()).state.paused).toBe(true);
    expect(await nothingToRepair()).toBe(3);
    expect(await Promise.all([whole, broken, paused].map(rowOf))).toEqual(before);
    expect(await runsOf(broken)).toHaveLength(1);
  });

  test('an integration whose workflow is gone is rebuilt by the next command, which is then carried out', async () => {
    const place = north;
    await entity(place).terminate('test');
    const run = await product.importNow(place.integration);
    expect(await product.ended(run, place.programme)).toMatchObject({ failure_code: null });
    expect(await statusOf(place)).toBe('RUNNING');
    expect(await runsOf(place)).toHaveLength(2);
  });

  test('a draft that was never told anything gets no workflow', async () => {
    const integration = await product.createIntegration('silent');
    await door.reconcile();
    await expect(entity({ programme: product.programme, integration }).describe()).rejects.toThrow(/not found/i);
  });
});

describe('what differs', () => {
  test('a schedule that was changed or paused by hand is put right, and keeps its identity', async () => {
    const [moved, halted] = [north, south];
    await schedule(moved).update((before) => ({ ...before, spec: { calendars: [{ hour: 11 }] } }));
    await schedule(halted).pause('by hand');
    const times = async () => (await schedule(moved).describe()).spec.calendars?.[0]?.hour;
    expect(await times()).toMatchObject([{ start: 11 }]);
    await repairs({ schedulesUpdated: 2 });
    expect((await schedule(halted).describe()).state.paused).toBe(false);
    expect(await times()).toMatchObject([{ start: 3 }]);
    await nothingToRepair();
  });

  test('an import that was lost without its workflow noticing is closed, and one new import replaces it', async () => {
    const place = north;
    const before = await runsOf(place);
    const [first] = before;
    const lost = newId();
    await product.rows(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, epoch, started_at)
       select programme_id, ?, integration_id, kind, lane, 'schedule', config_id, epoch, rollcall_now() from import_runs where id = ?`,
      [lost, first?.id],
      place.programme,
    );
    const names = {
      integration: integrationWorkflowId('{id}'),
      lanes: { write: runWorkflowId('{id}', 'write'), review: runWorkflowId('{id}', 'review') },
      schedule: scheduleId('{id}'),
      attributes: { programme: SEARCH_ATTRIBUTES.programme.name, provider: SEARCH_ATTRIBUTES.provider.name },
    };
    const temporal = () => Promise.resolve(product.client);
    const compare = (settledMs?: number) => createReconcileWorkflows({ db: product.db, temporal }, settledMs);
    const patient: unknown = await new MockActivityEnvironment().run(compare(), names);
    expect(patient).toMatchObject({ workflowsRebuilt: 0 });
    const now: unknown = await new MockActivityEnvironment().run(compare(0), names);
    expect(now).toMatchObject({ workflowsRebuilt: 1, importsInterrupted: 1 });
    const runs = await until('the replacement', async () => {
      const all = await runsOf(place);
      return all.length === before.length + 2 && all.every(({ state }) => state !== 'running') ? all.slice(-2) : null;
    });
    expect(runs.map(({ state, failure_code }) => [state, failure_code])).toEqual([
      ['failed', 'interrupted'],
      [first?.state, null],
    ]);
  });

  test('an import that is terminated by hand closes its row, and the lane is free for the next one', async () => {
    const place = south;
    const before = await runsOf(place);
    const breakpoints = await installBreakpoints(product);
    await breakpoints.set(place.integration, 'map');
    const id = await product.importNow(place.integration);
    await breakpoints.reached(1);
    await product.client.workflow.getHandle(runWorkflowId(place.integration, 'write')).terminate('test');
    await breakpoints.release();
    await breakpoints.close();
    expect(await product.ended(id, place.programme)).toMatchObject({ state: 'failed', failure_code: 'interrupted' });
    const next = await product.ended(await product.importNow(place.integration), place.programme);
    expect(next).toMatchObject({ failure_code: null });
    expect(await runsOf(place)).toHaveLength(before.length + 2);
  });
});

describe('what is removed', () => {
  test('revoked: its schedule goes; removed or unknown: its workflow ends too', async () => {
    const [revoked, removed] = [north, south];
    const stranger = { programme: product.programme, integration: newId() };
    await product.client.workflow.start('integration', {
      workflowId: integrationWorkflowId(stranger.integration),
      taskQueue: 'nobody-polls-here',
      args: [stranger],
    });
    const change = (place: Place, state: string) =>
      product.rows('update integrations set state = ? where id = ?', [state, place.integration], place.programme);
    await Promise.all([idle(revoked), idle(removed)]);
    await Promise.all([change(revoked, 'revoked'), change(removed, 'removed')]);
    await repairs({ workflowsEnded: 2, schedulesDeleted: 2 });
    expect(await statusOf(revoked)).toBe('RUNNING');
    expect(await Promise.all([removed, stranger].map(statusOf))).toEqual(['TERMINATED', 'TERMINATED']);
    await expect(schedule(revoked).describe()).rejects.toThrow(ScheduleNotFoundError);
    await expect(schedule(removed).describe()).rejects.toThrow(ScheduleNotFoundError);
    await nothingToRepair();
  });
});

test('the command line tells what was repaired in words, and as JSON', async () => {
  const say = async (words: string[]) => {
    const said = { out: '', err: '' };
    const io = {
      variables: product.variables,
      out: (text: string) => (said.out += text),
      err: (text: string) => (said.err += text),
      readStandardInput: () => Promise.resolve(''),
      terminal: null,
    };
    const none = () => Promise.resolve(1);
    return { code: await runCli(words, io, { start: none, worker: none, api: none }), ...said };
  };
  const compared = await nothingToRepair();
  expect(await say(['reconcile'])).toEqual({
    code: 0,
    out: `${compared} integrations compared, nothing to repair\n`,
    err: '',
  });
  const json = await say(['reconcile', '--json']);
  expect(JSON.parse(json.out)).toEqual({ compared, ...NOTHING });
});
