import { describe, expect, test } from '@jest/globals';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  createWorld,
  endRun,
  kindsOf,
  membersOf,
  person,
  planOver,
  provision,
  type Finished,
  type Listed,
  type World,
} from './directory.js';

/** Nobody is removed for being absent without the proof of having seen everybody, and without a second sight of it. */
const database = ownDatabase('vanished');

const ALL = ['1', '2', '3', '4', '5'].map((id) => person(id));
const WITHOUT = ALL.slice(1);

/** A run is judged before its plan: what it has proven is set as the segment step would. */
async function run(
  world: World,
  people: readonly Listed[],
  proof: 'proven' | 'incomplete' = 'proven',
): Promise<Finished> {
  const planned = await planOver(database.db, world, people, proof);
  await provision(database.db, planned);
  await endRun(database.db, planned);
  return planned;
}

const hoursPass = (world: World, hours: number) =>
  inProgramme(database.db, world.programme, (trx) =>
    trx.raw(`update members set absent_since = absent_since - make_interval(hours => ?)`, [hours]),
  );
const stateOf = async (world: World, id: string) =>
  (await membersOf(database.db, world)).find(({ provider_person_id }) => provider_person_id === id);

async function started(wishes: Parameters<typeof createWorld>[1] = {}): Promise<World> {
  const world = await createWorld(database.db, wishes);
  await run(world, ALL);
  return world;
}

test('somebody absent from two complete imports twelve hours apart is gone, and not a minute earlier', async () => {
  const world = await started();
  expect(kindsOf((await run(world, WITHOUT)).counts)).toEqual({ unchanged: 4, skipped: 0 });
  await hoursPass(world, 11);
  expect((await run(world, WITHOUT)).counts.vanished).toBeUndefined();
  await hoursPass(world, 1);
  expect(kindsOf((await run(world, WITHOUT)).counts)).toEqual({ vanished: 1, unchanged: 4, skipped: 0 });
  expect(await stateOf(world, '1')).toMatchObject({ state: 'closing-down', close_down_reason: 'vanished' });
  expect(kindsOf((await run(world, WITHOUT)).counts)).toEqual({ unchanged: 4, skipped: 0 });
  expect((await run(world, ALL)).counts).toMatchObject({ reactivated: 1 });
});

test.each<[string, 'proven' | 'incomplete', 'proven' | 'incomplete']>([
  ['the first look', 'incomplete', 'proven'],
  ['the second look', 'proven', 'incomplete'],
])('%s without the proof is no sight at all', async (_, first, second) => {
  const world = await started();
  await run(world, WITHOUT, first);
  await hoursPass(world, 24);
  expect((await run(world, WITHOUT, second)).counts.vanished).toBeUndefined();
  expect(await stateOf(world, '1')).toMatchObject({ state: 'active' });
});

test('who is seen in between begins anew, also in a run without the proof', async () => {
  for (const proof of ['proven', 'incomplete'] as const) {
    const world = await started();
    await run(world, WITHOUT);
    await hoursPass(world, 24);
    await run(world, ALL, proof);
    expect((await run(world, WITHOUT)).counts.vanished).toBeUndefined();
  }
});

describe('nobody is taken for gone', () => {
  const twice = async (world: World, people: readonly Listed[]) => {
    await run(world, people);
    await hoursPass(world, 24);
    return run(world, people);
  };

  test.each<[string, Listed[]]>([
    ['whose record is an error', [person('1', { email: 'no address' }), ...WITHOUT]],
    ['whose status is unknown', [person('1', { status: 'unknown' }), ...WITHOUT]],
    [
      'who has another id and the same key',
      [person('again', { number: 'N1', email: 'person1@acme.example' }), ...WITHOUT],
    ],
    [
      'who may be behind an error with the same number',
      [person('x', { number: 'N1', email: 'no address' }), ...WITHOUT],
    ],
  ])('%s', async (_, people) => {
    const world = await started();
    const before = await stateOf(world, '1');
    expect((await twice(world, people)).counts.vanished).toBeUndefined();
    const after = (await membersOf(database.db, world)).find(({ id }) => id === before?.id);
    expect(after?.state).toBe('active');
  });

  test('who is protected, or where only accounts are made', async () => {
    const guarded = await started();
    await inProgramme(database.db, guarded.programme, (trx) => trx('members').update({ protected: true }));
    expect((await twice(guarded, WITHOUT)).counts.vanished).toBeUndefined();
    const creating = await started({ setup: { preference: 'create-only' } });
    expect((await twice(creating, WITHOUT)).counts.vanished).toBeUndefined();
  });

  test('beyond the limit: all of them wait', async () => {
    const world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
    const many = Array.from({ length: 30 }, (_, at) => person(`${at}`));
    await run(world, many);
    const second = await twice(world, many.slice(20));
    expect(second).toMatchObject({ held: 20, counts: { vanished: 20 } });
    expect((await membersOf(database.db, world)).every(({ state }) => state === 'active')).toBe(true);
  });
});
