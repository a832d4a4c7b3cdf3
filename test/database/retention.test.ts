import { describe, expect, test } from '@jest/globals';
import { listChanges } from '../../database/change-views.js';
import { retire as retireAll } from '../../activities/sweep.js';
import { openDatabase } from '../../database/connection.js';
import { expireQuestions } from '../../database/holds.js';
import { newId } from '../../database/ids.js';
import { openRun } from '../../database/import-runs.js';
import { findOperation, keepAnswer, openOperation } from '../../database/operations.js';
import { enqueue } from '../../database/outbox.js';
import { deleteOldDetails, forgetRecipients, type Portion } from '../../database/retention.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { refuseUndo } from '../../database/undo.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, person, runOver, type Listed, type World } from './directory.js';

/** What a run did to whom is kept for a time; that it ran, and how many it concerned, for good. */
const database = ownDatabase('retention');

const SECRET = 'quetzalcoatl';
const RETENTION_DAYS = 180;
const ada = person(SECRET, { name: SECRET, team: SECRET, email: `${SECRET}@acme.example` });
const nobody = person(`${SECRET}-none`, { email: null });
const others = Array.from({ length: 40 }, (_, n) => person(String(n)));

const after = <T>(world: World, days: number, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
    return work(trx);
  });
const retire = (world: World, days: number, retention = RETENTION_DAYS): Promise<Portion> =>
  after(world, days, (trx) => deleteOldDetails(trx, world.programme, retention));
const rowsWith = (world: World, word: string) =>
  after(world, 0, async (trx) => {
    const count = async (table: string) =>
      (await trx.raw<{ rowCount: number }>(`select from ${table} t where t::text ilike ?`, [`%${word}%`])).rowCount;
    return { changes: await count('changes'), problems: await count('run_problems') };
  });
const graceOf = (world: World, days: number) =>
  after(world, 0, (trx) => trx('programmes').where({ id: world.programme }).update({ grace_days: days }));
const twice = async (world: World, people: readonly Listed[] = [...others, ada, nobody]) => {
  const first = await runOver(database.db, world, people);
  const second = await runOver(
    database.db,
    world,
    people.map((one) => ({ ...one, team: `${one.team} II` })),
  );
  return [first, second] as const;
};

test('after the retention period, and not a day sooner, nobody stands in a run any more; its counts stay', async () => {
  const world = await createWorld(database.db);
  const [run] = await twice(world);
  const before = await rowsWith(world, SECRET);
  expect([before.changes, before.problems]).toEqual([4, 2]);
  expect(await retire(world, RETENTION_DAYS - 1)).toEqual({ runs: 0, more: false });
  expect(await rowsWith(world, SECRET)).toEqual(before);
  expect(await retire(world, RETENTION_DAYS)).toEqual({ runs: 2, more: false });
  expect(await rowsWith(world, SECRET)).toEqual({ changes: 0, problems: 0 });
  expect(await rowsWith(world, 'acme.example')).toEqual({ changes: 0, problems: 0 });
  await after(world, RETENTION_DAYS, async (trx) => {
    const row = await trx('import_runs').where({ id: run.import }).first<{ counts: object }>('counts');
    expect(row.counts).toEqual(run.counts);
    const changes = await listChanges(trx, run.import, {}, { limit: 100, after: -100 });
    expect(changes).toHaveLength(42);
    expect(
      changes.filter(({ kind, outcome, member }) => kind === 'created' && outcome === 'applied' && member),
    ).toHaveLength(41);
    for (const { reason, fields, email, employeeId } of changes) {
      expect(reason).toMatch(/The details, older than the retention period, were deleted on \d{4}-\d\d-\d\d\.$/);
      expect([fields, email, employeeId]).toEqual([[], null, null]);
    }
  });
  expect(await retire(world, RETENTION_DAYS + 1)).toEqual({ runs: 0, more: false });
});

test('the grace period holds where it is longer, for until then a run can be undone', async () => {
  const world = await createWorld(database.db);
  await graceOf(world, 300);
  await twice(world);
  expect((await retire(world, 299)).runs).toBe(0);
  expect((await retire(world, 300)).runs).toBe(2);
});

