import type { Database } from '../database/connection.js';
import { askAboutHeldRemovals } from '../database/holds.js';
import { enterPhase } from '../database/import-runs.js';
import { planChanges, type Counts } from '../database/plan.js';
import { loadRun } from '../database/run-context.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';

export interface Planned {
  readonly counts: Counts;
  readonly changes: number;
  readonly held: number;
}

/** Writes the plan: a change row for each person concerned, in one transaction that gives the same rows again. */
export function createPlan({ db }: { db: Database }) {
  return async function plan(run: RunRef): Promise<Planned> {
    return inRun(db, run, async (trx) => {
      const context = await loadRun(trx, run.import);
      if (context.appliedThrough !== null) throw new Error('A plan that is being carried out cannot be made again.');
      await enterPhase(trx, run.import, 'plan', { done: null, total: null });
      const counts = await planChanges(trx, context);
      const held = await askAboutHeldRemovals(trx, context);
      await trx('import_runs')
        .where({ id: run.import })
        .update({ counts: JSON.stringify(counts) });
      const applicable = await trx('changes')
        .where({ import_id: run.import })
        .whereNull('outcome')
        .whereNot({ kind: 'error' })
        .count<{ count: number }[]>('* as count');
      return { counts, changes: applicable[0]?.count ?? 0, held };
    });
  };
}
