import { expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { moveCloseDowns } from '../../database/grace-period.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, membersOf, runOver, type Listed, type World } from './directory.js';

/** Sixty days after somebody was removed nothing personal of them is anywhere, and it can be proven that it was there. */
const database = ownDatabase('erasure');

const SECRET = 'quetzalcoatl';
const ada: Listed = {
  id: `${SECRET}-7`,
  number: `${SECRET}-N7`,
  email: `${SECRET}@acme.example`,
  name: `Ada ${SECRET}`,
  team: SECRET,
};
const ben: Listed = { id: '8', number: 'N8', email: 'ben@acme.example', name: 'Ben', team: 'Sales' };
const gone = { ...ada, left: true };

const after = <T>(world: World, days: number, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
    return work(trx);
  });
const sweep = (world: World, days: number) => after(world, days, (trx) => sweepProgramme(trx, world.programme));
const stateOf = async (world: World) => (await membersOf(database.db, world)).map(({ state }) => state).sort();

/** Every row of every table of the programme, as text; Postgres' own tables are not looked through. */
async function tablesWith(world: World, word: string): Promise<string[]> {
  return inProgramme(database.db, world.programme, async (trx) => {
    const { rows } = await trx.raw<{ rows: { name: string }[] }>(
      `select c.table_name as name from information_schema.columns c join pg_tables t on t.tablename = c.table_name
       where c.table_schema = current_schema and c.column_name = 'programme_id' order by 1`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const hit = await trx.raw<{ rowCount: number }>(`select from ${name} t where t::text ilike ? limit 1`, [
        `%${word}%`,
      ]);
      if (hit.rowCount > 0) found.push(name);
    }
    return found;
  });
}

test('a member is erased when the grace period is over, not a day sooner, and nothing personal is left anywhere', async () => {
  const world = await createWorld(database.db);
  await runOver(database.db, world, [ada, ben]);
  await runOver(database.db, world, [{ ...ada, email: `${SECRET}.new@acme.example` }, ben]);
  await runOver(database.db, world, [gone, ben]);
  expect(await tablesWith(world, SECRET)).toEqual(
    expect.arrayContaining(['changes', 'member_keys', 'members', 'outbox']),
  );
  await sweep(world, 59);
  expect(await stateOf(world)).toEqual(['active', 'closing-down']);
  await sweep(world, 60);
  expect(await stateOf(world)).toEqual(['active', 'deleted']);
  expect(await tablesWith(world, SECRET)).toEqual([]);
  const [certificate] = await inProgramme(database.db, world.programme, (trx) => trx('erasures').select<object[]>());
  expect(certificate).toMatchObject({
    reason: 'leaver',
    changes: 3,
    email_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    person_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect((await tablesWith(world, 'ben@acme.example')).length).toBeGreaterThan(0);
  await sweep(world, 61);
  expect(await stateOf(world)).toEqual(['active', 'deleted']);
});

test('who is back within it keeps the account; afterwards there is a new one, and the address is free', async () => {
  const world = await createWorld(database.db);
  await runOver(database.db, world, [ada, ben]);
  await runOver(database.db, world, [gone, ben]);
  expect((await runOver(database.db, world, [ada, ben])).counts).toMatchObject({ reactivated: 1 });
  await sweep(world, 100);
  expect(await stateOf(world)).toEqual(['active', 'active']);
  await runOver(database.db, world, [gone, ben]);
  await sweep(world, 60);
  expect((await runOver(database.db, world, [gone, ben])).counts.leaver).toBeUndefined();
  expect((await runOver(database.db, world, [ada, ben])).counts).toMatchObject({ created: 1 });
  expect(await stateOf(world)).toEqual(['active', 'active', 'deleted']);
});

test('another grace period holds for those who wait already', async () => {
  const world = await createWorld(database.db);
  await runOver(database.db, world, [ada, ben]);
  await runOver(database.db, world, [gone, ben]);
  await after(world, 0, (trx) => moveCloseDowns(trx, world.programme, 10));
  await sweep(world, 9);
  expect(await stateOf(world)).toEqual(['active', 'closing-down']);
  await sweep(world, 10);
  expect(await stateOf(world)).toEqual(['active', 'deleted']);
});
