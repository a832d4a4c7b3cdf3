import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';
import type { Priority } from '@temporalio/common';
import { DATABASE_QUEUE, MAIL_QUEUE, providerQueue, WORKFLOW_QUEUE } from '../config/task-queues.js';

/**
 * Time-outs and retries, one named group per kind of work. Nothing is retried by count: what repeating cannot heal is
 * marked so where it crosses (activities/failures.ts), everything else is repeated until it works.
 */
const retry = { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1 minute' } as const;

/** Every activity beats every two seconds; a worker that is silent for this long is dead or cut off. */
const heartbeatTimeout = '10 seconds';
const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/** A turn or a frame around a run: one short transaction, beside the workflows and never behind a long step. */
export const SHORT: ActivityOptions = {
  taskQueue: WORKFLOW_QUEUE,
  startToCloseTimeout: '1 minute',
  heartbeatTimeout,
  cancellationType,
  retry,
};

/** A step over a whole run; the statement time-out of the database ends it before this does. */
export const LONG: ActivityOptions = { ...SHORT, taskQueue: DATABASE_QUEUE, startToCloseTimeout: '30 minutes' };

/** Reading one part of the directory. */
export const reading = (provider: string): ActivityOptions => ({
  taskQueue: providerQueue(provider),
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  cancellationType,
  retry: { ...retry, initialInterval: '1 second' },
});

/** Who waits goes before the schedule, and among equals the programmes take turns. 1 is the first of 5. */
export const priorityOf = (programme: string, urgent: boolean): Priority => ({
  priorityKey: urgent ? 2 : 4,
  fairnessKey: programme,
});

/** Somebody waits at a form for this one: a few tries, then say so. */
export const probing = (provider: string, programme: string): ActivityOptions => ({
  priority: { ...priorityOf(programme, true), priorityKey: 1 },
  taskQueue: providerQueue(provider),
  startToCloseTimeout: '90 seconds',
  heartbeatTimeout,
  retry: { ...retry, maximumAttempts: 2 },
});

export const MAILING: ActivityOptions = {
  taskQueue: MAIL_QUEUE,
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout,
  cancellationType,
  retry,
};
