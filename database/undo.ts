import type { Refusal } from '../domain/commands.js';
import type { Undoing } from './run-context.js';
import type { Transaction } from './transaction.js';

/** Which runs can be undone, and what of them has been undone already. */

/** Of a change `c` and its run `r`. */
export const WAS_APPLIED = `c.kind <> 'error' and coalesce(c.outcome, 'applied') = 'applied' and c.ordinal <= r.applied_through`;

/** SQL for the change by which an earlier undo of :undone has put back that change of somebody; :import is not meant. */
export const undoneBefore = (change: string): string =>
  `select from import_runs earlier join changes b on b.import_id = earlier.id
   where earlier.undoes = :undone and earlier.id <> :import and b.member_id = ${change}.member_id and b.kind <> 'error'
     and coalesce(b.outcome, 'applied') = 'applied' and b.ordinal <= earlier.applied_through`;

interface Run {
  kind: string;
  lane: string;
  undoes: string | null;
  ended_at: Date | null;
  began_on: string;
  grace_days: number;
  too_old: boolean;
  deleted: boolean;
  applied: boolean;
}

/** What an undo of this run would be refused for; null: it is possible. */
export async function refuseUndo(trx: Transaction, integration: string, undo: Undoing): Promise<Refusal | null> {
  const { rows } = await trx.raw<{ rows: Run[] }>(
    `select r.kind, r.lane, r.undoes, r.ended_at, to_char(d.began, 'YYYY-MM-DD') as began_on, p.grace_days,
       d.began + p.grace_days <= cast(rollcall_now() at time zone p.time_zone as date) as too_old,
       r.details_deleted_at is not null as deleted,
       exists (select from changes c where c.import_id = r.id and ${WAS_APPLIED}
         and (cast(:only as text) is null or c.kind in ('leaver', 'revoked', 'vanished'))) as applied
     from import_runs r join programmes p on p.id = r.programme_id
     cross join lateral (select cast(coalesce(r.as_of, r.created_at) at time zone p.time_zone as date) as began) d
     where r.id = :import and r.integration_id = :integration`,
    { import: undo.import, integration, only: undo.only },
  );
  const run = rows[0];
  if (run === undefined) return { code: 'not-found', detail: 'There is no such import.' };
  const reason = refusalOf(run, undo) ?? (await refusalOfEarlier(trx, undo));
  return reason === null ? null : { code: 'illegal-state', detail: reason };
}

function refusalOf(run: Run, { only }: Undoing): string | null {
  if (run.lane === 'review') return 'A review changes nothing, so there is nothing to undo.';
  if (run.undoes !== null) {
    return 'This run is an undo itself. To have its changes back, resume the integration: the next import makes again what is still true.';
  }
  if (run.ended_at === null) return 'The import has not ended: wait for its end, or cancel it, and then undo it.';
  if (!run.applied) {
    return only === null
      ? 'The import has changed nobody, so there is nothing to undo.'
      : 'The import has removed nobody, so there is nothing to undo.';
  }
  if (run.too_old) {
    return `The import of ${run.began_on} can be undone for ${run.grace_days} days (the grace period), and they are over: who was removed is erased by now or about to be.`;
  }
  // A grace period that was made longer afterwards brings nothing back.
  if (run.deleted) {
    return `What the import of ${run.began_on} has changed was deleted when the retention period was over, so it cannot be put back.`;
  }
  return null;
}

async function refusalOfEarlier(trx: Transaction, undo: Undoing): Promise<string | null> {
  const earlier = await trx('import_runs')
    .where({ undoes: undo.import, kind: 'undo', lane: 'write' })
    .whereNotIn('state', ['failed', 'cancelled'])
    .orderBy('id', 'desc')
    .select<{ id: string; undoes_only: string | null; ended_at: Date | null }[]>('id', 'undoes_only', 'ended_at');
  const running = earlier.find(({ ended_at }) => ended_at === null);
  if (running !== undefined) return `The import is being undone by the run ${running.id}: wait for its end.`;
  const same = earlier.find(({ undoes_only }) => undoes_only === null || undoes_only === undo.only);
  return same === undefined ? null : `The import was undone already, by the run ${same.id}.`;
}

/** The newest look at what this undo would do that holds just this set, for whoever approves what it showed. */
export async function findUndoReview(trx: Transaction, undo: Undoing, planDigest: string): Promise<string | null> {
  const review = await trx('import_runs')
    .where({ undoes: undo.import, kind: 'undo', lane: 'review', undoes_only: undo.only })
    .whereRaw(`held->>'planDigest' = ?`, [planDigest])
    .orderBy('id', 'desc')
    .first<{ id: string } | undefined>('id');
  return review?.id ?? null;
}

/** What a run of removals carries out may be the approved part of an undo: then it undoes the same run. */
export async function undoOfDecision(trx: Transaction, requestKey: string): Promise<Undoing | null> {
  const found = await trx('removal_hold_members as d')
    .join('removal_holds as h', 'h.id', 'd.hold_id')
    .join('import_runs as r', 'r.id', 'h.import_id')
    .where({ 'd.request_key': requestKey, 'r.kind': 'undo' })
    .first<{ undoes: string; undoes_only: 'removals' | null } | undefined>('r.undoes', 'r.undoes_only');
  return found === undefined ? null : { import: found.undoes, only: found.undoes_only };
}
