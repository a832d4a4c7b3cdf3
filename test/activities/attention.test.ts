import { describe, expect, test } from '@jest/globals';
import { noteAuthorized } from '../../activities/attention.js';
import { createNotify } from '../../activities/notify.js';
import { sweepProgramme } from '../../activities/sweep.js';
import { createLogger } from '../../config/logging.js';
import { newId } from '../../database/ids.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import type { Ending } from '../../domain/import-ending.js';
import { FAILURES_UNTIL_SLOW } from '../../domain/slow-down.js';
import { ownDatabase } from '../harness/own-database.js';
import { change, createRun, createWorld, endRun, type MailWorld } from './mail-world.js';

/** What is told of an integration that needs somebody: what stands in its row and in the outbox afterwards. */
const database = ownDatabase('attention');

const DAILY = { cadence: { every: 'day', at: '03:00', timeZone: 'Europe/London' } };
const TWO_READERS = { ...DAILY, reportTo: ['ada.park@acme.example', 'ines.admin@acme.example'], reportOn: 'always' };
const LOST: Ending = { state: 'failed', failureCode: 'authorization-lost', failureDetail: 'The key was refused.' };
const SCOPE: Ending = { state: 'failed', failureCode: 'insufficient-scope', failureDetail: 'No permission to read.' };
const DOWN: Ending = { state: 'failed', failureCode: 'provider-unavailable', failureDetail: 'It does not answer.' };
const GOOD: Ending = { state: 'completed', failureCode: null, failureDetail: null };
const CANCELLED: Ending = { state: 'cancelled', failureCode: null, failureDetail: null };

const open = (live: object = TWO_READERS) => createWorld(database.db, { live });

/** Ends the world's run as the workflow does, and begins the next one. */
async function run(world: MailWorld, ending: Ending): Promise<MailWorld> {
  const { db } = database;
  const notify = createNotify({ db, mail: {} as never, publicUrl: '', log: createLogger('attention', 'silent') });
  const columns = { state: ending.state, failure_code: ending.failureCode, failure_detail: ending.failureDetail };
  await notify.enqueueReport({ run: world, ending });
  await endRun(db, world, columns);
  // Repeated, as after a lost answer: nothing is told twice.
  await notify.enqueueReport({ run: world, ending });
  const next = { ...world, import: newId() };
  await createRun(db, next, { state: 'running', phase: 'fetch' });
  return next;
}

async function runs(world: MailWorld, ...endings: readonly Ending[]): Promise<MailWorld> {
  let next = world;
  for (const ending of endings) next = await run(next, ending);
  return next;
}

const within = <T>(world: MailWorld, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, work);

interface Standing {
  readonly needs_attention: { code: string; detail: string; since: string; reminded?: number } | null;
  readonly slowed_since: Date | null;
}
const standing = (world: MailWorld) =>
  within(world, async (trx) => {
    const row = await trx('integrations').first<Standing>('needs_attention', 'slowed_since');
    return {
      code: row.needs_attention?.code ?? null,
      since: row.needs_attention?.since ?? null,
      slowed: row.slowed_since !== null,
    };
  });

/** Codes of the mails that one reader gets, oldest first; every reader gets the same. */
async function told(world: MailWorld): Promise<string[]> {
  const mails = await within(world, (trx) =>
    trx('outbox')
      .where({ kind: 'attention' })
      .orderBy('id')
      .select<{ recipient: string; payload: { code: string; days: number | null } }[]>('recipient', 'payload'),
  );
  const of = (reader: string) =>
    mails
      .filter(({ recipient }) => recipient.startsWith(reader))
      .map(({ payload: { code, days } }) => (days === null ? code : `${code}/${days}`));
  expect(of('ada')).toEqual(of('ines'));
  return of('ada');
}

const reports = (world: MailWorld) =>
  within(world, async (trx) => (await trx('outbox').where({ kind: 'report' }).select<unknown[]>('id')).length);

