import pg from 'pg';
import type { Knex } from 'knex';
import type { Database } from './connection.js';

/**
 * The one place that opens transactions. A transaction belongs to one programme, or it sweeps across all of them and
 * then can only read; without either, row-level security shows it nothing.
 */
export type Transaction = Knex.Transaction;

/** A run's fence: its epoch must still be the integration's own, or the run has been overtaken. */
export interface Fence {
  readonly programme: string;
  readonly integration: string;
  readonly lane: 'write' | 'review';
  readonly epoch: number;
}

/** The run is no longer the one that may write: revoked, removed, or replaced by a later one. */
export class ImportSuperseded extends Error {
  override readonly name = 'ImportSuperseded';
  constructor() {
    super('The run was overtaken: its integration was revoked, removed or started another run.');
  }
}

/** Two attempts of one step were under way, and the other one has written: this one is undone and may look again. */
export class AttemptOvertaken extends Error {
  override readonly name = 'AttemptOvertaken';
  constructor() {
    super('Another attempt of this step has gone on meanwhile; this one is undone.');
  }
}

export function inProgramme<T>(db: Database, programme: string, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    await trx.raw("select set_config('rollcall.programme', ?, true)", [programme]);
    return work(trx);
  });
}

/** Reads and writes people who administer, their sessions and links; reads their roles in every programme. */
export function inAccounts<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (trx) => {
    await trx.raw("select set_config('rollcall.sweep', 'on', true)");
    await openAccounts(trx);
    return work(trx);
  });
}

/** From here on the transaction of a programme may write those of its admins, too. */
export async function openAccounts(trx: Transaction): Promise<void> {
  await trx.raw("select set_config('rollcall.accounts', 'on', true)");
}

/** Goes on in another programme; what was written before stays part of the same transaction. */
export async function turnTo(trx: Transaction, programme: string): Promise<void> {
  await trx.raw("select set_config('rollcall.programme', ?, true)", [programme]);
}

/** Reads ids and rows of every programme; writing is refused by row-level security. */
export function acrossProgrammes<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(
    async (trx) => {
      await trx.raw("select set_config('rollcall.sweep', 'on', true)");
      return work(trx);
    },
    { readOnly: true },
  );
}

/**
 * A run analyzes what it has just written, to be told one from many. Three thousand rows of a table say that as well as
 * thirty thousand, which would take a twentieth of an import.
 */
const COARSE_STATISTICS = `set_config('default_statistics_target', '10', true)`;

/**
 * A writing transaction of a run. The fence is locked before anything is written: a worker that was thought dead and
 * wakes finds its epoch gone, and one that is still writing holds up whoever raises it.
 */
export function inRun<T>(db: Database, fence: Fence, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const column = fence.lane === 'write' ? 'epoch' : 'review_epoch';
  return inProgramme(db, fence.programme, async (trx) => {
    const held: unknown[] = await trx('integrations')
      .select(trx.raw(COARSE_STATISTICS))
      .where({ programme_id: fence.programme, id: fence.integration, [column]: fence.epoch })
      .forShare();
    if (held.length === 0) throw new ImportSuperseded();
    return work(trx);
  });
}

/**
 * For a statement that looks at everybody. What 100,000 people are compared in, or the rows of a plan that creates them all,
 * fits into it; with less, Postgres writes them to a file besides, a tenth of the time.
 */
export const LARGE_MEMORY = `set local work_mem = '128MB'`;

/**
 * For a transaction that compares everybody with everybody, and does nothing else: by statistics from before the last import
 * Postgres would look each of them up by an index, which takes half as long again.
 */
export const AS_SETS = 'set local enable_nestloop = off';

const UNIQUE_VIOLATION = '23505';

/** Does what is refused where a key is there already; then nothing of it is done, and the transaction goes on. */
export async function unlessDouble(
  trx: Transaction,
  work: (apart: Transaction) => PromiseLike<unknown>,
): Promise<boolean> {
  try {
    await trx.transaction(async (apart) => {
      await work(apart);
    });
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}
