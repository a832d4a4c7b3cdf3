import type { Database } from '../database/connection.js';
import { comparesDirectory, doesAnybodyDiffer } from '../database/differing.js';
import { askAboutHeldRemovals } from '../database/holds.js';
import { enterPhase } from '../database/import-runs.js';
import { planChanges, type WrittenPlan } from '../database/plan.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';
import { sideBySide } from './side-by-side.js';

export interface Planned extends WrittenPlan {
  readonly held: number;
}

/** Writes the plan: a change row for each person concerned, in one transaction that gives the same rows again. */
export function createPlan({ db }: { db: Database }) {
  return async function plan(run: RunRef): Promise<Planned> {
    const context = await inRun(db, run, (trx) => loadRun(trx, run.import));
    // Beside the first steps of the plan: Postgres works on each with one processor.
    const isDiffering = comparesDirectory(context)
      ? inRun(db, run, (trx) => doesAnybodyDiffer(trx, context))
      : Promise.resolve(true);
    const [planned] = await sideBySide([writePlan(db, run, context, isDiffering), isDiffering]);
    return planned;
  };
}

function writePlan(db: Database, run: RunRef, context: RunContext, isDiffering: Promise<boolean>): Promise<Planned> {
  return inRun(db, run, async (trx) => {
    if (context.appliedThrough !== null) throw new Error('A plan that is being carried out cannot be made again.');
    await enterPhase(trx, run.import, 'plan', { done: null, total: null });
    const { counts, changes } = await planChanges(trx, context, isDiffering);
    const held = await askAboutHeldRemovals(trx, context);
    await trx('import_runs')
      .where({ id: run.import })
      .update({ counts: JSON.stringify(counts) });
    return { counts, changes, held };
  });
}
