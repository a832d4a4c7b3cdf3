import { recordAudit } from '../../database/audit-log.js';
import { findOperation, keepAnswer, openOperation, type Operation } from '../../database/operations.js';
import type { IntegrationRecord } from '../../database/integration-views.js';
import type { Programme } from '../../database/programmes.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { findProvider } from '../../providers/registry.js';
import type { CommandName, CommandReply } from '../../workflows/messages.js';
import { CommandFailed, type SendResult } from '../temporal-door.js';
import { answerOf, changedMeanwhile, readReply, refusalOf } from './answers.js';
import { enter, type Call, type Context } from './context.js';
import { bodyDigest, readKey, requireSameBody, type Asked } from './idempotency.js';
import { requireKnown, type Place } from './places.js';
import { fromProblem, notFound, Refusal, toProblem, type Problem } from './refusals.js';

/** `pending`: not answered within the patience; `operation` is where to ask again. */
export type Answer<T> =
  | { readonly pending: false; readonly status: number; readonly body: T }
  | { readonly pending: true; readonly operation: string };

/** What a person waits for at a web page; beyond it, an operation's address is the better answer. */
export const PATIENCE_MS = 15_000;

/**
 * Carries out one command: a row that says what is asked, an update to the integration's workflow under the row's id,
 * and the answer kept with the row. Each of the three may be repeated without the command happening twice.
 *
 * @param prepare judges the body's shape and makes what the workflow will read; it runs with the row's insertion.
 */
export async function carryOut<T>(
  call: Call,
  place: Place,
  command: CommandName,
  asked: Asked,
  prepare: (trx: Transaction, programme: Programme, integration: IntegrationRecord) => Promise<unknown>,
): Promise<Answer<T>> {
  const key = readKey(asked.key);
  const { operation, integration } = await enter(call, place.programme, 'write', async (trx, programme) => {
    const found = await requireKnown(trx, place.integration);
    const request = {
      programme: programme.id,
      integration: found.id,
      command,
      key,
      bodyDigest: bodyDigest(call.context, asked.body),
      actor: call.actor.name,
    };
    const opened = await openOperation(trx, request, () => {
      // A removed one still gives the answers that it gave before, and no others.
      if (found.state === 'removed') throw notFound('integration');
      return prepare(trx, programme, found);
    });
    if (!opened.isNew) requireSameBody(call.context, opened.operation, asked.body);
    else
      await recordAudit(trx, {
        programme: programme.id,
        actor: call.actor.name,
        action: command,
        subject: found.id,
        operation: opened.operation.id,
      });
    return { operation: opened.operation, integration: found };
  });
  return (await settle(call, operation, integration, PATIENCE_MS)) as Answer<T>;
}

/** Brings an operation to its answer, as far as that is possible within the patience. */
async function settle(
  call: Call,
  operation: Operation,
  integration: IntegrationRecord,
  patienceMs: number,
): Promise<Answer<unknown>> {
  if (operation.answer !== null) return again(operation.answer);
  const known = readReply(operation.result);
  const reply = known ?? (await send(call.context, operation, integration, patienceMs));
  if (reply === 'pending') {
    const later = await inProgramme(call.context.db, operation.programme, (trx) => findOperation(trx, operation.id));
    const result = readReply(later?.result);
    return result === null ? { pending: true, operation: operation.id } : keep(call, operation, result);
  }
  if (reply === 'gone') {
    throw new Refusal('illegal-state', 'The integration was removed or has ended; nothing can be told to it any more.');
  }
  return keep(call, operation, reply);
}

async function send(
  { temporal, log, db }: Context,
  operation: Operation,
  integration: IntegrationRecord,
  patienceMs: number,
): Promise<SendResult> {
  const providerName = findProvider(integration.provider)?.name ?? integration.provider;
  const to = {
    programme: operation.programme,
    integration: integration.id,
    provider: integration.provider,
    summary: `${providerName} · ${integration.name}`,
  };
  try {
    return await temporal.send(to, operation.command as CommandName, operation.id, patienceMs);
  } catch (error) {
    log.error({ err: error, operation: operation.id, command: operation.command }, 'A command failed.');
    const refusal = new Refusal(
      'internal',
      `The command failed and was not carried out; the operation is ${operation.id}.`,
    );
    // Asked again, the workflow would only tell of the same failure: this is the answer.
    if (error instanceof CommandFailed) await keepProblem({ db }, operation, refusal);
    throw refusal;
  }
}

async function keep(call: Call, operation: Operation, reply: CommandReply): Promise<Answer<unknown>> {
  const place = { programme: operation.programme, integration: operation.integration };
  const command = operation.command as CommandName;
  const answer =
    reply.outcome === 'done'
      ? await answerOf(call, place, { id: operation.id, command }, reply)
      : problemAnswer(
          reply.code === 'changed-meanwhile' ? await changedMeanwhile(call, place, command) : refusalOf(reply),
        );
  const kept = await inProgramme(call.context.db, operation.programme, async (trx) => {
    await keepAnswer(trx, operation.id, reply.outcome === 'done' ? 'done' : 'failed', answer);
    return (await findOperation(trx, operation.id))?.answer;
  });
  return again(kept ?? answer);
}

function keepProblem({ db }: Pick<Context, 'db'>, operation: Operation, refusal: Refusal): Promise<void> {
  return inProgramme(db, operation.programme, (trx) => keepAnswer(trx, operation.id, 'failed', problemAnswer(refusal)));
}

function problemAnswer(refusal: Refusal): { status: number; body: Problem } {
  const body = toProblem(refusal);
  return { status: body.status, body };
}

/** The answer as it was given the first time; a refusal is refused again in the same words. */
function again(answer: { status: number; body: unknown }): Answer<unknown> {
  if (answer.status >= 400) throw fromProblem(answer.body as Problem);
  return { pending: false, status: answer.status, body: answer.body };
}

export interface OperationView {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly status: number | null;
  readonly answer: unknown;
}

/** How patient a look at a running operation is. */
const LOOK_PATIENCE_MS = 500;

/**
 * Where a command stands. One that nobody has carried out yet is sent once more: while the Temporal server was away,
 * the first attempt may never have reached it.
 */
export async function getOperation(call: Call, programme: string, id: string): Promise<OperationView> {
  const { operation, integration } = await enter(call, programme, 'read', async (trx) => {
    const found = await findOperation(trx, id);
    if (found === null) throw new Refusal('not-found', 'There is no such operation.');
    return { operation: found, integration: await requireKnown(trx, found.integration) };
  });
  const { state, answer: told } = operation;
  if (operation.isForgotten && told !== null) return { id, state, status: told.status, answer: null };
  const done = operation.state !== 'running' || operation.answer !== null || readReply(operation.result) !== null;
  if (!done && !operation.fresh) return { id, state: 'running', status: null, answer: null };
  try {
    const answer = await settle(call, operation, integration, LOOK_PATIENCE_MS);
    if (answer.pending) return { id, state: 'running', status: null, answer: null };
    return { id, state: 'done', status: answer.status, answer: answer.body };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = toProblem(error);
    return { id, state: 'failed', status: body.status, answer: body };
  }
}
