import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import { DATABASE_QUEUE, MAIL_QUEUE, providerQueue } from '../config/task-queues.js';

/**
 * Time-outs and retries, one named group per kind of work. Nothing is retried by count: what repeating cannot heal is
 * marked so where it crosses (activities/failures.ts), everything else is repeated until it works.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** A turn or a frame around a run: one short transaction. */
export const SHORT: ActivityOptions = {
  taskQueue: DATABASE_QUEUE,
  startToCloseTimeout: '1 minute',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
};

/** A set-based step over a whole run; the statement time-out of the database ends it before this does. */
export const SET_BASED: ActivityOptions = { ...SHORT, startToCloseTimeout: '30 minutes' };

/** Work that beats while it goes on, so that a dead worker is noticed within seconds. */
export const BEATING: ActivityOptions = { ...SET_BASED, heartbeatTimeout: '30 seconds' };

/** Reading one chunk of the directory. */
export const reading = (provider: string): ActivityOptions => ({
  taskQueue: providerQueue(provider),
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '60 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { ...retry, initialInterval: '1 second' },
});

/** Somebody waits at a form for this one: a few tries, then say so. */
export const probing = (provider: string): ActivityOptions => ({
  taskQueue: providerQueue(provider),
  startToCloseTimeout: '90 seconds',
  retry: { ...retry, maximumAttempts: 2 },
});

export const MAILING: ActivityOptions = {
  taskQueue: MAIL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: '30 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry,
};
