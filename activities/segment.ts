import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { isSomebodyMissing } from '../database/look-ups.js';
import { loadRun } from '../database/run-context.js';
import { countFetched } from '../database/staging.js';
import { proveCompleteness, segmentPeople } from '../database/segment-people.js';
import { inRun } from '../database/transaction.js';
import type { RunRef } from '../domain/references.js';
import { failure } from './failures.js';
import { sideBySide } from './side-by-side.js';

export interface Segmented {
  readonly people: number;
  readonly proven: boolean;
  /** Somebody may be absent, of whom the HR system is to be asked. */
  readonly isMissing: boolean;
}

/** Decides about all people together: was everybody seen, who is outside the segment, who cannot be told apart. */
export function createSegment({ db }: { db: Database }) {
  return async function segment(run: RunRef): Promise<Segmented> {
    const { context, people, proven } = await inRun(db, run, async (trx) => {
      const context = await loadRun(trx, run.import);
      const { rows } = await countFetched(trx, run.import);
      await enterPhase(trx, run.import, 'segment', { done: null, total: rows });
      const proof = await proveCompleteness(trx, context);
      await trx('import_runs')
        .where({ id: run.import })
        .update({ proof: proof.proven ? 'proven' : 'incomplete', proof_code: proof.code, proof_detail: proof.reason });
      return { context, people: rows, proven: proof.proven };
    });
    // Beside each other: neither asks for what the other writes, and Postgres works on each with one processor.
    const [isMissing] = await sideBySide([
      inRun(db, run, (trx) => isSomebodyMissing(trx, context)),
      inRun(db, run, (trx) => segmentPeople(trx, context)),
    ]);
    // An empty answer from a directory that had people is a fault of the answer until somebody says otherwise.
    if (people === 0 && context.membersBefore > 0) {
      throw failure(
        'DirectoryEmpty',
        'The HR system returned an empty directory although it had people before; nobody was touched. Check the access there, then import again.',
      );
    }
    return { people, proven, isMissing };
  };
}
