import { createHash } from 'node:crypto';
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

export async function askAboutHeldRemovals(trx: Transaction, run: RunContext): Promise<number> {
  const held = await trx('changes as c')
    .where({ import_id: run.import, outcome: 'held' })
    .orderBy('member_id')
    .select<Held[]>('member_id', trx.raw(`${CAUSE} as kind`));
  const open = run.isReview ? null : await findOpenQuestion(trx, run.integration);
  const asked = open === null ? held : await withoutRejected(trx, open, held);
  // A run of some people leaves the question to the imports, which know of everybody.
  const isPartial = run.only !== null || (run.kind === 'removals' && open !== null);
  if (isPartial && held.length > 0) {
    const about = { count: held.length, causes: countCauses(held.map(({ kind }) => kind)), planDigest: digestOf(held) };
    const waiting = JSON.stringify({ ...about, question: open?.import_id ?? null });
    await trx('import_runs').where({ id: run.import }).update({ held: waiting });
    return held.length;
  }
  // Who undoes a run asks for just this; a refusal of before was about something else.
  if (asked.length === 0 || (!run.isReview && run.kind !== 'undo' && (await wasRejected(trx, run)))) {
    await trx('import_runs').where({ id: run.import }).update({ held: null });
    // Nobody waits any more: an answer to the old question would concern people who are back, or gone already.
    if (run.kind === 'import') await closeOpenQuestion(trx, run.integration);
    return 0;
  }
  const digest = digestOf(asked);
  const causes = countCauses(asked.map((row) => row.kind));
  const question = run.isReview ? null : await openQuestion(trx, run, digest, causes, asked);
  await trx('import_runs')
    .where({ id: run.import })
    .update({ held: JSON.stringify({ count: asked.length, causes, planDigest: digest, question }) });
  return asked.length;
}

interface Held {
  readonly member_id: string;
  readonly kind: string;
}

/** Of some people of the open question it was decided already that they stay. */
async function withoutRejected(trx: Transaction, open: Question, held: readonly Held[]): Promise<readonly Held[]> {
  const rejected = await trx('removal_hold_members')
    .where({ hold_id: open.id, decision: 'rejected' })
    .select<Held[]>('member_id', { kind: 'cause' });
  const names = new Set(rejected.map(({ member_id, kind }) => `${member_id}:${kind}`));
  return held.filter(({ member_id, kind }) => !names.has(`${member_id}:${kind}`));
}

/** Names a set of people with what holds each; in the order of their ids. */
export function digestOf(held: readonly Held[]): string {
  return createHash('sha256')
    .update(held.map((row) => `${row.member_id}:${row.kind}`).join('\n'))
    .digest('hex');
}

/** Somebody has said no to every one of them, not long ago: the same is not asked again until more are to go. */
async function wasRejected(trx: Transaction, run: RunContext): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select from changes c where c.import_id = :import and c.outcome = 'held' and not exists
       (select from removal_hold_members m join removal_holds h on h.id = m.hold_id
        where h.integration_id = :integration and m.member_id = c.member_id and m.cause = ${CAUSE} and m.decision = 'rejected'
          and m.decided_at > rollcall_now() - make_interval(days => :days)) limit 1`,
    { import: run.import, integration: run.integration, days: DAYS_TO_ANSWER },
  );
  return rows.length === 0;
}

type Causes = Record<'leaver' | 'revoked' | 'vanished' | 'identity' | 'invitation', number>;

export function countCauses(kinds: readonly string[]): Causes {
  const count = (kind: string) => kinds.filter((given) => given === kind).length;
  return {
    leaver: count('leaver'),
    revoked: count('revoked'),
    vanished: count('vanished'),
    identity: count('identity'),
    invitation: 0,
  };
}

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
async function openQuestion(
  trx: Transaction,
  run: RunContext,
  digest: string,
  causes: Causes,
  held: readonly Held[],
): Promise<string> {
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
    people: held.length,
    expires_at: trx.raw('rollcall_now() + make_interval(days => ?)', [DAYS_TO_ANSWER]),
  });
  await trx.raw(
    `insert into removal_hold_members (programme_id, hold_id, member_id, cause)
     select c.programme_id, ?, c.member_id, ${CAUSE} from changes c where c.import_id = ? and c.outcome = 'held'`,
    [id, run.import],
  );
  return run.import;
}
