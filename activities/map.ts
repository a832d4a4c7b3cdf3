import type { Database } from '../database/connection.js';
import { enterPhase, lockRun } from '../database/import-runs.js';
import { joinRecords } from '../database/join-records.js';
import { loadRun, MAPPED } from '../database/run-context.js';
import { countFetched } from '../database/staging.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';
import { findProvider } from '../providers/registry.js';

/** Makes people of the records that the fetch has read and mapped, in one transaction that can be repeated. */
export function createMap({ db }: { db: Database }) {
  return async function mapPeople(run: RunRef): Promise<void> {
    await inRun(db, run, async (trx) => {
      const { rows } = await countFetched(trx, run.import);
      await enterPhase(trx, run.import, 'map', { done: null, total: rows });
    });
    await inRun(db, run, async (trx) => {
      // An attempt that was thought dead may be making them at this moment: this one sees what it has made.
      await lockRun(trx, run.import);
      const context = await loadRun(trx, run.import);
      if (context.mappedThrough >= MAPPED) return;
      // Of a file, two lines with one id are two people or a mistake; a vendor's lists may overlap.
      const repeated = findProvider(run.provider)?.files === undefined ? 'joined' : 'refused';
      await joinRecords(trx, context, repeated);
      await trx('import_runs').where({ id: run.import }).update({ mapped_through: MAPPED });
    });
  };
}