const days = (world: MailWorld, count: number) =>
  within(world, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${count} days`]);
    return sweepProgramme(trx, world.programme);
  });

describe('an incident', () => {
  test('is told once, keeps its beginning, and is told again when an import comes through', async () => {
    const world = await open();
    const second = await run(world, LOST);
    const first = await standing(world);
    expect(first).toMatchObject({ code: 'authorization-lost', slowed: false });
    const third = await runs(second, LOST, LOST);
    expect(await standing(world)).toEqual(first);
    expect(await told(world)).toEqual(['authorization-lost']);
    expect(await reports(world)).toBe(0);
    await run(third, GOOD);
    expect(await standing(world)).toEqual({ code: null, since: null, slowed: false });
    expect(await told(world)).toEqual(['authorization-lost', 'works-again']);
  });

  test('is told anew when it comes back after it was over', async () => {
    const world = await open();
    await runs(world, LOST, GOOD, LOST);
    expect(await told(world)).toEqual(['authorization-lost', 'works-again', 'authorization-lost']);
  });

  test('gives way to what is more pressing, never to what is less', async () => {
    const world = await open();
    const next = await runs(world, SCOPE, LOST);
    expect(await told(world)).toEqual(['insufficient-scope', 'authorization-lost']);
    await runs(next, SCOPE);
    expect(await standing(world)).toMatchObject({ code: 'authorization-lost' });
    expect(await told(world)).toEqual(['insufficient-scope', 'authorization-lost']);
  });

  test('of access is over with good credentials; another one is not', async () => {
    const [lost, down] = await Promise.all([open(), open()]);
    await run(lost, LOST);
    await runs(down, DOWN, DOWN, DOWN, DOWN, DOWN);
    for (const world of [lost, down]) {
      await within(world, (trx) => noteAuthorized(trx, world, newId()));
      expect((await standing(world)).slowed).toBe(false);
    }
    expect(await told(lost)).toEqual(['authorization-lost', 'works-again']);
    expect((await standing(lost)).code).toBeNull();
    expect(await told(down)).toEqual(['failing-repeatedly']);
    expect((await standing(down)).code).toBe('failing-repeatedly');
  });

  test('is no news any more once a revoke has closed the run', async () => {
    const world = await open();
    await endRun(database.db, world, { state: 'cancelled', failure_code: 'cancelled-by-revoke' });
    await createNotify({ db: database.db } as never).enqueueReport({ run: world, ending: LOST });
    expect(await told(world)).toEqual([]);
    expect((await standing(world)).code).toBeNull();
  });

  test('a question that stays open comes to the fore when the more pressing is over', async () => {
    const world = await open({ ...TWO_READERS, cadence: { ...DAILY.cadence, every: 'month', dayOfMonth: 1 } });
    const next = await run(world, LOST);
    await within(world, (trx) =>
      trx('removal_holds').insert({
        programme_id: world.programme,
        id: newId(),
        integration_id: world.integration,
        import_id: world.import,
        digest: 'x',
        causes: '{}',
        people: 1,
        expires_at: trx.raw(`rollcall_now() + interval '14 days'`),
      }),
    );
    await run(next, { ...GOOD, state: 'waiting-for-approval' });
    expect((await standing(world)).code).toBe('removals-held');
    expect(await told(world)).toEqual(['authorization-lost', 'works-again']);
    expect((await days(world, 13)).questionsExpired).toBe(0);
    expect(await days(world, 15)).toMatchObject({ questionsExpired: 1, changed: [world.integration] });
    expect((await standing(world)).code).toBeNull();
  });
});

describe('failures in a row', () => {
  test('of any cause slow it down at the fifth, told once; one success is enough to end it', async () => {
    const world = await open();
    const fifth = await runs(world, ...Array.from({ length: FAILURES_UNTIL_SLOW - 1 }, () => DOWN));
    expect(await standing(world)).toEqual({ code: null, since: null, slowed: false });
    expect(await told(world)).toEqual([]);
    const after = await runs(fifth, DOWN, DOWN);
    expect(await standing(world)).toMatchObject({ code: 'failing-repeatedly', slowed: true });
    expect(await told(world)).toEqual(['failing-repeatedly']);
    const again = await run(after, GOOD);
    expect(await standing(world)).toEqual({ code: null, since: null, slowed: false });
    expect(await told(world)).toEqual(['failing-repeatedly', 'works-again']);
    await runs(again, DOWN, DOWN, DOWN, DOWN);
    expect((await standing(world)).slowed).toBe(false);
  });

  test('are not interrupted by a cancelled run and not made by one', async () => {
    const world = await open();
    const next = await runs(world, DOWN, CANCELLED, DOWN, CANCELLED, DOWN, DOWN, CANCELLED);
    expect((await standing(world)).slowed).toBe(false);
    await run(next, DOWN);
    expect((await standing(world)).slowed).toBe(true);
  });

  test('are each reported, except where access was lost', async () => {
    const world = await open();
    await runs(world, DOWN, DOWN, LOST, LOST, DOWN);
    expect(await reports(world)).toBe(2 * 3);
    expect(await told(world)).toEqual(['authorization-lost']);
    expect(await standing(world)).toMatchObject({ code: 'authorization-lost', slowed: true });
  });
});

describe('the sweep', () => {
  test('reminds of lost access after 1, 3 and 7 days, and never of what is over', async () => {
    const world = await open();
    const next = await run(world, LOST);
    for (const day of [0, 1, 1, 2, 3, 4, 6, 7, 8, 30]) await days(world, day);
    expect(await told(world)).toEqual([
      'authorization-lost',
      'authorization-lost/1',
      'authorization-lost/3',
      'authorization-lost/7',
    ]);
    await run(next, GOOD);
    expect((await days(world, 40)).reminded).toBe(0);
  });

  test('of a paused one reminds nobody', async () => {
    const world = await open();
    await run(world, LOST);
    await change(database.db, world, 'integrations', {}, { state: 'paused' });
    expect(await days(world, 30)).toMatchObject({ reminded: 0, noticed: 0 });
  });

  test('notices that nothing came through for three days, once, and not behind lost access', async () => {
    const [quiet, lost] = await Promise.all([open(), open()]);
    await run(quiet, GOOD);
    await run(lost, LOST);
    expect((await days(quiet, 2)).noticed).toBe(0);
    expect(await days(quiet, 4)).toMatchObject({ noticed: 1, changed: [quiet.integration] });
    expect((await days(quiet, 5)).noticed).toBe(0);
    expect(await told(quiet)).toEqual(['no-success-since']);
    expect((await days(lost, 4)).noticed).toBe(0);
    expect((await standing(lost)).code).toBe('authorization-lost');
  });

  test('counts from the day when it was resumed', async () => {
    const world = await open();
    await within(world, (trx) =>
      trx('audit_log').insert({
        programme_id: world.programme,
        id: newId(),
        actor: 'ines.admin',
        action: 'resume',
        subject: world.integration,
        at: trx.raw(`now() + interval '30 days'`),
      }),
    );
    expect((await days(world, 32)).noticed).toBe(0);
    expect((await days(world, 34)).noticed).toBe(1);
  });

  test('finds mails that nobody looks after, and leaves those of an open run to it', async () => {
    const world = await open();
    const next = await run(world, LOST);
    expect((await days(world, 0)).leftBehind).toEqual([world.integration]);
    await within(world, (trx) => trx('outbox').update({ import_id: next.import }));
    expect((await days(world, 0)).leftBehind).toEqual([]);
  });

  test('destroys a credential that nobody proved good, and no other', async () => {
    const world = await open();
    const credential = (state: string) => ({
      programme_id: world.programme,
      id: newId(),
      provider: 'sage-hr',
      name: 'Sage HR',
      ciphertext: Buffer.alloc(8),
      key_id: 'test',
      state,
      expires_at: state === 'candidate' ? new Date() : null,
    });
    await within(world, (trx) => trx('credentials').insert([credential('candidate'), credential('active')]));
    expect((await days(world, 1)).candidatesExpired).toBe(1);
    expect(await within(world, (trx) => trx('credentials').select('state'))).toEqual([{ state: 'active' }]);
  });
});
