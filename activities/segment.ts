import type { Database } from '../database/connection.js';
import { enterPhase, lockRun } from '../database/import-runs.js';
import { isSomebodyMissing } from '../database/look-ups.js';
import { loadRun, SEGMENTED, type RunContext } from '../database/run-context.js';
import { countFetched } from '../database/staging.js';
import { doesAnybodyShareAddress, proveCompleteness, segmentPeople } from '../database/segment-people.js';
import { inRun, type Transaction } from '../database/transaction.js';
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
    // Beside each other, since Postgres works on each with one processor: what is asked here, the other does not write.
    const isAddressShared = inRun(db, run, (trx) => doesAnybodyShareAddress(trx, context));
    const missing = isAddressShared.then(() => inRun(db, run, (trx) => isSomebodyMissing(trx, context)));
    const [isMissing] = await sideBySide([
      missing,
      inRun(db, run, (trx) => segmentOnce(trx, context, isAddressShared)),
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

/**
 * Once: whom it makes an error it would not find again, so an attempt that repeats a committed one would take back what it
 * told of them.
 */
async function segmentOnce(trx: Transaction, { import: id }: RunContext, isAddressShared: Promise<boolean>) {
  await lockRun(trx, id);
  const context = await loadRun(trx, id);
  if (context.mappedThrough >= SEGMENTED) return;
  await segmentPeople(trx, context, isAddressShared);
  await trx('import_runs').where({ id }).update({ mapped_through: SEGMENTED });
}
