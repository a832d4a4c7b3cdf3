import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { nextSlice, provisionSlice } from '../database/provision.js';
import { loadRun } from '../database/run-context.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';

/** A call ends after this long, so that an operator sees slices go by and a revoke is not kept waiting. */
const LONGEST_CALL_MS = 45_000;

/** Carries out the plan slice by slice; each is a transaction of its own, and done once. */
export function createProvision({ db }: { db: Database }) {
  return async function provision(run: RunRef): Promise<{ finished: boolean; applied: number }> {
    const deadline = Date.now() + LONGEST_CALL_MS;
    for (;;) {
      const applied = await inRun(db, run, async (trx) => {
        const context = await loadRun(trx, run.import);
        const slice = await nextSlice(trx, context);
        const total = await lastOrdinal(trx, run.import);
        if (slice === null) return { finished: true, applied: total };
        await enterPhase(trx, run.import, 'provision', { done: slice.through, total });
        await provisionSlice(trx, context, slice);
        return { finished: slice.through >= total, applied: slice.through };
      });
      Context.current().heartbeat(applied);
      if (applied.finished || Date.now() > deadline) return applied;
      Context.current().cancellationSignal.throwIfAborted();
    }
  };
}

async function lastOrdinal(trx: Parameters<typeof nextSlice>[0], importId: string): Promise<number> {
  const row = await trx('changes').where({ import_id: importId }).max<{ last: number | null }[]>('ordinal as last');
  return Math.max(row[0]?.last ?? 0, 0);
}
