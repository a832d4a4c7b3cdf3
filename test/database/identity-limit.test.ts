import { expect, test } from '@jest/globals';
import { decide } from '../../database/decisions.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { changesOf, claimsOf, createWorld, membersOf, person, runOver, type Listed, type World } from './directory.js';

/** A wrong mapping locks people out by changing whom their account is known by: too much of that at once waits. */
const database = ownDatabase('identitylimit');

const LIMIT = { share: 0.1, count: 100 };
const people = (change: (id: number) => Partial<Listed> = () => ({})): Listed[] =>
  Array.from({ length: 40 }, (_, at) => person(`${at}`, change(at)));
const started = async (removalLimit: typeof LIMIT | null = LIMIT): Promise<World> => {
  const world = await createWorld(database.db, { removalLimit });
  await runOver(database.db, world, people());
  return world;
};
const emails = async (world: World) => (await membersOf(database.db, world)).map(({ email }) => email).sort();
const heldOf = async (world: World, run: { import: string }) =>
  (await changesOf(database.db, world, run.import))
    .filter(({ outcome }) => outcome === 'held')
    .map(({ person }) => person);

const wrong = people((at) =>
  at < 10 ? { email: `mistake${at}@acme.example` } : at === 20 ? { name: 'New Name' } : {},
);

test('three changes are always allowed, more than a twentieth of all wait, and the rest of the run goes on', async () => {
  const world = await started();
  const few = await runOver(
    database.db,
    world,
    people((at) => (at < 3 ? { email: `moved${at}@acme.example` } : {})),
  );
  expect(few).toMatchObject({ held: 0, counts: { updated: 3 } });
  const before = await emails(world);
  const run = await runOver(database.db, world, wrong);
  expect(run).toMatchObject({ held: 10, counts: { updated: 11 } });
  expect(await heldOf(world, run)).toHaveLength(10);
  expect(await emails(world)).toEqual(before);
  expect((await membersOf(database.db, world)).filter(({ first_name }) => first_name === 'New Name')).toHaveLength(1);
});

test('new keys count like new addresses, and other letters case is no change', async () => {
  const world = await started();
  const keys = await runOver(
    database.db,
    world,
    people((at) => (at < 10 ? { number: `X${at}` } : {})),
  );
  expect(await heldOf(world, keys)).toHaveLength(10);
  const shouting = await runOver(
    database.db,
    world,
    people((at) => ({ email: `PERSON${at}@acme.example` })),
  );
  expect(shouting).toMatchObject({ held: 0, counts: { updated: 40 } });
});

test('what is approved is carried out by the import that the decision starts, and claims follow', async () => {
  const world = await started();
  const run = await runOver(database.db, world, wrong);
  const operation = newId();
  const decided = await inProgramme(database.db, world.programme, async (trx) => {
    const { held } = await trx('import_runs')
      .where({ id: run.import })
      .first<{ held: { planDigest: string; causes: object } }>('held');
    expect(held.causes).toMatchObject({ identity: 10, leaver: 0 });
    const command = { integration: world.integration, operation, actor: 'test' };
    return decide(trx, command, { decision: 'approve', planDigest: held.planDigest });
  });
  expect(decided).toEqual({ decided: 10, stillHeld: 0, byRun: true, byImport: true, mails: false });
  const next = await runOver(database.db, world, wrong);
  expect(next).toMatchObject({ held: 0, counts: { updated: 10 } });
  expect((await claimsOf(database.db, world)).filter(({ value }) => value.startsWith('mistake'))).toHaveLength(10);
});

test('no limit is no limit', async () => {
  const world = await started(null);
  expect(await runOver(database.db, world, wrong)).toMatchObject({ held: 0, counts: { updated: 11 } });
});
