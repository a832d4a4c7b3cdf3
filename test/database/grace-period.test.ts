import { expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { moveCloseDowns, NOTICE_DAYS, type Moved } from '../../database/grace-period.js';
import { claim } from '../../database/outbox.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, membersOf, runOver, type Listed, type World } from './directory.js';

/** Who waits for the end of their account is erased on the day that they were told, or on one that they are told in time. */
const database = ownDatabase('graceperiod');

const ada: Listed = { id: '7', number: 'N7', email: 'ada@acme.example', name: 'Ada', team: 'Sales' };
const ben: Listed = { id: '8', number: 'N8', email: 'ben@acme.example', name: 'Ben', team: 'Sales' };

const after = <T>(world: World, days: number, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
    return work(trx);
  });
const setTo = (world: World, graceDays: number, day = 0): Promise<Moved> =>
  after(world, day, async (trx) => {
    await trx('programmes').where({ id: world.programme }).update({ grace_days: graceDays });
    return moveCloseDowns(trx, world.programme, graceDays);
  });
/** The days until the account ends, from the day on which it closed. */
const daysOf = async (world: World) => {
  const rows = await after(world, 0, (trx) =>
    trx('members')
      .where({ state: 'closing-down' })
      .select<{ days: number }[]>(trx.raw('close_down_ends_on - close_down_started_on as days')),
  );
  return rows.map(({ days }) => days);
};
const told = (world: World) =>
  after(world, 0, (trx) =>
    trx('outbox')
      .where({ kind: 'close-down' })
      .orderBy('send_after')
      .select<{ recipient: string; days: number }[]>(
        'recipient',
        trx.raw(`cast(payload->>'endsOn' as date) - current_date as days`),
      ),
  );
async function closing(): Promise<World> {
  const world = await createWorld(database.db);
  await runOver(database.db, world, [ada, ben]);
  await runOver(database.db, world, [{ ...ada, left: true }, ben]);
  expect(await daysOf(world)).toEqual([60]);
  return world;
}

test('a longer one moves the day and mails nobody', async () => {
  const world = await closing();
  expect(await setTo(world, 90)).toMatchObject({ moved: 1, sooner: 0, integrations: [] });
  expect(await daysOf(world)).toEqual([90]);
  expect(await told(world)).toHaveLength(1);
});

test('a shorter one moves the day and tells it once, whatever comes after', async () => {
  const world = await closing();
  expect(await setTo(world, 30)).toMatchObject({ moved: 1, sooner: 1, integrations: [world.integration] });
  expect(await setTo(world, 30)).toMatchObject({ moved: 0, sooner: 0, firstDay: null, integrations: [] });
  await setTo(world, 60);
  expect(await setTo(world, 30)).toMatchObject({ moved: 1, sooner: 1, integrations: [] });
  expect(await daysOf(world)).toEqual([30]);
  expect((await told(world)).map(({ recipient, days }) => [recipient, days])).toEqual([
    ['ada@acme.example', 60],
    ['ada@acme.example', 30],
  ]);
  const scope = { integration: world.integration, import: null, kinds: null };
  const mails = await after(world, 0, (trx) => claim(trx, scope, 10, true));
  expect(mails.filter(({ kind }) => kind === 'close-down').map(({ payload }) => payload)).toMatchObject([
    {},
    { sooner: true },
  ]);
});

test('a day that would have been over comes a week after the news, and never later than it was', async () => {
  const world = await closing();
  expect(await setTo(world, 10, 20)).toMatchObject({ moved: 1, sooner: 1 });
  expect(await daysOf(world)).toEqual([20 + NOTICE_DAYS]);
  await after(world, 26, (trx) => sweepProgramme(trx, world.programme));
  expect((await membersOf(database.db, world)).map(({ state }) => state).sort()).toEqual(['active', 'closing-down']);
  await after(world, 27, (trx) => sweepProgramme(trx, world.programme));
  expect((await membersOf(database.db, world)).map(({ state }) => state).sort()).toEqual(['active', 'deleted']);

  const late = await closing();
  expect(await setTo(late, 0, 57)).toMatchObject({ moved: 0, sooner: 0 });
  expect(await daysOf(late)).toEqual([60]);
});

test('it makes no change of the account: a run that was planned before still finds it as it was', async () => {
  const world = await closing();
  const versions = async () => (await membersOf(database.db, world)).map(({ version }) => version);
  const before = await versions();
  await setTo(world, 30);
  expect(await versions()).toEqual(before);
  expect((await runOver(database.db, world, [ada, ben])).counts).toMatchObject({ reactivated: 1 });
});
