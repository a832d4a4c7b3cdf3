import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * Commands of people, each one row: what was asked (the workflow reads it here, so that no person and no secret enters
 * a history), how it ended, and what was answered, so that the same key gets the same answer again.
 */
export interface Operation {
  readonly id: string;
  readonly programme: string;
  readonly command: string;
  readonly integration: string;
  readonly bodyDigest: string;
  readonly actor: string;
  readonly state: 'running' | 'done' | 'failed';
  /** The workflow's reply, written by the turn that carried the command out. */
  readonly result: unknown;
  readonly answer: { readonly status: number; readonly body: unknown } | null;
  /** The answer had a body, which is kept for a day. */
  readonly isForgotten: boolean;
  /** Young enough to be sent once more if nobody carried it out. */
  readonly fresh: boolean;
}

export interface OperationRequest {
  readonly programme: string;
  readonly integration: string;
  readonly command: string;
  readonly key: string;
  readonly bodyDigest: string;
  readonly actor: string;
}

interface OperationRow {
  id: string;
  programme_id: string;
  scope: string;
  key: string;
  command: string;
  body: unknown;
  body_digest: string;
  actor: string;
  state: Operation['state'];
  result: unknown;
  answer_status: number | null;
  answer: unknown;
  fresh?: boolean;
}

/** Longer than any outage in which somebody still waits for an answer; later the wish may have changed. */
const FRESH = '1 hour';
const KEY_LIFE = '24 hours';

const mapper = {
  scope: (integration: string, command: string) => `${integration}/${command}`,
  fromRow: (row: OperationRow): Operation => ({
    id: row.id,
    programme: row.programme_id,
    command: row.command,
    integration: row.scope.slice(0, row.scope.indexOf('/')),
    bodyDigest: row.body_digest,
    actor: row.actor,
    state: row.state,
    result: row.result,
    answer: row.answer_status === null ? null : { status: row.answer_status, body: row.answer },
    isForgotten: row.answer_status !== null && row.answer === null,
    fresh: row.fresh ?? true,
  }),
};

/**
 * Opens an operation, or finds the one that the same key opened within a day.
 * @param body makes what the workflow will read; called only for a new operation, in the same transaction.
 */
export async function openOperation(
  trx: Transaction,
  request: OperationRequest,
  body: (trx: Transaction) => Promise<unknown>,
): Promise<{ operation: Operation; isNew: boolean }> {
  const place = { scope: mapper.scope(request.integration, request.command), key: request.key };
  // The row stays, because the audit log tells by it what became of the command; its key is free again.
  await trx('operations')
    .where(place)
    .whereRaw('created_at < rollcall_now() - ?::interval', [KEY_LIFE])
    .update({ key: trx.raw(`'used: ' || id`) });
  const inserted = await trx<OperationRow>('operations')
    .insert({
      ...place,
      programme_id: request.programme,
      id: newId(),
      command: request.command,
      body_digest: request.bodyDigest,
      actor: request.actor,
    })
    .onConflict(['programme_id', 'scope', 'key'])
    .ignore()
    .returning('*');
  const row = inserted[0];
  if (row === undefined) return { operation: mapper.fromRow(await existing(trx, place)), isNew: false };
  await trx('operations')
    .where({ id: row.id })
    .update({ body: JSON.stringify(await body(trx)) });
  return { operation: mapper.fromRow(row), isNew: true };
}

export async function findOperation(trx: Transaction, id: string): Promise<Operation | null> {
  const row = await trx<OperationRow>('operations')
    .select('*', trx.raw('(created_at > rollcall_now() - ?::interval) as fresh', [FRESH]))
    .where({ id })
    .first<OperationRow | undefined>();
  return row === undefined ? null : mapper.fromRow(row);
}

/** Keeps the first answer; a second request that was answered meanwhile gets that one. */
export async function keepAnswer(
  trx: Transaction,
  id: string,
  state: 'done' | 'failed',
  answer: { status: number; body: unknown },
): Promise<void> {
  await trx('operations')
    .where({ id })
    .whereNull('answer_status')
    .update({ state, answer_status: answer.status, answer: JSON.stringify(answer.body) });
}

/** Together they take less than a second; the sweep goes on until nothing is due. */
const MOST_AT_ONCE = 5000;

/**
 * What was asked and answered a day ago or earlier, as far as it has ended: both may name people. That it was asked and how
 * it ended stays, for the audit log. A review that still runs works by what was asked.
 *
 * @returns whether more may be due.
 */
export async function forgetAnswered(trx: Transaction, most = MOST_AT_ONCE): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(
    `with due as (
       select id from operations d
       where programme_id = rollcall_programme() and state <> 'running' and (body is not null or answer is not null)
         and created_at < rollcall_now() - cast(:life as interval)
         and not exists (select from import_runs r where r.request_key = d.id::text and r.ended_at is null)
       limit :most for update skip locked
     )
     update operations o set body = null, answer = null, key = 'used: ' || o.id
     from due where o.programme_id = rollcall_programme() and o.id = due.id`,
    { life: KEY_LIFE, most },
  );
  return rowCount === most;
}

async function existing(trx: Transaction, place: { scope: string; key: string }): Promise<OperationRow> {
  const row = await trx<OperationRow>('operations').where(place).first();
  if (row === undefined) throw new Error('An operation with the same key was there and is gone.');
  return row;
}
