import { ApplicationFailure } from '@temporalio/workflow';
import type { ProviderActivities } from '../activities/index.js';
import type { Refusal } from '../domain/commands.js';
import type { CommandName, CommandReply, CommandRequest } from './messages.js';
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
export function requireOperation(request: CommandRequest): void {
  const operation: unknown = (request as CommandRequest | undefined)?.operation;
  if (typeof operation !== 'string' || operation === '') {
    throw ApplicationFailure.nonRetryable(
      'The argument must be { "operation": "<id of a row in operations>" }.',
      'BadCommand',
    );
  }
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
