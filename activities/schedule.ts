import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
  type ScheduleSpec,
} from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';
import type { Database } from '../database/connection.js';
import { findIntegration } from '../database/integrations.js';
import { inProgramme } from '../database/transaction.js';
import type { Cadence } from '../domain/cadence.js';
import type { IntegrationRef } from '../domain/references.js';
import { scheduleTimes, type ScheduleTimes } from '../domain/schedule-times.js';

/**
 * Brings the Schedule of an integration to what the database says: there, paused or gone. Create-or-update, so that
 * repeating it is a success and the schedule keeps its identity when the cadence changes.
 */
export interface SchedulePlace extends IntegrationRef {
  /** Ids are built by workflows/messages.ts alone, so they are handed in. */
  readonly scheduleId: string;
  readonly workflowId: string;
}

const HOUR_MS = 3_600_000;
/** Ten thousand daily integrations at 03:00 shall not start in the same second. */
const JITTER_MS = 60_000;
const CRON_CATCH_UP_MS = 24 * HOUR_MS;

export function createSchedule({ db, temporal }: { db: Database; temporal: () => Promise<Client> }) {
  return async function putSchedule(place: SchedulePlace): Promise<void> {
    const integration = await inProgramme(db, place.programme, (trx) => findIntegration(trx, place.integration));
    const { schedule } = await temporal();
    const handle = schedule.getHandle(place.scheduleId);
    const wanted = integration !== null && ['published', 'paused'].includes(integration.state);
    if (!wanted) {
      await ignoring(ScheduleNotFoundError, () => handle.delete());
      return;
    }
    const paused = integration.state === 'paused';
    const options = scheduleOptions(place, integration.live.cadence, paused);
    const created = await ignoring(ScheduleAlreadyRunning, () => schedule.create(options));
    if (created) return;
    await handle.update((before) => ({
      spec: options.spec,
      action: options.action,
      policies: options.policies ?? {},
      state: { ...before.state, paused },
    }));
  };
}

function scheduleOptions(
  place: SchedulePlace,
  cadence: Cadence,
  paused: boolean,
): ScheduleOptions & { action: { type: 'startWorkflow' } } {
  const times = scheduleTimes(cadence);
  return {
    scheduleId: place.scheduleId,
    spec: scheduleSpec(times),
    action: {
      type: 'startWorkflow',
      workflowType: 'importDue',
      workflowId: `${place.workflowId}/due`,
      taskQueue: WORKFLOW_QUEUE,
      args: [{ programme: place.programme, integration: place.integration }],
      staticSummary: 'Tells the integration that an import is due',
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: catchUp(times) },
    state: { paused, note: paused ? 'The integration is paused.' : '' },
  };
}

function scheduleSpec(times: readonly ScheduleTimes[]): ScheduleSpec {
  const timezone = times[0]?.timeZone ?? 'UTC';
  const crons = times.flatMap((time) => ('cron' in time ? [time.cron] : []));
  const calendars = times.flatMap((time) =>
    'cron' in time
      ? []
      : [
          {
            hour: time.hour as number,
            minute: time.minute,
            ...(time.dayOfWeek === null ? {} : { dayOfWeek: DAYS[time.dayOfWeek] ?? 'MONDAY' }),
            ...(time.daysOfMonth === null ? {} : { dayOfMonth: [...time.daysOfMonth] }),
            ...(time.month === null ? {} : { month: time.month.map((month) => MONTHS[month - 1] ?? 'JANUARY') }),
          },
        ],
  );
  return { timezone, jitter: JITTER_MS, cronExpressions: crons, calendars };
}

const DAYS = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const;
const MONTHS = [
  'JANUARY',
  'FEBRUARY',
  'MARCH',
  'APRIL',
  'MAY',
  'JUNE',
  'JULY',
  'AUGUST',
  'SEPTEMBER',
  'OCTOBER',
  'NOVEMBER',
  'DECEMBER',
] as const;

function catchUp(times: readonly ScheduleTimes[]): number {
  const [first] = times;
  return first === undefined || 'cron' in first ? CRON_CATCH_UP_MS : first.periodHours * HOUR_MS;
}

/** True when it was done; false when the error that means "already so" came back. */
async function ignoring(expected: new (...args: never[]) => Error, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof expected) return false;
    throw error;
  }
}
