import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { createTurnActivities, type TurnResult } from '../../activities/turn.js';
import { countDecided } from '../../database/decisions.js';
import { newId } from '../../database/ids.js';
import { openOperation } from '../../database/operations.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import type { CommandName } from '../../domain/commands.js';
import { installBreakpoints, type Breakpoints, type Point } from '../harness/breakpoints.js';
import { until } from '../harness/until.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, membersOf, person, runOver, type World } from './directory.js';

/**
 * A question can be answered, superseded by an import, expired by the sweep and closed by a revoke. Whichever two of them meet:
 * the first stands in the middle of its transaction when the second comes, and what they leave is as if they had come one
 * after the other. Of an import and a revoke that meet test/workflows/revoke.test.ts knows.
 */
const database = ownDatabase('question_races', 8);
let breakpoints: Breakpoints;
let world: World;
let digest: string;

beforeEach(async () => {
  breakpoints = await installBreakpoints({ database });
  world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
  await runOver(database.db, world, people());
  await runOver(database.db, world, people('0', '1', '2', '3', '4', '5'));
  digest = (await questions())[0]?.digest ?? '';
  // Its two weeks are over: the sweep that comes next ends it.
  await inside((trx) => trx('removal_holds').update({ expires_at: trx.raw('rollcall_now()') }));
});
afterEach(() => breakpoints.close());

const people = (...left: string[]) =>
  Array.from({ length: 40 }, (_, n) => person(String(n), { left: left.includes(String(n)) }));
const sixLeave = () => runOver(database.db, world, people('0', '1', '2', '3', '4', '5'));
/** The first is back, and two more leave. */
const othersLeave = () => runOver(database.db, world, people('1', '2', '3', '4', '5', '6', '7'));

const inside = <T>(work: (trx: Transaction) => Promise<T>) => inProgramme(database.db, world.programme, work);
/** How many questions the hourly sweep ends. */
const expire = () => inside(async (trx) => (await sweepProgramme(trx, world.programme)).questionsExpired);
const questions = (): Promise<{ state: string; digest: string; import_id: string }[]> =>
  inside((trx) => trx('removal_holds').orderBy('id').select('state', 'digest', 'import_id'));
const states = async () => (await questions()).map(({ state }) => state);
const approved = () => inside((trx) => trx('removal_hold_members').where({ decision: 'approved' }));
const closing = async () =>
  (await membersOf(database.db, world)).filter(({ state }) => state === 'closing-down').length;

interface Taken {
  readonly operation: string;
  readonly result: TurnResult;
}

/** As the workflow carries a command out, by what it knew when it judged it. */
async function turn(command: CommandName, to: string, body: object): Promise<Taken> {
  const { programme, integration } = world;
  const asked = { programme, integration, command, key: newId(), bodyDigest: '', actor: 'test' };
  const { operation } = await inside((trx) => openOperation(trx, asked, async () => body));
  const revision = await inside(async (trx) => {
    const row = await trx('integrations').where({ id: integration }).first<{ revision: number }>('revision');
    return row.revision;
  });
  const step = { programme, integration, operation: operation.id, command, revision, to, settles: true };
  return { operation: operation.id, result: await createTurnActivities(database).takeTurn(step) };
}
const approve = () => turn('decide', 'published', { decision: 'approve', planDigest: digest });
const revoke = () => turn('revoke', 'revoked', {});

/** The second begins when the first has come to the point, and the first goes on when the second waits for it. */
async function meet<A, B>(point: Point, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  await breakpoints.set(world.integration, point);
  const one = first();
  await breakpoints.reached(1);
  const other = second();
  await until('the second to wait for the first', () =>
    inside(async (trx) => {
      const { rows } = await trx.raw<{ rows: unknown[] }>(
        `select from pg_locks l join pg_stat_activity a on a.pid = l.pid
         where a.datname = current_database() and not l.granted and l.locktype in ('transactionid', 'tuple')`,
      );
      return rows.length > 0;
    }),
  );
  await breakpoints.release();
  return Promise.all([one, other]);
}

