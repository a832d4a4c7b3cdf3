import { describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { isDatabaseAway } from '../../database/away.js';
import { openDatabase } from '../../database/connection.js';
import { ownDatabase } from '../harness/own-database.js';

/** What says "not now": whoever meets it asks again, and nobody is told of a fault of Rollcall's. */
const database = ownDatabase('away');

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** Lets a statement run in a transaction while somebody does something to its connection. */
async function disturbed(statement: string, disturb: (pid: number, admin: pg.Client) => Promise<unknown>) {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    return await errorOf(
      database.db.transaction(async (trx) => {
        const { rows } = await trx.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
        const running = trx.raw(statement).then();
        running.catch(() => undefined);
        await disturb(rows[0]?.pid ?? 0, admin);
        await running;
        await trx.raw('select 1');
      }),
    );
  } finally {
    await admin.end();
  }
}

describe('the database is away', () => {
  test('when the connection is cut under a statement', async () => {
    const cut = (pid: number, admin: pg.Client) => admin.query('select pg_terminate_backend($1)', [pid]);
    expect(isDatabaseAway(await disturbed('select pg_sleep(5)', cut))).toBe(true);
  });

  test('when the connection was cut between two statements', async () => {
    const cut = async (pid: number, admin: pg.Client) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await admin.query('select pg_terminate_backend($1)', [pid]);
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    expect(isDatabaseAway(await disturbed('select 1', cut))).toBe(true);
  });

  test('when a transaction slept for too long, as of a process that was frozen', async () => {
    const sleep = () => new Promise((resolve) => setTimeout(resolve, 400));
    const error = await disturbed(`set local idle_in_transaction_session_timeout = '100ms'`, sleep);
    expect(isDatabaseAway(error)).toBe(true);
  });

  test('when nobody listens, and when there is no connection left', async () => {
    const nowhere = openDatabase('postgres://nobody:nothing@127.0.0.1:1/none', { name: 'nowhere' });
    expect(isDatabaseAway(await errorOf(nowhere.raw('select 1').then()))).toBe(true);
    await nowhere.destroy();
  });

  test.each(['40P01', '40001', '53300', '53100', '57P03', '25P03', 'EPIPE'])('by the code %s', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(true);
  });

  test.each([
    'Knex: Timeout acquiring a connection. The pool is probably full.',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Client was closed and is not queryable',
  ])('by the sentence "%s"', (sentence) => {
    expect(isDatabaseAway(new Error(sentence))).toBe(true);
  });
});

test('a statement that is wrong, or that a constraint refuses, is no absence', async () => {
  expect(isDatabaseAway(await errorOf(database.db.raw('select nothing').then()))).toBe(false);
  expect(isDatabaseAway(await errorOf(database.db.raw('select 1/0').then()))).toBe(false);
  expect(isDatabaseAway(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
  expect([null, undefined, 'Connection', new Error('anything else')].some(isDatabaseAway)).toBe(false);
});
