import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { concernsManagers, resolveManagers } from '../database/managers.js';
import { mayOverlap, provisionSlice, remainingSlices, type Slice } from '../database/provision.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';

/** A call ends after this long, so that an operator sees slices go by and a revoke is not kept waiting. */
const LONGEST_CALL_MS = 45_000;

/** Postgres works on each with one processor. */
const MOST_UNDER_WAY = 2;

/**
 * Carries out the plan slice by slice; each is a transaction of its own, and done once. Two are under way at a time where
 * that is safe; they are recorded in their order.
 */
export function createProvision({ db, rowsPerSlice }: { readonly db: Database; readonly rowsPerSlice?: number }) {
  return async function provision(run: RunRef): Promise<{ finished: boolean; applied: number }> {
    const deadline = Date.now() + LONGEST_CALL_MS;
    const { context, slices } = await inRun(db, run, async (trx): Promise<Work> => {
      const context = await loadRun(trx, run.import);
      return { context, slices: await remainingSlices(trx, context, rowsPerSlice) };
    });
    const applied = await carryOut(db, run, { context, slices }, deadline);
    const finished = applied === lastOf({ context, slices });
    // When everybody has an account: a manager may come after those who name them.
    if (finished && concernsManagers(context)) await inRun(db, run, (trx) => resolveManagers(trx, context));
    if (!finished) Context.current().cancellationSignal.throwIfAborted();
    return { finished, applied };
  };
}

interface Work {
  readonly context: RunContext;
  /** What is left, in its order. */
  readonly slices: readonly Slice[];
}

/** The end of the plan. */
const lastOf = ({ context, slices }: Work): number => slices.at(-1)?.through ?? context.appliedThrough ?? 0;

/** Until the deadline; gives the end of what has been carried out. */
async function carryOut(db: Database, run: RunRef, work: Work, deadline: number): Promise<number> {
  const { context, slices } = work;
  const total = lastOf(work);
  const activity = Context.current();
  const underWay: Promise<number>[] = [];
  try {
    for (const [at, slice] of slices.entries()) {
      const before = slices[at - 1];
      const isAlone = before !== undefined && !mayOverlap(context, before);
      // They end in their order, so whoever is waited for is the last but so many.
      await underWay.at(isAlone ? -1 : -MOST_UNDER_WAY);
      if (at > 0 && (activity.cancellationSignal.aborted || Date.now() > deadline)) break;
      const turn = underWay.at(-1);
      const ended = inRun(db, run, async (trx) => {
        await provisionSlice(trx, context, slice, turn);
        await enterPhase(trx, run.import, 'provision', { done: slice.through, total });
      });
      underWay.push(
        ended.then(() => {
          activity.heartbeat({ finished: slice.through >= total, applied: slice.through });
          return slice.through;
        }),
      );
    }
  } finally {
    await Promise.allSettled(underWay);
  }
  return (await underWay.at(-1)) ?? total;
}
