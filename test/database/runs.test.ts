import { describe, expect, test } from '@jest/globals';
import { insertCandidate } from '../../database/credentials.js';
import {
  beginWaitingRun,
  closeRun,
  enterPhase,
  listOpenRuns,
  openRun,
  type OpenedRun,
  type OpenRequest,
} from '../../database/import-runs.js';
import { newId } from '../../database/ids.js';
import { findIntegration } from '../../database/integrations.js';
import { loadRun } from '../../database/run-context.js';
import { pagesTable, peopleTable } from '../../database/staging.js';
import { ImportSuperseded, inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, runOver, type World } from './directory.js';

const COMPLETED = { state: 'completed', failureCode: null, failureDetail: null } as const;

const database = ownDatabase('runs', 12);

const within = <T>(world: World, work: (trx: Transaction) => Promise<T>): Promise<T> =>
  inProgramme(database.db, world.programme, work);
const open = (world: World, wishes: Partial<OpenRequest> = {}): Promise<OpenedRun> =>
  within(world, (trx) =>
    openRun(trx, world.integration, {
      kind: 'import',
      lane: 'write',
      trigger: 'on-demand',
      requestKey: newId(),
      whenBusy: 'join',
      ...wishes,
    }),
  );
const close = (world: World, run: string): Promise<boolean> =>
  within(world, (trx) => closeRun(trx, world.integration, run, COMPLETED));
const epochs = (world: World) =>
  within(world, (trx) =>
    trx('integrations').where({ id: world.integration }).first<Record<string, number>>('epoch', 'review_epoch'),
  );
const rowOf = (world: World, run: string) =>
  within(world, async (trx) => {
    const [row] = await trx<Record<string, unknown>>('import_runs').where({ id: run }).select('*');
    return row ?? {};
  });
const tableExists = async (name: string) =>
  (await database.db.raw<{ rows: { found: boolean }[] }>('select to_regclass(?) is not null as found', [name])).rows[0]
    ?.found;
