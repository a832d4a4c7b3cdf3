import type { Transaction } from './transaction.js';

/**
 * How often an account at a vendor is asked, by all workers together: requests get places in time, one after the other.
 * A vendor that objects doubles the distance between them; every five quiet minutes halve it again. The clock is the
 * server's own, since a vendor does not wait for the days of a test.
 */
export interface BudgetPlace {
  readonly programme: string;
  readonly credential: string;
  /** Between two requests, milliseconds; 0 where the vendor names no limit. */
  readonly spacingMs: number;
}

export interface Turn {
  /** Until the request may be made. Beyond `patienceMs` no place was taken: ask again then. */
  readonly waitMs: number;
  /** Whether requests are spaced at all at the moment. */
  readonly isSpaced: boolean;
}

const HALVED_AFTER_SECONDS = 300;
/** What a vendor gets that objects and names no limit: two requests a second, then one, and so on. */
const FIRST_SPACING_MS = 500;
const LONGEST_SPACING_MS = 30_000;
/** So many requests may come at once where nobody has asked for a while: limits are by the minute. */
const AT_ONCE = 10;
/** Below this it is no distance any more. */
const SHORTEST_SPACING_MS = 60;

const SPACING = `greatest(:spacingMs::float, case when slow.ms < ${SHORTEST_SPACING_MS} then 0 else slow.ms end)`;
const slowOf = (row: string) =>
  `lateral (select coalesce(${row}.spacing_ms * power(0.5, extract(epoch from clock_timestamp() - ${row}.slowed_at) / ${HALVED_AFTER_SECONDS}), 0) as ms) slow`;

/** A vendor that has objected gets no crowds any more. */
const EARLIEST = `clock_timestamp() - case when slow.ms < ${SHORTEST_SPACING_MS} then ${AT_ONCE} * :spacingMs::float else 0 end * interval '1 millisecond'`;

/** Takes the next place of the account. */
export async function takeTurn(trx: Transaction, place: BudgetPlace, patienceMs: number): Promise<Turn> {
  await trx.raw(
    `insert into request_budgets (programme_id, credential_id, next_at)
     select programme_id, id, clock_timestamp() - interval '1 hour' from credentials
     where id = :credential and not exists (select from request_budgets where credential_id = :credential)
     on conflict do nothing`,
    { ...place },
  );
  const { rows } = await trx.raw<{ rows: { wait: number; spacing: number }[] }>(
    `with asked as (
       select b.programme_id, b.credential_id, greatest(b.next_at, ${EARLIEST}) as at, ${SPACING} as spacing
       from request_budgets b cross join ${slowOf('b')} where b.credential_id = :credential for update of b
     ), taken as (
       update request_budgets b set next_at = asked.at + asked.spacing * interval '1 millisecond' from asked
       where (b.programme_id, b.credential_id) = (asked.programme_id, asked.credential_id)
         and asked.at <= clock_timestamp() + :patienceMs * interval '1 millisecond'
     )
     select extract(epoch from at - clock_timestamp())::float * 1000 as wait, spacing::float from asked`,
    { ...place, patienceMs },
  );
  const { wait = 0, spacing = 0 } = rows[0] ?? {};
  return { waitMs: Math.max(0, wait), isSpaced: spacing > 0 || wait > 0 };
}

/** The vendor asked to be called more slowly. @param seconds what it named, or null */
export async function slowDown(trx: Transaction, place: BudgetPlace, seconds: number | null): Promise<void> {
  await trx.raw(
    `update request_budgets b set
       spacing_ms = least(${LONGEST_SPACING_MS}, greatest(${FIRST_SPACING_MS}, 2 * ${SPACING})), slowed_at = clock_timestamp(),
       next_at = greatest(b.next_at, clock_timestamp() + :seconds * interval '1 second')
     from request_budgets self cross join ${slowOf('self')}
     where self.credential_id = :credential and (b.programme_id, b.credential_id) = (self.programme_id, self.credential_id)`,
    { ...place, seconds: seconds ?? 0 },
  );
}
