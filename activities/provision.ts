import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { concernsManagers, resolveManagers } from '../database/managers.js';
import { mayOverlap, nextSlice, provisionSlice, type Slice } from '../database/provision.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { inRun, type Transaction } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';
import { sideBySide } from './side-by-side.js';

/** A call ends after this long, so that an operator sees slices go by and a revoke is not kept waiting. */
const LONGEST_CALL_MS = 45_000;

/**
 * Carries out the plan slice by slice; each is a transaction of its own, and done once. Two are under way at a time
 * where that is safe, since Postgres works on each with one processor; they are recorded in their order.
 */
export function createProvision({ db }: { db: Database }) {
  return async function provision(run: RunRef): Promise<{ finished: boolean; applied: number }> {
    const deadline = Date.now() + LONGEST_CALL_MS;
    for (;;) {
      const { context, slices, total } = await inRun(db, run, (trx) => findSlices(trx, run));
      const applied = slices.at(-1)?.through ?? total;
      await carryOut(db, run, { context, slices, total });
      const finished = applied >= total;
      Context.current().heartbeat({ finished, applied });
      // When everybody has an account: a manager may come after those who name them.
      if (finished && concernsManagers(context)) await inRun(db, run, (trx) => resolveManagers(trx, context));
      if (finished || Date.now() > deadline) return { finished, applied };
      Context.current().cancellationSignal.throwIfAborted();
    }
  };
}

interface Work {
  readonly context: RunContext;
  /** The next ones, in their order. */
  readonly slices: readonly Slice[];
  readonly total: number;
}

async function findSlices(trx: Transaction, run: RunRef): Promise<Work> {
  const context = await loadRun(trx, run.import);
  const total = await lastOrdinal(trx, run.import);
  const first = await nextSlice(trx, context);
  if (first === null) return { context, slices: [], total };
  const second = mayOverlap(context, first)
    ? await nextSlice(trx, { ...context, appliedThrough: first.through })
    : null;
  return { context, slices: second === null ? [first] : [first, second], total };
}

async function carryOut(db: Database, run: RunRef, { context, slices, total }: Work): Promise<void> {
  let turn: Promise<void> = Promise.resolve();
  const underWay = slices.map((slice) => {
    const before = turn;
    turn = inRun(db, run, async (trx) => {
      await provisionSlice(trx, context, slice, before);
      await enterPhase(trx, run.import, 'provision', { done: slice.through, total });
    });
    return turn;
  });
  await sideBySide(underWay);
}

async function lastOrdinal(trx: Transaction, importId: string): Promise<number> {
  const row = await trx('changes').where({ import_id: importId }).max<{ last: number | null }[]>('ordinal as last');
  return Math.max(row[0]?.last ?? 0, 0);
}
