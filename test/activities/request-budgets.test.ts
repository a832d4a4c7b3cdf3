import { beforeEach, expect, test } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { createPace } from '../../activities/pace.js';
import { insertCandidate } from '../../database/credentials.js';
import { slowDown, takeTurn } from '../../database/request-budgets.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { RateLimited } from '../../providers/errors.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld } from './mail-world.js';

/** One budget for an account, whoever asks: places in time are given out by Postgres alone. */
const KEYS = [{ id: 'k1', secret: Buffer.alloc(32) }];
const LONG = 3_600_000;
const signal = new AbortController().signal;
const database = ownDatabase('budgets');
let place: { programme: string; credential: string; spacingMs: number };

beforeEach(async () => {
  const { programme } = await createWorld(database.db);
  const candidate = { programme, provider: 'merge', name: 'x', values: {} };
  const credential = await within((trx) => insertCandidate(trx, KEYS, candidate), programme);
  place = { programme, credential, spacingMs: 0 };
});

const within = <T>(work: (trx: Transaction) => Promise<T>, programme = place.programme) =>
  inProgramme(database.db, programme, work);
const turn = (spacingMs: number, patienceMs = LONG) =>
  within((trx) => takeTurn(trx, { ...place, spacingMs }, patienceMs));

/** Where the last place was given out, in milliseconds from the first. */
async function spread(count: number, spacingMs: number): Promise<number[]> {
  const turns = await Promise.all(Array.from({ length: count }, () => turn(spacingMs)));
  return turns.map(({ waitMs }) => waitMs).sort((one, other) => one - other);
}

/** Between the place of one who asks now and the next one, by what Postgres gives out and not by when it was asked. */
async function distance(): Promise<number> {
  const next = async () => {
    const [row] = await within((trx) =>
      trx('request_budgets').select<{ ms: number }[]>(trx.raw('extract(epoch from next_at)::float * 1000 as ms')),
    );
    return row?.ms ?? Number.NaN;
  };
  // Not yet come, or the place would be the moment of asking.
  await within((trx) => trx('request_budgets').update({ next_at: trx.raw(`clock_timestamp() + interval '1 minute'`) }));
  const before = await next();
  await turn(0);
  return (await next()) - before;
}

test('many who ask at once get places one after the other', async () => {
  const waits = await spread(16, 10_000);
  // Ten are had at once; then the places are ten seconds apart, however long it took to give them out.
  expect(waits.map((ms) => Math.ceil(ms / 10_000))).toEqual(waits.map((_, at) => Math.max(0, at - 10)));
});

test('without a limit nobody waits, until the vendor objects; then all do, twice as long each time', async () => {
  expect(await turn(0)).toEqual({ waitMs: 0, isSpaced: false });
  await within((trx) => slowDown(trx, place, null));
  expect(Math.round((await distance()) / 100)).toBe(5);
  const { waitMs, isSpaced } = await turn(0);
  expect(isSpaced).toBe(true);
  expect(waitMs).toBeGreaterThan(0);
  for (let again = 0; again < 12; again += 1) await within((trx) => slowDown(trx, place, null));
  const [row] = await within((trx) => trx('request_budgets').select<{ spacing_ms: number }[]>('spacing_ms'));
  expect(row?.spacing_ms).toBe(30_000);
});

test('quiet minutes make it faster again', async () => {
  await turn(0);
  await within((trx) => slowDown(trx, place, null));
  const ago = (minutes: number) =>
    within((trx) =>
      trx('request_budgets').update({
        next_at: trx.raw('clock_timestamp()'),
        spacing_ms: 1000,
        slowed_at: trx.raw(`clock_timestamp() - ? * interval '1 minute'`, [minutes]),
      }),
    );
  await ago(5);
  expect(Math.round((await distance()) / 100)).toBe(5);
  await ago(60);
  expect(await turn(0)).toEqual({ waitMs: 0, isSpaced: false });
});

test('a pause that one worker was told of is kept by the others, who do not ask', async () => {
  const pace = () => createPace(database.db, 'Merge', place);
  const [one, other] = [pace(), pace()];
  await one.turn(signal);
  await one.slowDown(600);
  const refusal: unknown = await other.turn(signal).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(RateLimited);
  expect((refusal as RateLimited).retryAfterSeconds).toBeGreaterThan(590);
  // No place was taken by who does not wait.
  const again: unknown = await other.turn(signal).catch((error: unknown) => error);
  expect((again as RateLimited).retryAfterSeconds).toBeLessThanOrEqual(600);
});

test('who waits for a place ends with the caller', async () => {
  const pace = createPace(database.db, 'Merge', place);
  await pace.turn(signal);
  for (const seconds of [null, null, null, null]) await pace.slowDown(seconds);
  await pace.turn(signal);
  const ending = new AbortController();
  const waiting = pace.turn(ending.signal);
  await wait(50);
  ending.abort();
  await expect(waiting).rejects.toThrow(/abort/i);
});

test('an account whose credential is gone has no budget, and fails nobody', async () => {
  await turn(0);
  await within((trx) => trx('credentials').where({ id: place.credential }).delete());
  expect(await within((trx) => trx('request_budgets'))).toEqual([]);
  expect(await turn(0)).toEqual({ waitMs: 0, isSpaced: false });
});
