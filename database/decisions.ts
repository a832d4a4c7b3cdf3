import type { Refusal } from '../domain/commands.js';
import type { Decision } from '../domain/decision.js';
import { CAUSE, describePairs, endWaiting, findOpenQuestion } from './holds.js';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * Somebody's answer to the question of an integration. It concerns whom the asker saw and who is still to go for the same
 * cause; whoever has come back meanwhile, or came in later, is not decided about.
 */
export interface Decided {
  readonly decided: number;
  readonly stillHeld: number;
}

/**
 * What was approved goes by a run of removals, or by an import where values have to be read for it; invitations go by
 * themselves.
 */
export interface Outcome extends Decided {
  readonly byRun: boolean;
  readonly byImport: boolean;
  readonly mails: boolean;
}

interface Command {
  readonly integration: string;
  readonly operation: string;
  readonly actor: string;
}

const NOTHING_HELD: Refusal = {
  code: 'nothing-held',
  detail:
    'Nothing waits for a decision: the question was answered, has expired, or an import found that nobody is to go.',
};
const PLAN_CHANGED: Refusal = {
  code: 'plan-changed',
  detail:
    'This planDigest is of no question of the integration. Look at the newest import: its held.planDigest is the set as it is now.',
};

export async function decide(
  trx: Transaction,
  command: Command,
  { decision, planDigest, causes, only }: Decision,
): Promise<Outcome | { readonly refused: Refusal }> {
  const seen = await findQuestion(trx, command.integration, planDigest);
  if (seen === null) return { refused: PLAN_CHANGED };
  const open = await findOpenQuestion(trx, command.integration);
  const wanted = decision === 'approve' ? 'approved' : 'rejected';
  if (open === null) {
    return seen.state === wanted
      ? { decided: 0, stillHeld: 0, byRun: false, byImport: false, mails: false }
      : { refused: NOTHING_HELD };
  }
  const { rowCount: decided } = await trx.raw<{ rowCount: number }>(
    `update removal_hold_members o set decision = :wanted, request_key = :operation, decided_at = rollcall_now()
     from removal_hold_members d left join members m on m.id = d.member_id
     where o.hold_id = :open and o.decision is null and d.hold_id = :seen and d.member_id = o.member_id and d.cause = o.cause
       and (cast(:causes as text[]) is null or o.cause = any(cast(:causes as text[])))
       and (cast(:only as text[]) is null or m.employee_id = any(cast(:only as text[])))`,
    { wanted, operation: command.operation, open: open.id, seen: seen.id, causes: causes ?? null, only: only ?? null },
  );
  const stillHeld = await narrow(trx, open, { wanted, actor: command.actor });
  const isApproved = wanted === 'approved';
  const causesOf: { cause: string }[] = await trx('removal_hold_members')
    .where({ request_key: command.operation })
    .distinct('cause');
  const has = (test: (cause: string) => boolean) => isApproved && causesOf.some(({ cause }) => test(cause));
  const invited = await settleInvitations(trx, command.operation, isApproved ? 'pending' : 'suppressed');
  const byImport = has((cause) => cause === 'identity') && !(await isOfUndo(trx, open.import_id));
  return {
    decided,
    stillHeld,
    byRun: has((cause) => cause !== 'invitation'),
    byImport,
    mails: isApproved && invited > 0,
  };
}

/** Invitations that wait already; of whoever has no account yet the import that makes it finds the decision. */
async function settleInvitations(
  trx: Transaction,
  operation: string,
  state: 'pending' | 'suppressed',
): Promise<number> {
  const settled = await trx.raw<{ rowCount: number }>(
    `update outbox o set state = :state, send_after = rollcall_now()
     from removal_hold_members d
     where d.request_key = :operation and d.cause = 'invitation' and o.member_id = d.member_id and o.kind = 'invitation' and o.state = 'held'`,
    { operation, state },
  );
  return settled.rowCount;
}

/** What an undo puts back stands in its plan: nothing has to be read for it. */
async function isOfUndo(trx: Transaction, importId: string): Promise<boolean> {
  return (await trx('import_runs').where({ id: importId, kind: 'undo' }).first('id')) !== undefined;
}

