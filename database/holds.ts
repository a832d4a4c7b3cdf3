import { newId } from './ids.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * The question about removals that exceed the limit. One is open per integration: a run that holds the same people for
 * the same causes asks nothing new, another set supersedes the question.
 */
const DAYS_TO_ANSWER = 14;

/** Why a change `c` is held: a removal by its kind, a change of an account by whom it is known by. */
export const CAUSE = `case when c.kind = 'updated' then 'identity' else c.kind end`;

/** Everybody whom the run holds, set against whom the open question is about. */
export async function askAboutHeldRemovals(trx: Transaction, run: RunContext): Promise<number> {
  await findHeld(trx, run);
  const open = run.isReview ? null : await findOpenQuestion(trx, run.integration);
  // A run of some people leaves the question to the imports, which know of everybody.
  const isPartial = run.only !== null || (run.kind === 'removals' && open !== null);
  if (!isPartial && open !== null) await leaveOutRejected(trx, open);
  const held = await describePairs(trx, HELD);
  if (isPartial && held.count > 0) return noteHeld(trx, run, held, open?.import_id ?? null);
  // Who undoes a run asks for just this; a refusal of before was about something else.
  if (held.count === 0 || (!run.isReview && run.kind !== 'undo' && (await wasRejected(trx, run)))) {
    await trx('import_runs').where({ id: run.import }).update({ held: null });
    // Nobody waits any more: an answer to the old question would concern people who are back, or gone already.
    if (run.kind === 'import') await closeOpenQuestion(trx, run.integration);
    return 0;
  }
  return noteHeld(trx, run, held, run.isReview ? null : await openQuestion(trx, run, held));
}

async function noteHeld(trx: Transaction, run: RunContext, held: Pairs, question: string | null): Promise<number> {
  const { count, causes, digest } = held;
  const waiting = JSON.stringify({ count, causes, planDigest: digest, question });
  await trx('import_runs').where({ id: run.import }).update({ held: waiting });
  return count;
}

const HELD = 'select member_id, cause from held_now';

/**
 * Changes that are held; who is made by this run and not invited yet; and, for an import, who waits for an invitation since
 * an earlier one: accounts are made once, so no later plan would speak of them.
 */
async function findHeld(trx: Transaction, run: RunContext): Promise<void> {
  await trx.raw(
    `create temporary table held_now on commit drop as
     select c.member_id, ${CAUSE} as cause from changes c where c.import_id = :import and c.outcome = 'held'
     union select c.member_id, 'invitation' from changes c join import_runs r on r.id = c.import_id
       where c.import_id = :import and r.invitations_held and c.kind = 'created' and c.outcome is null
     union select o.member_id, 'invitation' from outbox o join members m on m.id = o.member_id
       where :waiting and o.integration_id = :integration and o.state = 'held' and m.state = 'active'
         and not exists (select from changes c where c.import_id = :import and c.member_id = m.id and c.outcome is null
           and c.kind in ('leaver', 'revoked', 'vanished'))`,
    { import: run.import, integration: run.integration, waiting: run.kind === 'import' },
  );
  await trx.raw('analyze held_now');
}

/** Of some people of the open question it was decided already that they stay. */
async function leaveOutRejected(trx: Transaction, open: Question): Promise<void> {
  await trx.raw(
    `delete from held_now n using removal_hold_members d
     where d.hold_id = ? and d.decision = 'rejected' and d.member_id = n.member_id and d.cause = n.cause`,
    [open.id],
  );
}

export interface Pairs {
  /** People, each once. */
  readonly count: number;
  readonly causes: Causes;
  /** Names the set of people with what holds each. */
  readonly digest: string;
}

/** @param pairs SQL for rows of member_id and cause */
export async function describePairs(trx: Transaction, pairs: string, bindings: readonly string[] = []): Promise<Pairs> {
  const { rows } = await trx.raw<{ rows: { count: number; causes: Partial<Causes> | null; digest: string }[] }>(
    `with pairs as (${pairs})
     select (select count(distinct member_id)::int from pairs) as count,
       (select jsonb_object_agg(cause, people) from (select cause, count(*) as people from pairs group by cause) c) as causes,
       (select encode(sha256(convert_to(coalesce(string_agg(member_id || ':' || cause, e'\\n' order by member_id, cause), ''), 'UTF8')), 'hex')
        from pairs) as digest`,
    [...bindings],
  );
  const { count = 0, causes = null, digest = '' } = rows[0] ?? {};
  return { count, causes: { ...NO_CAUSES, ...causes }, digest };
}

