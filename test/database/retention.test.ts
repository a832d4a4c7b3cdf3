import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listChanges } from '../../database/change-views.js';
import { expireQuestions } from '../../database/holds.js';
import { deleteOldDetails, type Portion } from '../../database/retention.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { refuseUndo } from '../../database/undo.js';
import { createWorld, openClone, person, runOver, type Listed, type OpenDatabase, type World } from './directory.js';

/** What a run did to whom is kept for a time; that it ran, and how many it concerned, for good. */
let database: OpenDatabase;
beforeAll(async () => {
  database = await openClone('retention');
});
afterAll(() => database.close());

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
