import type { Transaction } from './transaction.js';

/**
 * The details of a run (who its changes are about, before and after, and its errors and warnings) are deleted when they are
 * older than the retention period. The run stays with its counts, and so do its changes as kind, member and outcome: they
 * are history and say nothing of a person.
 */
/** Together they take less than a second; the sweep goes on until nothing is due. */
const MOST_RUNS = 200;
const MOST_ROWS = 5000;
/** What the rolling week, a question and a refusal that is remembered for two weeks look back at. */
const LEAST_DAYS = 14;
/** For so long somebody may ask to which address a mail went. */
const RECIPIENT_DAYS = 30;

export interface Portion {
  /** Runs of which nothing is left now. */
  readonly runs: number;
  /** Whether more may be due. */
  readonly more: boolean;
}

/** @param retentionDays a programme's grace period is the retention period where it is longer: until then a run can be undone */
export async function deleteOldDetails(
  trx: Transaction,
  programme: string,
  retentionDays: number,
  most = MOST_ROWS,
): Promise<Portion> {
  const due = await trx.raw<{ rowCount: number }>(
    `create temporary table old_runs on commit drop as
     select r.id, coalesce(r.details_deleted_through, cast('-9223372036854775808' as bigint)) as through from import_runs r join programmes p on p.id = r.programme_id
     where r.programme_id = :programme and r.details_left
       and r.ended_at <= rollcall_now() - make_interval(days => greatest(:days, p.grace_days, :least))
       and not exists (select from removal_holds h where h.import_id = r.id and h.state = 'open')
     order by r.ended_at limit :most for update of r skip locked`,
    { programme, days: retentionDays, least: LEAST_DAYS, most: MOST_RUNS },
  );
  if (due.rowCount === 0) return { runs: 0, more: false };
  await trx.raw('analyze old_runs');
  const [changes, problems] = [await stripChanges(trx, most), await deleteProblems(trx, most)];
  const isWhole = changes < most && problems < most;
  await trx.raw(
    `update import_runs r set details_left = not :isWhole, details_deleted_at = coalesce(r.details_deleted_at, rollcall_now()),
       details_deleted_through = coalesce((select max(s.ordinal) from stripped s where s.import_id = r.id), r.details_deleted_through)
     from old_runs o where r.id = o.id`,
    { isWhole },
  );
  await trx.raw('drop table old_runs, stripped');
  return { runs: isWhole ? due.rowCount : 0, more: !isWhole || due.rowCount === MOST_RUNS };
}

/**
 * To whom a mail went and what it was made of, once nothing will become of it any more. That it went, when, and what became
 * of it stays, and so does what keeps an invitation from going twice.
 *
 * @returns whether more may be due.
 */
export async function forgetRecipients(trx: Transaction, most = MOST_ROWS): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with due as (
       select id from outbox
       where programme_id = rollcall_programme() and recipient <> '' and state in ('sent', 'unknown', 'refused', 'suppressed')
         and coalesce(sent_at, send_after) <= rollcall_now() - make_interval(days => :days)
       limit :most for update skip locked
     )
     update outbox o set recipient = '', payload = '{}', dedupe_key = replace(o.dedupe_key, lower(o.recipient), o.id::text)
     from due where o.programme_id = rollcall_programme() and o.id = due.id`,
    { days: RECIPIENT_DAYS, most },
  );
  return rowCount === most;
}

/** As an erasure does it; of somebody who was never a member nothing but the kind is left. */
async function stripChanges(trx: Transaction, most: number): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `create temporary table stripped on commit drop as
     select c.import_id, c.ordinal from old_runs o join changes c on c.import_id = o.id and c.ordinal > o.through
     order by c.import_id, c.ordinal limit :most`,
    { most },
  );
  await trx.raw('analyze stripped');
  await trx.raw(
    `update changes c set before = null, after = null, email = null, employee_id = null, person = 'deleted', reason_values = null, put_back = null
     from stripped s where c.import_id = s.import_id and c.ordinal = s.ordinal`,
  );
  return rowCount;
}

async function deleteProblems(trx: Transaction, most: number): Promise<number> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `delete from run_problems p using
       (select q.import_id, q.ordinal from old_runs o join run_problems q on q.import_id = o.id limit :most) d
     where p.import_id = d.import_id and p.ordinal = d.ordinal`,
    { most },
  );
  return rowCount;
}