/** Somebody has said no to every one of them, not long ago: the same is not asked again until more are to go. */
async function wasRejected(trx: Transaction, run: RunContext): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select from held_now n where not exists
       (select from removal_hold_members m join removal_holds h on h.id = m.hold_id
        where h.integration_id = :integration and m.member_id = n.member_id and m.cause = n.cause and m.decision = 'rejected'
          and m.decided_at > rollcall_now() - make_interval(days => :days)) limit 1`,
    { integration: run.integration, days: DAYS_TO_ANSWER },
  );
  return rows.length === 0;
}

export type Causes = Record<'leaver' | 'revoked' | 'vanished' | 'identity' | 'invitation', number>;
const NO_CAUSES: Causes = { leaver: 0, revoked: 0, vanished: 0, identity: 0, invitation: 0 };

/** After a revoke nobody may answer any more: whoever was held stays, and the next import asks anew. */
export async function closeOpenQuestion(trx: Transaction, integration: string): Promise<void> {
  const open = await findOpenQuestion(trx, integration);
  if (open !== null) await supersede(trx, open);
}

interface Question {
  readonly id: string;
  readonly digest: string;
  readonly import_id: string;
}

export async function findOpenQuestion(trx: Transaction, integration: string): Promise<Question | null> {
  const open = await trx('removal_holds')
    .where({ integration_id: integration, state: 'open' })
    .forUpdate()
    .first<Question | undefined>('id', 'digest', 'import_id');
  return open ?? null;
}

async function supersede(trx: Transaction, question: Question): Promise<void> {
  await trx('removal_holds').where({ id: question.id }).update({ state: 'superseded' });
  await endWaiting(trx, question.import_id);
}

/** Unanswered for too long: nobody is removed, and the next import may ask again. Gives the integrations concerned. */
export async function expireQuestions(trx: Transaction): Promise<string[]> {
  const expired: { integration_id: string; import_id: string }[] = await trx('removal_holds')
    .where({ state: 'open' })
    .andWhere('expires_at', '<=', trx.raw('rollcall_now()'))
    .update({ state: 'expired' })
    .returning(['integration_id', 'import_id']);
  for (const { import_id } of expired) await endWaiting(trx, import_id);
  return expired.map((question) => question.integration_id);
}

/** The import that asked waits no longer: it ends as it would have ended without the question. */
export async function endWaiting(trx: Transaction, importId: string): Promise<void> {
  await trx.raw(
    `update import_runs r set state = case when coalesce((r.counts->>'error')::bigint, 0) > 0
         or exists (select from changes c where c.import_id = r.id and c.outcome in ('conflict', 'stale'))
       then 'completed-with-errors' else 'completed' end
     where r.id = ? and r.state = 'waiting-for-approval'`,
    [importId],
  );
}

/** The import that asked: this one, or an earlier one whose question is the same and still open. */
async function openQuestion(trx: Transaction, run: RunContext, { count, causes, digest }: Pairs): Promise<string> {
  const open = await findOpenQuestion(trx, run.integration);
  if (open?.digest === digest) return open.import_id;
  if (open !== null) await supersede(trx, open);
  const id = newId();
  await trx('removal_holds').insert({
    programme_id: run.programme,
    id,
    integration_id: run.integration,
    import_id: run.import,
    digest,
    causes: JSON.stringify(causes),
    people: count,
    expires_at: trx.raw('rollcall_now() + make_interval(days => ?)', [DAYS_TO_ANSWER]),
  });
  await trx.raw(
    `insert into removal_hold_members (programme_id, hold_id, member_id, cause) select ?, ?, member_id, cause from held_now`,
    [run.programme, id],
  );
  return run.import;
}
