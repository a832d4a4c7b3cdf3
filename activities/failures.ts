import { CancelledFailure, Context } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { isDatabaseAway } from '../database/away.js';
import { UnknownIntegration } from '../database/integrations.js';
import { AttemptOvertaken, ImportSuperseded } from '../database/transaction.js';
import { NOT_RETRYABLE, type FailureType } from '../domain/failure-names.js';
import { AddressRefused, ProviderError, RateLimited } from '../providers/errors.js';
import type { Logger } from '../config/logging.js';

/**
 * The only place where an error crosses from an activity into a history. What crosses is a type of our vocabulary and
 * a sentence of our own; an unknown error crosses by its name and code alone, since its message may hold the values
 * of a statement or a vendor's body.
 */
export interface Patience {
  /** How long a provider that is down or asks to wait is waited for before the run ends, seconds. */
  readonly providerSeconds: number;
}

/** A fault of ours is repeated so often, in case it was a passing one, and then ends the run as `internal`. */
const ATTEMPTS_FOR_UNKNOWN = 5;

/** Says that this process lives, so that a killed one is noticed within seconds and its work repeated elsewhere. */
const BEAT_MS = 2_000;

/** Wraps an activity: it beats while it works, and everything it throws crosses here. */
export function crossing<A extends unknown[], R>(
  work: (...args: A) => Promise<R>,
  patience: Patience,
  log: Logger,
): (...args: A) => Promise<R> {
  return async (...args) => {
    const context = Context.current();
    const beat = setInterval(() => context.heartbeat(), BEAT_MS);
    try {
      return await work(...args);
    } catch (error) {
      throw toFailure(error, patience, log);
    } finally {
      clearInterval(beat);
    }
  };
}

function toFailure(error: unknown, patience: Patience, log: Logger): Error {
  if (error instanceof CancelledFailure || error instanceof ApplicationFailure) return error;
  if (Context.current().cancellationSignal.aborted) return new CancelledFailure('The activity was cancelled.');
  if (error instanceof RateLimited) return rateLimited(error, patience);
  if (error instanceof ProviderError) return providerFailure(error, patience);
  if (error instanceof ImportSuperseded) return failure('ImportSuperseded', error.message);
  if (error instanceof UnknownIntegration || error instanceof AttemptOvertaken) {
    // Not final: the worker that knows it, or the attempt that sees what was written, goes on.
    return ApplicationFailure.create({ type: 'DatabaseUnreachable', message: error.message, nonRetryable: false });
  }
  if (isDatabaseAway(error)) {
    return ApplicationFailure.create({
      type: 'DatabaseUnreachable',
      message: 'Postgres did not answer or asked to repeat; the step is tried again until it does.',
      nonRetryable: false,
    });
  }
  const { info } = Context.current();
  const said = describeUnknown(error);
  log.error(
    { activity: info.activityType, attempt: info.attempt, error: said, at: firstFrames(error) },
    'activity failed',
  );
  return ApplicationFailure.create({
    type: 'Internal',
    message: `A fault in Rollcall itself: ${said}.`,
    nonRetryable: info.attempt >= ATTEMPTS_FOR_UNKNOWN,
  });
}

function rateLimited(error: RateLimited, patience: Patience): ApplicationFailure {
  const wait = error.retryAfterSeconds ?? 0;
  const tooLong = waitedSeconds() + wait > patience.providerSeconds;
  return ApplicationFailure.create({
    type: 'RateLimited' satisfies FailureType,
    message: error.message,
    nonRetryable: tooLong,
    category: ApplicationFailureCategory.BENIGN,
    ...(wait > 0 ? { nextRetryDelay: wait * 1000 } : {}),
  });
}

function providerFailure(error: ProviderError, patience: Patience): ApplicationFailure {
  // A forbidden address is a wrong configuration: no repetition makes it allowed.
  if (error instanceof AddressRefused) return failure('ProviderContractViolation', error.message);
  if (error.name === 'ProviderUnavailable') {
    return ApplicationFailure.create({
      type: 'ProviderUnavailable' satisfies FailureType,
      message: error.message,
      nonRetryable: waitedSeconds() > patience.providerSeconds,
    });
  }
  return failure(error.name as FailureType, error.message);
}

export function failure(type: FailureType, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: NOT_RETRYABLE.includes(type) });
}

/** Since the activity was first scheduled, over all its attempts. */
function waitedSeconds(): number {
  return (Date.now() - Context.current().info.scheduledTimestampMs) / 1000;
}

/** The kind of an unknown error without its message. */
function describeUnknown(error: unknown): string {
  if (!(error instanceof Error)) return 'a thrown value that is no error';
  const parts = ['code', 'constraint', 'table', 'routine'].flatMap((key) => {
    const value: unknown = Reflect.get(error, key);
    return typeof value === 'string' ? [`${key} ${value}`] : [];
  });
  return [error.name, ...parts].join(', ');
}

/** Where it happened: the frames of the stack without its first lines, which repeat the message. */
function firstFrames(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
    .map((line) => line.trim());
}