test('two weeks are kept however short the periods are: a rolling week and questions look back so far', async () => {
  const world = await createWorld(database.db);
  await graceOf(world, 0);
  await twice(world);
  expect((await retire(world, 13, 1)).runs).toBe(0);
  expect((await retire(world, 14, 1)).runs).toBe(2);
});

test('what a question that is open asks about is kept, until it is closed', async () => {
  const world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
  await runOver(database.db, world, [...others, ada]);
  await runOver(database.db, world, [...others.map((one) => ({ ...one, left: true })), ada]);
  expect(await retire(world, RETENTION_DAYS)).toEqual({ runs: 1, more: false });
  const held = await after(world, 0, (trx) =>
    trx('changes').where({ outcome: 'held' }).whereNot({ person: 'deleted' }),
  );
  expect(held).toHaveLength(others.length);
  await after(world, RETENTION_DAYS, expireQuestions);
  expect(await retire(world, RETENTION_DAYS)).toEqual({ runs: 1, more: false });
});

test('a large run goes in portions, and what is gone already says so', async () => {
  const world = await createWorld(database.db);
  const [run] = await twice(world);
  const portion = () =>
    after(world, RETENTION_DAYS, (trx) => deleteOldDetails(trx, world.programme, RETENTION_DAYS, 30));
  expect(await portion()).toEqual({ runs: 0, more: true });
  const told = await after(world, 0, async (trx) => {
    const changes = await listChanges(trx, run.import, {}, { limit: 100, after: -100 });
    return changes.map(({ reason }) => reason.includes('deleted on'));
  });
  expect(told.filter((isTold) => isTold)).toHaveLength(30);
  expect(told.lastIndexOf(true)).toBe(29);
  expect(await portion()).toEqual({ runs: 0, more: true });
  expect(await portion()).toEqual({ runs: 2, more: false });
  expect(await rowsWith(world, 'acme.example')).toEqual({ changes: 0, problems: 0 });
});

test('a run without its details cannot be undone, though the grace period was made longer afterwards', async () => {
  const world = await createWorld(database.db);
  const [, run] = await twice(world);
  const undo = { import: run.import, only: null };
  await graceOf(world, 400);
  expect(await after(world, RETENTION_DAYS, (trx) => refuseUndo(trx, world.integration, undo))).toBeNull();
  await graceOf(world, 60);
  await retire(world, RETENTION_DAYS);
  await graceOf(world, 400);
  const refusal = await after(world, RETENTION_DAYS, (trx) => refuseUndo(trx, world.integration, undo));
  expect(refusal).toMatchObject({ code: 'illegal-state', detail: expect.stringContaining('was deleted') });
});

test('another programme is not touched', async () => {
  const [one, other] = [await createWorld(database.db), await createWorld(database.db)];
  await Promise.all([twice(one), twice(other)]);
  const before = await rowsWith(other, SECRET);
  await retire(one, RETENTION_DAYS);
  expect(await rowsWith(other, SECRET)).toEqual(before);
});

/** By the sweep's own activity, so long after the beginning. */
async function sweptAfter(world: World, time: string): Promise<void> {
  const url = new URL(database.url);
  url.searchParams.set('options', `-c rollcall.now_offset=${time.replaceAll(' ', '\\ ')}`);
  const db = openDatabase(url.href, { name: 'retention', connections: 2 });
  await retireAll(db, world.programme, RETENTION_DAYS);
  await db.destroy();
}

