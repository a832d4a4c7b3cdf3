import { ApplicationFailure } from '@temporalio/workflow';
import type { ProviderActivities } from '../activities/index.js';
import type { Refusal } from '../domain/commands.js';
import { OPERATOR_COMMANDS, type CommandName, type CommandReply, type CommandRequest } from './messages.js';
import type { RunEnded } from './running-imports.js';

/**
 * What lies in the inbox of an integration, one turn each: what people ask, what the Schedule, the sweep and operators signal, and
 * what comes back from a probe or a run that an earlier turn has started.
 */
export type Turn =
  | { readonly kind: 'command'; readonly command: CommandName; readonly operation: string; answer: Answer | null }
  | { readonly kind: 'probed'; readonly asked: CommandTurn; readonly revocations: number; readonly probed: Probed }
  | { readonly kind: 'due' }
  | { readonly kind: 'look' }
  | { readonly kind: 'now'; readonly requestId: string }
  | ({ readonly kind: 'ended' } & RunEnded);
export type CommandTurn = Extract<Turn, { kind: 'command' }>;
export type Answer = CommandReply | { readonly outcome: 'broken'; readonly failure: ApplicationFailure };
export type Probed = Awaited<ReturnType<ProviderActivities['probe']>>;

export function replyOf(answer: Answer | null): CommandReply {
  if (answer === null) throw ApplicationFailure.nonRetryable('The command was not answered.', 'Internal');
  if (answer.outcome === 'broken') throw answer.failure;
  return answer;
}

/** Shape only: whether a command is legal is judged in its turn, when earlier ones have been carried out. */
export function requireShape(command: CommandName, request?: CommandRequest): void {
  const mayBeBare = OPERATOR_COMMANDS.includes(command);
  if (isBare(request) && mayBeBare) return;
  const operation: unknown = request?.operation;
  if (typeof operation === 'string' && operation !== '') return;
  throw ApplicationFailure.nonRetryable(
    mayBeBare
      ? `Send ${command} without data, or with { "operation": "<id of a row in operations>" }.`
      : `${command} is asked through the API or the CLI, which say what is wanted in a row of operations. From here can be sent, without data: ${OPERATOR_COMMANDS.join(', ')}.`,
    'BadCommand',
  );
}

/** The Temporal UI sends an empty field as nothing at all, the `temporal` command may send `null` or `{}`. */
function isBare(request: unknown): boolean {
  return request === undefined || request === null || JSON.stringify(request) === '{}';
}

export function asFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof ApplicationFailure)
    return ApplicationFailure.nonRetryable(cause.message, cause.type ?? 'Internal');
  return ApplicationFailure.nonRetryable('A step of the command did not end.', 'Internal');
}

export const REVOKED_MEANWHILE: Refusal = {
  code: 'illegal-state',
  detail: 'The access was revoked while the HR system was asked; nothing was kept. Authorize it again.',
};
export const NO_ANSWER: Refusal = {
  code: 'provider-unavailable',
  detail: 'The HR system did not answer in time. Check that it is reachable and try again; nothing was kept.',
};
