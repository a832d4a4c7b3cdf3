import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Database } from '../database/connection.js';
import {
  countLookUps,
  doubtLookUps,
  findControls,
  findToLookUp,
  noteUnlooked,
  saveLookUps,
  type Answer,
  type Missing,
} from '../database/look-ups.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { inRun } from '../database/transaction.js';
import type { FailureType } from '../domain/failure-names.js';
import type { RunRef } from '../domain/references.js';
import { ProviderError, RateLimited } from '../providers/errors.js';
import type { ProviderClient } from '../providers/provider.js';
import type { Account, OpenAccount } from './accounts.js';

/**
 * Asks the HR system for those who are missing in its list, one by one. An answer is kept as soon as somebody who is in the
 * list was shown in the same way; whatever is no clear answer is none. It never ends a run: who cannot be asked for is left
 * to the next complete import.
 */
export interface LookedUp {
  readonly finished: boolean;
  /** All answers of the run until now. */
  readonly answers: Readonly<Record<Answer, number>>;
  /** So many are missing that nobody was asked for. */
  readonly isTooMany: boolean;
}

/** A call holds one of the provider's slots no longer than this. */
const LONGEST_CALL_MS = 45_000;
/** For one person, with repetitions and the wait for the account's turn. */
const LONGEST_LOOK_UP_MS = 20_000;
/** Their answers are kept together, after the control. */
const AT_ONCE = 10;
/** An HR system that wants to be left alone is obeyed so often; then who is left stays unknown. */
const MOST_PAUSES = 5;
/** A longer pause than this is not waited for: the next import asks again. */
const LONGEST_PAUSE_SECONDS = 120;

type LookUpOne = NonNullable<ProviderClient['lookUp']>;

interface Asking {
  readonly db: Database;
  readonly run: RunRef;
  readonly context: RunContext;
  readonly lookUp: LookUpOne;
  readonly controls: readonly string[];
}

export function createLookUp({ db, openAccount }: { db: Database; openAccount: OpenAccount }) {
  return async function lookUpMissing(run: RunRef): Promise<LookedUp> {
    const found = await inRun(db, run, async (trx) => {
      const context = await loadRun(trx, run.import);
      return { context, ...(await findToLookUp(trx, context)) };
    });
    const { context, isTooMany } = found;
    if (found.people.length === 0 && !isTooMany) return reached(db, run, false);
    const account = await opened(openAccount, run);
    try {
      const lookUp = account?.client.lookUp?.bind(account.client);
      if (lookUp === undefined) return await reached(db, run, false);
      const controls = await inRun(db, run, async (trx) => {
        await noteUnlooked(trx, context, isTooMany);
        return findControls(trx, context);
      });
      const finished = await askInTurn({ db, run, context, lookUp, controls }, found.people);
      return { ...(await reached(db, run, isTooMany)), finished };
    } finally {
      await account?.client.close();
    }
  };
}

/** Null: the account cannot be opened, so nobody can be asked. */
async function opened(openAccount: OpenAccount, run: RunRef): Promise<Account | null> {
  try {
    return await openAccount(run);
  } catch (error) {
    if (error instanceof ProviderError && !Context.current().cancellationSignal.aborted) return null;
    throw error;
  }
}

async function reached(db: Database, run: RunRef, isTooMany: boolean): Promise<LookedUp> {
  return { finished: true, isTooMany, answers: await inRun(db, run, (trx) => countLookUps(trx, run.import)) };
}

/** Gives whether all were asked for; a further call goes on behind those whose answers are kept. */
async function askInTurn(asking: Asking, people: readonly Missing[]): Promise<boolean> {
  const deadline = Date.now() + LONGEST_CALL_MS;
  for (let from = 0; from < people.length; from += AT_ONCE) {
    if (Date.now() > deadline) return false;
    const batch = people.slice(from, from + AT_ONCE);
    const answers = await unlessTooOften(() => askForAll(asking.lookUp, batch));
    const isShown = answers === null ? null : await unlessTooOften(() => isSomebodyShown(asking));
    if (answers === null || isShown !== true) {
      const left = people.slice(from).map(({ member }): [string, Answer] => [member, 'unknown']);
      await keep(asking, new Map(left), isShown === false);
      return true;
    }
    await keep(asking, answers, false);
    Context.current().heartbeat({ asked: from + batch.length });
  }
  return true;
}

async function askForAll(lookUp: LookUpOne, batch: readonly Missing[]): Promise<ReadonlyMap<string, Answer>> {
  const answered = batch.map(async ({ member, person }): Promise<[string, Answer]> => [
    member,
    await ask(lookUp, person),
  ]);
  return new Map(await Promise.all(answered));
}

/** The control: somebody who is there is seen in the same way. */
async function isSomebodyShown({ lookUp, controls }: Asking): Promise<boolean> {
  for (const person of controls) if ((await ask(lookUp, person)) === 'there') return true;
  return false;
}

async function ask(lookUp: LookUpOne, person: string): Promise<Answer> {
  const { cancellationSignal } = Context.current();
  const outOfTime = AbortSignal.timeout(LONGEST_LOOK_UP_MS);
  try {
    return await lookUp(person, AbortSignal.any([cancellationSignal, outOfTime]));
  } catch (error) {
    if (cancellationSignal.aborted || error instanceof RateLimited) throw error;
    if (error instanceof ProviderError || outOfTime.aborted) return 'unknown';
    throw error;
  }
}

/** Waits as the HR system wants it, by an attempt that begins later; null when that was often or would be long. */
async function unlessTooOften<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RateLimited)) throw error;
    const seconds = error.retryAfterSeconds ?? 0;
    if (Context.current().info.attempt > MOST_PAUSES || seconds > LONGEST_PAUSE_SECONDS) return null;
    throw ApplicationFailure.create({
      type: 'RateLimited' satisfies FailureType,
      message: error.message,
      nonRetryable: false,
      category: ApplicationFailureCategory.BENIGN,
      ...(seconds > 0 ? { nextRetryDelay: seconds * 1000 } : {}),
    });
  }
}

async function keep({ db, run, context }: Asking, answers: ReadonlyMap<string, Answer>, isDoubted: boolean) {
  await inRun(db, run, async (trx) => {
    await saveLookUps(trx, context, answers);
    if (isDoubted) await doubtLookUps(trx, context);
  });
}