describe('of a mail that has had its end', () => {
  const mails = (world: World) =>
    after(world, 0, (trx) =>
      trx('outbox')
        .orderBy('id')
        .select<{ state: string; dedupe_key: string; recipient: string; payload: object }[]>('*'),
    );
  const report = (world: World, run: string, recipient: string) => ({
    integration: world.integration,
    import: run,
    member: null,
    kind: 'report' as const,
    dedupeKey: `report:${run}:${recipient.toLowerCase()}`,
    recipient,
    payload: { programmeName: 'Acme' },
  });

  test('the address and what it was made of are forgotten after thirty days, and it still goes only once', async () => {
    const world = await createWorld(database.db);
    const run = await runOver(database.db, world, [ada, ...others.slice(0, 4)]);
    await after(world, 0, async (trx) => {
      await enqueue(trx, [report(world, run.import, 'Hr.Of@acme.example')]);
      const states = ['sent', 'unknown', 'refused', 'suppressed', 'pending', 'sent'];
      const ids = await trx('outbox').orderBy('id').pluck<string[]>('id');
      for (const [at, id] of ids.entries()) {
        const sent = states[at] === 'sent' ? { sent_at: trx.raw('rollcall_now()') } : {};
        await trx('outbox')
          .where({ id })
          .update({ state: states[at], ...sent });
      }
    });
    const before = await mails(world);
    expect(before.map(({ recipient }) => recipient.includes('@'))).toEqual(Array(6).fill(true));
    await sweptAfter(world, '29 days 23 hours');
    expect(await mails(world)).toEqual(before);
    await sweptAfter(world, '30 days');
    const left = await mails(world);
    expect(left.filter(({ recipient }) => recipient !== '')).toEqual(before.filter(({ state }) => state === 'pending'));
    expect(left.map(({ state }) => state)).toEqual(before.map(({ state }) => state));
    expect(left.filter(({ state }) => state !== 'pending').map(({ payload }) => payload)).toEqual(Array(5).fill({}));
    expect(left.slice(0, 5).map((mail) => mail.dedupe_key)).toEqual(before.slice(0, 5).map((mail) => mail.dedupe_key));
    expect(left[5]?.dedupe_key).not.toMatch(/acme/);
    expect(left[5]?.dedupe_key).toMatch(`report:${run.import}:`);
  });

  test('those of many go in portions', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, others.slice(0, 5));
    await after(world, 0, (trx) => trx('outbox').update({ state: 'refused' }));
    const portion = () => after(world, 31, (trx) => forgetRecipients(trx, 2));
    expect([await portion(), await portion(), await portion()]).toEqual([true, true, false]);
    expect((await mails(world)).map(({ recipient }) => recipient)).toEqual(Array(5).fill(''));
  });
});

describe('of a command that was answered', () => {
  const ask = (world: World, key: string) =>
    after(world, 0, (trx) =>
      openOperation(
        trx,
        {
          programme: world.programme,
          integration: world.integration,
          command: 'review',
          key,
          bodyDigest: 'x',
          actor: 'test',
        },
        () => Promise.resolve({ only: [SECRET] }),
      ),
    );
  const answered = async (world: World, key: string): Promise<string> => {
    const { operation } = await ask(world, key);
    await after(world, 0, (trx) => keepAnswer(trx, operation.id, 'done', { status: 201, body: { name: SECRET } }));
    return operation.id;
  };
  const kept = (world: World) =>
    after(
      world,
      0,
      async (trx) =>
        (await trx.raw<{ rowCount: number }>(`select from operations o where o::text ilike '%${SECRET}%'`)).rowCount,
    );

  test('what was asked and told is forgotten after a day, that it was asked and how it ended is not', async () => {
    const world = await createWorld(database.db);
    const [done, running] = [await answered(world, 'one'), (await ask(world, 'two')).operation.id];
    await sweptAfter(world, '23 hours');
    expect(await kept(world)).toBe(2);
    expect((await ask(world, 'one')).operation).toMatchObject({ id: done, isForgotten: false });
    await sweptAfter(world, '25 hours');
    expect(await kept(world)).toBe(1);
    const [told, waiting] = await after(world, 2, async (trx) => [
      await findOperation(trx, done),
      await findOperation(trx, running),
    ]);
    expect(told).toMatchObject({ state: 'done', isForgotten: true, answer: { status: 201, body: null } });
    expect(waiting).toMatchObject({ state: 'running', isForgotten: false });
    expect((await ask(world, 'one')).isNew).toBe(true);
  });

  test('what a review works by stays until it has ended', async () => {
    const world = await createWorld(database.db);
    const operation = await answered(world, newId());
    const review = {
      kind: 'review',
      lane: 'review',
      trigger: 'on-demand',
      whenBusy: 'join',
      configuration: world.config,
    } as const;
    await after(world, 0, (trx) => openRun(trx, world.integration, { ...review, requestKey: operation }));
    await sweptAfter(world, '3 days');
    expect(await kept(world)).toBe(1);
    await after(world, 0, (trx) =>
      trx('import_runs').update({ ended_at: trx.raw('rollcall_now()'), state: 'completed' }),
    );
    await sweptAfter(world, '3 days');
    expect(await kept(world)).toBe(0);
  });
});
