import { identityThreshold, invitationThreshold, removalThreshold } from '../domain/removal-limit.js';
import { CAUSE } from './holds.js';
import { ENDED } from './last-days.js';
import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/** How much of a plan may be carried out without a decision; what is more has the outcome `held`, and so is not applied. */

/**
 * The limit stands in the statement that marks the rows: whatever a workflow believes, no removal above it can be
 * applied. Removals that were applied without a decision in the last seven days count with those of this run, also
 * those of a run that failed after it had begun to apply its plan; those that were undone do not.
 *
 * @returns whether any is held
 */
export async function holdRemovals(trx: Transaction, run: RunContext): Promise<boolean> {
  const threshold = removalThreshold(run.live.removalLimit, run.membersBefore);
  if (threshold === null) return false;
  const held = await trx.raw<{ rowCount: number }>(
    `with undone as materialized (
       select u.undoes as import, b.member_id from import_runs u
       join changes b on b.import_id = u.id and b.kind = 'reactivated' and b.outcome is null
       where u.integration_id = :integration and u.undoes is not null
         and (u.id = :import or (u.ended_at > rollcall_now() - interval '7 days' and b.ordinal <= u.applied_through))
     ), removals as (
       select count(*) as now from changes where import_id = :import and kind in ('leaver', 'revoked', 'vanished') and outcome is null
     ), week as (
       select count(*) as applied from import_runs r
       join changes c on c.import_id = r.id and c.kind in ('leaver', 'revoked', 'vanished') and c.outcome is null
       where r.integration_id = :integration and (r.kind in ('import', 'person', 'retry', 'undo') or r.request_key like '${ENDED}%')
         and r.lane = 'write' and not exists (select from undone u where u.import = r.id and u.member_id = c.member_id)
         and r.ended_at > rollcall_now() - interval '7 days' and r.applied_through is not null
         and coalesce((r.counts->>'leaver')::bigint, 0) + coalesce((r.counts->>'revoked')::bigint, 0) + coalesce((r.counts->>'vanished')::bigint, 0) > 0
     )
     update changes set outcome = 'held' from removals, week
     where import_id = :import and kind in ('leaver', 'revoked', 'vanished') and outcome is null
       and (removals.now > cast(:threshold as numeric) or removals.now + week.applied > 2 * cast(:threshold as numeric))`,
    { import: run.import, integration: run.integration, threshold },
  );
  return held.rowCount > 0;
}

/**
 * So many were missing in the list that nobody was asked for: they wait, whatever the limit is and also where it is
 * switched off, since nothing but the list says that they are gone.
 */
export async function holdUnlooked(trx: Transaction, run: RunContext): Promise<void> {
  await trx('changes').where({ import_id: run.import, reason_code: 'absent-unlooked' }).update({ outcome: 'held' });
}

/**
 * A wrong mapping locks people out by changing whom an account is known by: too many new addresses or keys at once wait, all
 * of them. Upper and lower case are no new address.
 *
 * @returns whether any is held
 */
export async function holdIdentity(trx: Transaction, run: RunContext): Promise<boolean> {
  const threshold = identityThreshold(run.live.removalLimit, run.membersBefore);
  if (threshold === null) return false;
  const held = await trx.raw<{ rowCount: number }>(
    `with identity as (
       select c.ordinal from changes c join ${peopleTable(run.import)} s on s.provider_person_id = c.person join members m on m.id = c.member_id
       left join member_keys k on k.kind = 'email' and k.member_id = m.id
       where c.import_id = :import and c.kind = 'updated' and (s.email_key <> k.value or s.sync_key <> m.sync_key)
     )
     update changes set outcome = 'held' where import_id = :import and ordinal in (select ordinal from identity)
       and (select count(*) from identity) > cast(:threshold as numeric)`,
    { import: run.import, threshold },
  );
  return held.rowCount > 0;
}

/** Of a created change `c`: publishing a review that showed this person has approved the invitation. :import is the run. */
export const INVITATION_PUBLISHED = `exists (select from import_runs r join removal_hold_members d on d.request_key = r.request_key
  join removal_holds h on h.id = d.hold_id join changes shown on shown.import_id = h.import_id and shown.member_id = d.member_id
  where r.id = :import and d.cause = 'invitation' and d.decision = 'approved' and shown.person = c.person)`;

/**
 * A wrong segment or a test directory must not mail half a company: in a later import too many invitations wait, all of
 * them, while the accounts are made. An import is a later one when one has come through before.
 */
export async function holdInvitations(trx: Transaction, run: RunContext): Promise<void> {
  const threshold = run.live.welcomeEmail ? invitationThreshold(run.live.removalLimit, run.membersBefore) : null;
  const isHeld =
    threshold !== null &&
    (
      await trx.raw<{ rows: unknown[] }>(
        `select where (select count(*) from changes c where c.import_id = :import and c.kind = 'created' and c.outcome is null
             and not ${INVITATION_PUBLISHED}) > cast(:threshold as numeric)
           and exists (select from import_runs e where e.integration_id = :integration and e.kind = 'import' and e.id <> :import
             and e.state in ('completed', 'completed-with-errors', 'waiting-for-approval'))`,
        { import: run.import, integration: run.integration, threshold },
      )
    ).rows.length > 0;
  await trx('import_runs').where({ id: run.import }).update({ invitations_held: isHeld });
}

/** Of somebody `d` whom a question is about: approved, and the run that shall carry it out has not ended yet. */
export const STILL_APPROVED = `d.decision = 'approved' and not exists (select from import_runs e
  where e.integration_id = :integration and e.request_key = d.request_key and e.ended_at is not null)`;

/** Of what was held, somebody may have approved it: this run carries it out, unless they are to be asked for before. */
export async function releaseApproved(trx: Transaction, run: RunContext): Promise<void> {
  await trx.raw(
    `update changes c set outcome = null
     from removal_hold_members d join removal_holds h on h.id = d.hold_id
     where c.import_id = :import and c.outcome = 'held' and c.reason_code <> 'absent-unlooked' and h.integration_id = :integration
       and d.member_id = c.member_id and d.cause = ${CAUSE} and ${STILL_APPROVED}`,
    { import: run.import, integration: run.integration },
  );
}