const fenceOf = (world: World, run: OpenedRun, lane: Fence['lane'] = 'write'): Fence => ({
  programme: world.programme,
  integration: world.integration,
  lane,
  epoch: run.epoch,
});
/** Until a statement of this database waits for a lock that another one holds. */
async function untilSomebodyWaits(): Promise<void> {
  for (let waiting = 0; waiting === 0;) {
    const result = await database.db.raw<{ rows: { waiting: number }[] }>(
      `select count(*) as waiting from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
    );
    waiting = result.rows[0]?.waiting ?? 0;
  }
}

describe('opening a run', () => {
  test('pins its instant, epoch and configuration, and makes its staging tables', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    expect(run).toMatchObject({ how: 'opened', epoch: 1, provider: 'sage-hr' });
    expect(await rowOf(world, run.import)).toMatchObject({
      state: 'running',
      phase: 'fetch',
      epoch: 1,
      config_id: world.config,
      as_of: expect.any(Date),
      members_before: 0,
    });
    expect(await tableExists(pagesTable(run.import))).toBe(true);
    expect(await tableExists(peopleTable(run.import))).toBe(true);
    expect(await epochs(world)).toEqual({ epoch: 1, review_epoch: 0 });
  });

  test('the same request opens the same run, also when it has ended', async () => {
    const world = await createWorld(database.db);
    const requestKey = newId();
    const run = await open(world, { requestKey });
    expect(await open(world, { requestKey })).toEqual(run);
    await close(world, run.import);
    expect(await open(world, { requestKey })).toMatchObject({ import: run.import, how: 'ended' });
    expect(await epochs(world)).toMatchObject({ epoch: 2 });
  });

  test('two at once: one opens, the other joins', async () => {
    const world = await createWorld(database.db);
    const runs = await Promise.all([open(world), open(world), open(world)]);
    expect(runs.map((run) => run.how).sort()).toEqual(['joined', 'joined', 'opened']);
    expect(new Set(runs.map((run) => run.import)).size).toBe(1);
  });

  test('a lane has one open run, whoever writes it', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const copy = within(world, (trx) =>
      trx.raw(
        `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at)
         select programme_id, ?, integration_id, kind, lane, trigger, config_id, now() from import_runs where id = ?`,
        [newId(), run.import],
      ),
    );
    await expect(copy).rejects.toThrow('import_runs_one_open');
  });

  test('a review has a lane of its own and blocks no import', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const review = await open(world, { kind: 'review', lane: 'review' });
    expect(review).toMatchObject({ how: 'opened', epoch: 1 });
    expect(review.import).not.toBe(run.import);
    expect(await epochs(world)).toEqual({ epoch: 1, review_epoch: 1 });
    await close(world, review.import);
    expect(await epochs(world)).toEqual({ epoch: 1, review_epoch: 2 });
  });

  test('only the first import is called the first', async () => {
    const world = await createWorld(database.db);
    const first = await open(world, { trigger: 'first' });
    await close(world, first.import);
    const second = await open(world, { trigger: 'first' });
    expect([(await rowOf(world, first.import)).trigger, (await rowOf(world, second.import)).trigger]).toEqual([
      'first',
      'on-demand',
    ]);
  });
});

describe('a run that waits for its turn', () => {
  test('begins after the running one, with the configuration that is published by then', async () => {
    const world = await createWorld(database.db);
    const running = await open(world);
    const requestKey = newId();
    const waiting = await open(world, { requestKey, whenBusy: 'wait' });
    expect(waiting.how).toBe('waiting');
    expect(await open(world, { requestKey, whenBusy: 'wait' })).toMatchObject({
      import: waiting.import,
      how: 'waiting',
    });
    expect(await tableExists(peopleTable(waiting.import))).toBe(false);
    expect(await within(world, (trx) => listOpenRuns(trx, world.integration))).toEqual([
      { id: running.import, lane: 'write', started: true },
      { id: waiting.import, lane: 'write', started: false },
    ]);
    await close(world, running.import);
    const next = newId();
    await within(world, async (trx) => {
      await trx.raw(
        `insert into integration_configs (programme_id, id, integration_id, version, setup, mapping, digest, published_at)
         select programme_id, ?, integration_id, 2, setup, mapping, 'y', now() from integration_configs where id = ?`,
        [next, world.config],
      );
      await trx('integrations').where({ id: world.integration }).update({ published_config_id: next });
    });
    const began = await within(world, (trx) => beginWaitingRun(trx, world.integration, waiting.import));
    expect(began).toMatchObject({ import: waiting.import, how: 'opened', epoch: 3 });
    expect(await rowOf(world, waiting.import)).toMatchObject({ config_id: next, epoch: 3 });
    const again = await within(world, (trx) => beginWaitingRun(trx, world.integration, waiting.import));
    expect(again).toEqual(began);
    expect(await epochs(world)).toMatchObject({ epoch: 3 });
  });
});

describe('closing a run', () => {
  test('raises the epoch, drops its staging tables, and is harmless a second time', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    await close(world, run.import);
    const closed = await rowOf(world, run.import);
    expect(closed).toMatchObject({ state: 'completed', phase: 'done', ended_at: expect.any(Date) });
    expect(await tableExists(peopleTable(run.import))).toBe(false);
    expect(await tableExists(pagesTable(run.import))).toBe(false);
    const failed = { state: 'failed', failureCode: 'internal', failureDetail: 'late' } as const;
    await within(world, (trx) => closeRun(trx, world.integration, run.import, failed));
    expect(await rowOf(world, run.import)).toEqual(closed);
    expect(await epochs(world)).toMatchObject({ epoch: 2 });
  });

  test('a run that never began can be closed too', async () => {
    const world = await createWorld(database.db);
    const running = await open(world);
    const waiting = await open(world, { whenBusy: 'wait' });
    const cancelled = { state: 'cancelled', failureCode: null, failureDetail: 'Not wanted any more.' } as const;
    await within(world, (trx) => closeRun(trx, world.integration, waiting.import, cancelled));
    expect(await rowOf(world, waiting.import)).toMatchObject({ state: 'cancelled', started_at: expect.any(Date) });
    await close(world, running.import);
  });

  test('a phase keeps its clock when it is entered again', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const enter = (phase: 'fetch' | 'map', done: number) =>
      within(world, (trx) => enterPhase(trx, run.import, phase, { done, total: 10 }));
    const began = (await rowOf(world, run.import)).phase_started_at;
    await enter('fetch', 5);
    expect(await rowOf(world, run.import)).toMatchObject({ phase: 'fetch', done: 5, phase_started_at: began });
    await enter('map', 0);
    expect((await rowOf(world, run.import)).phase_started_at).not.toEqual(began);
  });
});

describe('the fence', () => {
  test('lets the run in whose epoch it is, and nobody later or of another integration', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const fence = fenceOf(world, run);
    expect(await inRun(database.db, fence, async () => 'wrote')).toBe('wrote');
    const other = await createWorld(database.db);
    for (const wrong of [
      { ...fence, epoch: 0 },
      { ...fence, epoch: 2 },
      { ...fence, integration: other.integration },
      { ...fence, programme: other.programme },
    ]) {
      await expect(inRun(database.db, wrong, async () => 'wrote')).rejects.toBeInstanceOf(ImportSuperseded);
    }
  });

  test('a writer whose run was closed writes nothing', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    await close(world, run.import);
    const late = inRun(database.db, fenceOf(world, run), (trx) => trx('members').update({ version: 99 }));
    await expect(late).rejects.toBeInstanceOf(ImportSuperseded);
    await expect(late).rejects.toThrow('overtaken');
  });

  test('of a review is apart from that of imports', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const review = await open(world, { kind: 'review', lane: 'review' });
    await close(world, run.import);
    expect(await inRun(database.db, fenceOf(world, review, 'review'), async () => 'wrote')).toBe('wrote');
    await expect(inRun(database.db, fenceOf(world, run), async () => 'wrote')).rejects.toThrow(ImportSuperseded);
  });

  test('whoever raises the epoch waits for the writer that is inside, and the next writer is refused', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    const order: string[] = [];
    let finish: () => void = () => undefined;
    const mayFinish = new Promise<void>((resolve) => (finish = resolve));
    let entered: () => void = () => undefined;
    const isInside = new Promise<void>((resolve) => (entered = resolve));
    const writer = inRun(database.db, fenceOf(world, run), async (trx) => {
      entered();
      await mayFinish;
      await trx('import_runs').where({ id: run.import }).update({ done: 7 });
      order.push('written');
    });
    await isInside;
    const closing = close(world, run.import).then(() => order.push('closed'));
    await untilSomebodyWaits();
    expect(order).toEqual([]);
    finish();
    await Promise.all([writer, closing]);
    expect(order).toEqual(['written', 'closed']);
    expect(await rowOf(world, run.import)).toMatchObject({ done: 7, state: 'completed' });
    await expect(inRun(database.db, fenceOf(world, run), async () => 'wrote')).rejects.toThrow(ImportSuperseded);
  });

  test('two writers of one run are inside together', async () => {
    const world = await createWorld(database.db);
    const run = await open(world);
    let inside = 0;
    let both: () => void = () => undefined;
    const bothInside = new Promise<void>((resolve) => (both = resolve));
    const enter = () =>
      inRun(database.db, fenceOf(world, run), async () => {
        inside += 1;
        if (inside === 2) both();
        await bothInside;
      });
    await Promise.all([enter(), enter()]);
    expect(inside).toBe(2);
  });
});

describe('the clock of the domain', () => {
  const later = (trx: Transaction, offset: string) =>
    trx.raw("select set_config('rollcall.now_offset', ?, true)", [offset]);
  const days = (from: unknown, to: unknown) =>
    Math.round(((to as Date).getTime() - (from as Date).getTime()) / 86_400_000);

  test('can be put forward for a transaction: runs and expiries follow it', async () => {
    const world = await createWorld(database.db);
    const now = new Date();
    const credential = await within(world, async (trx) => {
      await later(trx, '60 days');
      const ring = [{ id: 'k', secret: Buffer.alloc(32) }];
      const candidate = { programme: world.programme, provider: 'sage-hr', name: 'Key', values: { apiKey: 'x' } };
      return insertCandidate(trx, ring, candidate);
    });
    const run = await within(world, async (trx) => {
      await later(trx, '60 days');
      return openRun(trx, world.integration, {
        kind: 'import',
        lane: 'write',
        trigger: 'on-demand',
        requestKey: 'later',
        whenBusy: 'join',
      });
    });
    expect(days(now, (await rowOf(world, run.import)).as_of)).toBe(60);
    const [row] = await within(world, (trx) =>
      trx<{ id: string; expires_at: Date }>('credentials').where({ id: credential }).select('expires_at'),
    );
    expect(days(now, row?.expires_at)).toBe(60);
  });

  test('is the real one in every other transaction', async () => {
    const clock = 'select rollcall_now() - now() as difference';
    const difference = await database.db.transaction(async (trx) => {
      await later(trx, '');
      return (await trx.raw<{ rows: { difference: object }[] }>(clock)).rows[0]?.difference;
    });
    expect({ ...difference }).toEqual({});
    const world = await createWorld(database.db);
    const run = await open(world);
    expect(days(new Date(), (await rowOf(world, run.import)).as_of)).toBeCloseTo(0);
  });

  test.each([
    ['Europe/London', null, '2026-03-31', '2026-03-31'],
    ['Australia/Sydney', null, '2026-04-01', '2026-04-01'],
    ['America/Los_Angeles', 'Australia/Sydney', '2026-04-01', '2026-03-31'],
    ['Pacific/Kiritimati', 'Pacific/Pago_Pago', '2026-03-31', '2026-04-01'],
  ])('one instant is a date of its own in %s and data zone %s', async (zone, dataTimeZone, today, programmeToday) => {
    const world = await createWorld(database.db, { setup: { dataTimeZone } });
    const run = await open(world);
    await within(world, async (trx) => {
      await trx('programmes').update({ time_zone: zone });
      await trx('import_runs').update({ as_of: '2026-03-31T14:30:00Z' });
      expect(await loadRun(trx, run.import)).toMatchObject({ today, programmeToday });
    });
  });
});

describe('a run over no people', () => {
  test('is an ordinary run that changes nothing', async () => {
    const world = await createWorld(database.db);
    const run = await runOver(database.db, world, []);
    expect(run.counts).toEqual({ unchanged: 0, skipped: 0, warnings: 0 });
    expect(await within(world, (trx) => findIntegration(trx, world.integration))).toMatchObject({ epoch: 2 });
  });
});
