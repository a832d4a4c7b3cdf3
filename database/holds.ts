import { createHash } from 'node:crypto';
import { newId } from './ids.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * The question about removals that exceed the limit. One is open per integration: a run that holds the same people for
 * the same causes asks nothing new, another set supersedes the question.
 */
const DAYS_TO_ANSWER = 14;

export async function askAboutHeldRemovals(trx: Transaction, run: RunContext): Promise<number> {
  const held = await trx('changes')
    .where({ import_id: run.import, outcome: 'held' })
    .orderBy('member_id')
    .select<{ member_id: string; kind: string }[]>('member_id', 'kind');
  if (held.length === 0) {
    await trx('import_runs').where({ id: run.import }).update({ held: null });
    return 0;
  }
  const digest = createHash('sha256')
    .update(held.map((row) => `${row.member_id}:${row.kind}`).join('\n'))
    .digest('hex');
  const causes = countCauses(held.map((row) => row.kind));
  const question = run.kind === 'review' ? run.import : await openQuestion(trx, run, digest, causes, held);
  await trx('import_runs')
    .where({ id: run.import })
    .update({ held: JSON.stringify({ count: held.length, causes, planDigest: digest, question }) });
  return held.length;
}

type Causes = Record<'leaver' | 'revoked' | 'vanished' | 'identity' | 'invitation', number>;

function countCauses(kinds: readonly string[]): Causes {
  const count = (kind: string) => kinds.filter((given) => given === kind).length;
  return {
    leaver: count('leaver'),
    revoked: count('revoked'),
    vanished: count('vanished'),
    identity: 0,
    invitation: 0,
  };
}

/** The import that asked: this one, or an earlier one whose question is the same and still open. */
async function openQuestion(
  trx: Transaction,
  run: RunContext,
  digest: string,
  causes: Causes,
  held: readonly { member_id: string; kind: string }[],
): Promise<string> {
  const open = await trx('removal_holds')
    .where({ integration_id: run.integration, state: 'open' })
    .forUpdate()
    .first<{ id: string; digest: string; import_id: string } | undefined>('id', 'digest', 'import_id');
  if (open?.digest === digest) return open.import_id;
  if (open !== undefined) await trx('removal_holds').where({ id: open.id }).update({ state: 'superseded' });
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
     select programme_id, ?, member_id, kind from changes where import_id = ? and outcome = 'held'`,
    [id, run.import],
  );
  return run.import;
}
