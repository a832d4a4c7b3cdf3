import { afterEach, expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { openDatabase, type Database } from '../../database/connection.js';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  createWorld,
  endRun,
  membersOf,
  person,
  planOver,
  provision,
  runOver,
  type Finished,
  type Listed,
  type World,
} from './directory.js';

/**
 * Weeks go by for imports and sweeps alike: every connection of a moment has that moment's clock, so whatever counts from
 * something that happened counts from when it happened.
 */
const database = ownDatabase('passing_time');
const open = new Map<string, Database>();
afterEach(async () => {
  for (const db of open.values()) await db.destroy();
  open.clear();
});

/** The database as it is so long after the beginning, such as `13 days 23 hours`. */
function after(time: string): Database {
  const url = new URL(database.url);
  url.searchParams.set('options', `-c rollcall.now_offset=${time.replaceAll(' ', '\\ ')}`);
  const db = open.get(time) ?? openDatabase(url.href, { name: 'passing_time', connections: 3 });
  open.set(time, db);
  return db;
}
const sweep = (world: World, time: string) =>
  inProgramme(after(time), world.programme, (trx) => sweepProgramme(trx, world.programme));
const rows = <T extends object>(world: World, table: string) =>
  inProgramme(database.db, world.programme, (trx) => trx(table).orderBy('id').select<T[]>('*'));
const holds = async (world: World) => (await rows<{ state: string }>(world, 'removal_holds')).map(({ state }) => state);
const stateOf = async (world: World, id: string) =>
  (await membersOf(database.db, world)).find(({ provider_person_id }) => provider_person_id === id)?.state;

const company = (size: number, ...left: number[]): Listed[] =>
  Array.from({ length: size }, (_, n) => person(String(n), { left: left.includes(n) }));
const LIMITED = { removalLimit: { share: 0.1, count: 100 } };

test('a question waits fourteen days for an answer; then nobody was removed, and the next import asks anew', async () => {
  const world = await createWorld(database.db, LIMITED);
  const six = company(40, 0, 1, 2, 3, 4, 5);
  await runOver(after('0 days'), world, company(40));
  const asked = await runOver(after('1 minute'), world, six);
  expect(asked.held).toBe(6);
  expect(await sweep(world, '13 days 23 hours')).toMatchObject({ questionsExpired: 0 });
  expect(await holds(world)).toEqual(['open']);
  expect(await sweep(world, '14 days 1 hour')).toMatchObject({ questionsExpired: 1, changed: [world.integration] });
  expect(await holds(world)).toEqual(['expired']);
  const runs = await rows<{ id: string; state: string }>(world, 'import_runs');
  expect(runs.find(({ id }) => id === asked.import)?.state).toBe('completed');
  expect((await membersOf(database.db, world)).every(({ state }) => state === 'active')).toBe(true);
  expect((await runOver(after('14 days 2 hours'), world, six)).held).toBe(6);
  expect(await holds(world)).toEqual(['expired', 'open']);
});

test('the second sight of an absence counts twelve hours after the first', async () => {
  const world = await createWorld(database.db);
  const sight = async (time: string, people: readonly Listed[]): Promise<Finished> => {
    const planned = await planOver(after(time), world, people, 'proven');
    await provision(after(time), planned);
    await endRun(after(time), planned);
    return planned;
  };
  const without = company(5).slice(1);
  await sight('0 hours', company(5));
  expect((await sight('1 hour', without)).counts.vanished).toBeUndefined();
  expect((await sight('12 hours 50 minutes', without)).counts.vanished).toBeUndefined();
  expect(await stateOf(world, '0')).toBe('active');
  expect((await sight('13 hours 10 minutes', without)).counts.vanished).toBe(1);
  expect(await stateOf(world, '0')).toBe('closing-down');
});

test('what was removed counts for a week, and then no more', async () => {
  const world = await createWorld(database.db, LIMITED);
  const gone = (time: string, count: number) =>
    runOver(after(time), world, company(30, ...Array.from({ length: count }, (_, n) => n)));
  await gone('0 days', 0);
  expect((await gone('1 hour', 3)).held).toBe(0);
  expect((await gone('2 days', 6)).held).toBe(0);
  expect((await gone('6 days 23 hours', 7)).held).toBe(1);
  expect(await stateOf(world, '6')).toBe('active');
  expect((await gone('7 days 2 hours', 7)).held).toBe(0);
  expect(await stateOf(world, '6')).toBe('closing-down');
});

test('sixty days after a removal the account is erased, and until the last of them it can be opened again', async () => {
  const world = await createWorld(database.db);
  // Where no clock changes: a day is a day's length here, and the test may run at any hour.
  await inProgramme(database.db, world.programme, (trx) => trx('programmes').update({ time_zone: 'UTC' }));
  const [gone, all] = [company(3, 0), company(3)];
  await runOver(after('0 days'), world, all);
  const first = (await membersOf(database.db, world))[0]?.id;
  await runOver(after('1 day'), world, gone);
  await sweep(world, '60 days');
  expect(await stateOf(world, '0')).toBe('closing-down');
  expect((await runOver(after('60 days'), world, all)).counts).toMatchObject({ reactivated: 1 });
  await sweep(world, '61 days');
  expect((await membersOf(database.db, world))[0]).toMatchObject({ id: first, state: 'active' });

  await runOver(after('62 days'), world, gone);
  await sweep(world, '121 days');
  expect(await stateOf(world, '0')).toBe('closing-down');
  await sweep(world, '122 days');
  expect(await stateOf(world, '0')).toBeUndefined();
  expect((await runOver(after('122 days'), world, all)).counts).toMatchObject({ created: 1 });
  const accounts = await membersOf(database.db, world);
  expect(accounts.map(({ state }) => state).sort()).toEqual(['active', 'active', 'active', 'deleted']);
  expect(accounts.find(({ id }) => id === first)).toMatchObject({ state: 'deleted', email: null });
});
