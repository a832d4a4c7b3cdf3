import { createHmac, randomUUID } from 'node:crypto';
import { keepAnswer, openOperation, type Operation } from '../../database/operations.js';
import type { Transaction } from '../../database/transaction.js';
import type { Call, Context } from './context.js';
import { faultsDetail, Refusal } from './refusals.js';

/** A request as it was asked: its body as it came, and the key that makes a repetition safe. */
export interface Asked {
  readonly body: unknown;
  readonly key?: string | undefined;
  /** The version of what is replaced, as whoever asks has seen it: another one is not overwritten. */
  readonly seen?: string | undefined;
}

const LONGEST_KEY = 255;

export function readKey(key: string | undefined): string {
  if (key === undefined) return randomUUID();
  if (key.length > 0 && key.length <= LONGEST_KEY) return key;
  const fault = { pointer: '?Idempotency-Key', detail: `must have 1 to ${LONGEST_KEY} characters` };
  throw new Refusal('invalid-query', faultsDetail([fault]), [fault]);
}

/** For what is done in one transaction: the work and its answer are kept together, or neither is. */
export async function once<T>(
  { context, actor }: Call,
  trx: Transaction,
  scope: { programme: string; subject: string; command: string },
  asked: Asked,
  work: () => Promise<T>,
): Promise<T> {
  if (asked.key === undefined) return work();
  const request = {
    programme: scope.programme,
    integration: scope.subject,
    command: scope.command,
    key: readKey(asked.key),
    bodyDigest: bodyDigest(context, asked.body),
    actor: actor.name,
  };
  const { operation, isNew } = await openOperation(trx, request, () => Promise.resolve(null));
  if (!isNew) {
    requireSameBody(context, operation, asked.body);
    return operation.answer?.body as T;
  }
  const body = await work();
  await keepAnswer(trx, operation.id, 'done', { status: 201, body });
  return body;
}

export function requireSameBody({ keys }: Context, operation: Operation, body: unknown): void {
  if (keys().some((key) => digestWith(key.secret, body) === operation.bodyDigest)) return;
  throw new Refusal('idempotency-mismatch', 'This Idempotency-Key came with another body within the last 24 hours.');
}

/** Keyed, because a body may be a password: a plain hash of one could be guessed. */
export function bodyDigest({ keys }: Context, body: unknown): string {
  const key = keys()[0];
  if (key === undefined) throw new Error('There is no encryption key: ROLLCALL_ENCRYPTION_KEYS is empty.');
  return digestWith(key.secret, body);
}

function digestWith(secret: Buffer, body: unknown): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify(sorted(body)))
    .digest('hex');
}

/** Two bodies are the same whatever the order of their properties; none is the same as an empty one. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, inner === null ? null : sorted(inner)]));
}