describe('a decision', () => {
  test('that comes while an import supersedes the question concerns who is in both', async () => {
    const [, { operation, result }] = await meet('question', othersLeave, approve);
    expect(result).toMatchObject({ kind: 'taken', reply: { outcome: 'done', approved: true } });
    expect(await inside((trx) => countDecided(trx, world.integration, operation))).toEqual({
      decided: 5,
      stillHeld: 2,
    });
    expect(await states()).toEqual(['superseded', 'open']);
  });

  test('that an import meets is carried out by it, and nothing is asked again', async () => {
    const [{ result }, run] = await meet('answer', approve, sixLeave);
    expect(result).toMatchObject({ kind: 'taken', reply: { outcome: 'done', approved: true } });
    expect([run.held, await closing(), await states()]).toEqual([0, 6, ['approved']]);
  });

  test('that comes while the question expires is refused, and nobody is approved', async () => {
    const [expired, { result }] = await meet('questionEnd', expire, approve);
    expect(expired).toBe(1);
    expect(result).toMatchObject({ reply: { outcome: 'refused', code: 'nothing-held' } });
    expect([await approved(), await states()]).toEqual([[], ['expired']]);
  });

  test('that comes while the sweep ends the question of a paused integration is refused, and neither is undone', async () => {
    await inside((trx) => trx('integrations').where({ id: world.integration }).update({ state: 'paused' }));
    const decide = () => turn('decide', 'paused', { decision: 'approve', planDigest: digest });
    const [expired, { result }] = await meet('questionEnd', expire, decide);
    expect(expired).toBe(1);
    expect(result).toMatchObject({ reply: { outcome: 'refused', code: 'nothing-held' } });
    expect([await approved(), await states()]).toEqual([[], ['expired']]);
  });

  test('that comes just before the question expires holds', async () => {
    const [{ result }, expired] = await meet('answer', approve, expire);
    expect(result).toMatchObject({ reply: { outcome: 'done', approved: true } });
    expect([expired, (await approved()).length, await states()]).toEqual([0, 6, ['approved']]);
  });

  test('that comes while access is revoked is judged again, and nobody is approved', async () => {
    const [, { result }] = await meet('questionEnd', revoke, approve);
    expect(result).toMatchObject({ kind: 'stale', state: 'revoked' });
    expect([await approved(), await states()]).toEqual([[], ['superseded']]);
  });

  test('just before access is revoked removes nobody by itself', async () => {
    const [, { result }] = await meet('answer', approve, revoke);
    // Judged before the decision was taken: the workflow judges the revoke once more.
    expect(result).toMatchObject({ kind: 'stale', state: 'published' });
    expect((await revoke()).result).toMatchObject({ kind: 'taken', state: 'revoked' });
    expect([await closing(), await states()]).toEqual([0, ['approved']]);
  });
});

describe('a question that expires', () => {
  test('while an import finds the same people is asked anew by it', async () => {
    const [, run] = await meet('questionEnd', expire, sixLeave);
    expect(await states()).toEqual(['expired', 'open']);
    expect((await questions())[1]?.import_id).toBe(run.import);
  });

  test('while an import supersedes it has been superseded, and the new one stays open', async () => {
    const [run, expired] = await meet('question', othersLeave, expire);
    expect([expired, await states()]).toEqual([0, ['superseded', 'open']]);
    expect((await questions())[1]?.import_id).toBe(run.import);
  });

  test('while access is revoked has expired, whoever comes second', async () => {
    const [expired] = await meet('questionEnd', expire, revoke);
    expect([expired, await states()]).toEqual([1, ['expired']]);
  });

  test('just after access was revoked does so no more', async () => {
    const [, expired] = await meet('questionEnd', revoke, expire);
    expect([expired, await states()]).toEqual([0, ['superseded']]);
  });
});