/** The question with this digest, also one that was superseded or had more people in it. */
async function findQuestion(
  trx: Transaction,
  integration: string,
  digest: string,
): Promise<{ id: string; state: string } | null> {
  const found = await trx('removal_holds')
    .where({ integration_id: integration })
    .whereRaw('(digest = ? or ? = any(earlier_digests))', [digest, digest])
    .orderBy('id', 'desc')
    .first<{ id: string; state: string } | undefined>('id', 'state');
  return found ?? null;
}

/** What is left of the question stays open under the digest of who is left; nobody left: it is answered. */
async function narrow(
  trx: Transaction,
  open: { readonly id: string; readonly digest: string; readonly import_id: string },
  { wanted, actor }: { wanted: string; actor: string },
): Promise<number> {
  const undecided = 'select member_id, cause from removal_hold_members where hold_id = ? and decision is null';
  const { count, causes, digest } = await describePairs(trx, undecided, [open.id]);
  if (count === 0) {
    await trx('removal_holds')
      .where({ id: open.id })
      .update({ state: wanted, decided_at: trx.raw('rollcall_now()'), decided_by: actor });
    await endWaiting(trx, open.import_id);
    return 0;
  }
  if (digest === open.digest) return count;
  await trx('removal_holds')
    .where({ id: open.id })
    .update({
      digest,
      causes: JSON.stringify(causes),
      people: count,
      earlier_digests: trx.raw('array_append(earlier_digests, ?)', [open.digest]),
    });
  return count;
}

/** What a command has decided, and how many wait still: its answer. */
export async function countDecided(trx: Transaction, integration: string, operation: string): Promise<Decided> {
  const { rows } = await trx.raw<{ rows: Decided[] }>(
    `select (select count(*) from removal_hold_members where request_key = :operation)::int as decided,
       (select count(*) from removal_hold_members m join removal_holds h on h.id = m.hold_id
        where h.integration_id = :integration and h.state = 'open' and m.decision is null)::int as "stillHeld"`,
    { integration, operation },
  );
  return rows[0] ?? { decided: 0, stillHeld: 0 };
}

/** Publishing what a review showed approves what it would hold: those people for those causes, in the import that follows. */
export async function approveReviewed(
  trx: Transaction,
  command: Command & { readonly programme: string },
  { review, planDigest }: { readonly review: string; readonly planDigest: string },
): Promise<{ readonly refused: Refusal } | null> {
  const found = await trx('import_runs')
    .where({ integration_id: command.integration, lane: 'review' })
    .whereRaw('cast(id as text) = ?', [review])
    .first<{ held: { planDigest: string; count: number; causes: object } | null } | undefined>('held');
  if (found?.held?.planDigest !== planDigest) return { refused: REVIEW_CHANGED };
  const id = newId();
  await trx('removal_holds').insert({
    programme_id: command.programme,
    id,
    integration_id: command.integration,
    import_id: review,
    digest: planDigest,
    causes: JSON.stringify(found.held.causes),
    people: found.held.count,
    state: 'approved',
    expires_at: trx.raw('rollcall_now()'),
    decided_at: trx.raw('rollcall_now()'),
    decided_by: command.actor,
  });
  await trx.raw(
    `insert into removal_hold_members (programme_id, hold_id, member_id, cause, decision, request_key, decided_at)
     select c.programme_id, cast(:id as uuid), c.member_id, ${CAUSE}, 'approved', :operation, rollcall_now()
     from changes c where c.import_id = :review and c.outcome = 'held'
     union all select c.programme_id, cast(:id as uuid), c.member_id, 'invitation', 'approved', :operation, rollcall_now()
     from changes c join import_runs r on r.id = c.import_id
     where c.import_id = :review and r.invitations_held and c.kind = 'created' and c.outcome is null`,
    { id, review, operation: command.operation },
  );
  return null;
}

const REVIEW_CHANGED: Refusal = {
  code: 'plan-changed',
  detail:
    'This planDigest is not of the review that was named; nothing was published. Look at that review again, or make a new one.',
};
