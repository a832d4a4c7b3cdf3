import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../database/connection.js';
import { slowDown, takeTurn, type BudgetPlace } from '../database/request-budgets.js';
import { inProgramme } from '../database/transaction.js';
import { RateLimited } from '../providers/errors.js';
import type { Pace } from '../providers/provider.js';

/** Longer than this nobody waits here: it is thrown, and Temporal waits. */
const PATIENCE_MS = 10_000;
/** Where requests are not spaced, another worker's objection is heard of after this at the latest. */
const UNSPACED_MS = 2_000;
/** Many readers do not come back in step. */
const JITTER = 0.2;

/** The pace of one account, kept in Postgres for all workers together. */
export function createPace(db: Database, vendor: string, place: BudgetPlace): Pace {
  let freeUntil = 0;
  return {
    async turn(signal) {
      if (Date.now() < freeUntil) return;
      const { waitMs, isSpaced } = await inProgramme(db, place.programme, (trx) => takeTurn(trx, place, PATIENCE_MS));
      if (waitMs > PATIENCE_MS) {
        const seconds = Math.ceil(waitMs / 1000);
        throw new RateLimited(`${vendor} asked for a pause that is not over: ${seconds} seconds are left.`, seconds);
      }
      if (!isSpaced) freeUntil = Date.now() + UNSPACED_MS;
      else if (waitMs > 0) await wait(waitMs * (1 + Math.random() * JITTER), undefined, { signal });
    },
    async slowDown(seconds) {
      freeUntil = 0;
      await inProgramme(db, place.programme, (trx) => slowDown(trx, place, seconds));
    },
  };
}
