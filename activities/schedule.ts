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
import { findIntegration, type Integration } from '../database/integrations.js';
import { inProgramme } from '../database/transaction.js';
import type { IntegrationRef } from '../domain/references.js';
import { scheduleTimes, type ScheduleTimes } from '../domain/schedule-times.js';
import { slowed } from '../domain/slow-down.js';
import { findProvider } from '../providers/registry.js';
import { stamped } from './schedule-stamp.js';

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

export function createSchedule({ db, temporal }: { db: Database; temporal: () => Promise<Client> }) {
  return async function putSchedule(place: SchedulePlace): Promise<void> {
    const integration = await inProgramme(db, place.programme, (trx) => findIntegration(trx, place.integration));
    const { schedule } = await temporal();
    const handle = schedule.getHandle(place.scheduleId);
    const options = integration === null ? null : wantedSchedule(place, integration);
    if (options === null) {
      await ignoring(ScheduleNotFoundError, () => handle.delete());
      return;
    }
    const created = await ignoring(ScheduleAlreadyRunning, () => schedule.create(options));
    if (created) return;
    await handle.update((before) => ({
      spec: options.spec,
      action: options.action,
      policies: options.policies ?? {},
      state: { ...before.state, ...options.state },
    }));
  };
}

type Options = ScheduleOptions & {
  readonly action: { readonly type: 'startWorkflow' };
  readonly state: { readonly paused: boolean; readonly note: string };
};

/** What the schedule of an integration is to be; null: there is to be none. */
export function wantedSchedule(place: SchedulePlace, integration: Integration): Options | null {
  if (integration.state !== 'published' && integration.state !== 'paused') return null;
  // Nothing can be due where somebody has to give a file first.
  if (findProvider(integration.provider)?.files !== undefined) return null;
  return stamped(scheduleOptions(place, integration));
}

function scheduleOptions(place: SchedulePlace, integration: Integration): Options {
  const { cadence } = integration.live;
  const times = scheduleTimes(integration.slowed ? slowed(cadence) : cadence, new Date());
  const paused = integration.state === 'paused';
  const why = integration.pauseNote === null ? '' : ` ${integration.pauseNote}`;
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
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: times.catchUpHours * HOUR_MS },
    state: { paused, note: paused ? `The integration is paused.${why}` : '' },
  };
}

function scheduleSpec({ timeZone, calendars }: ScheduleTimes): ScheduleSpec {
  return {
    timezone: timeZone,
    jitter: JITTER_MS,
    calendars: calendars.map(({ minutes, hours, daysOfMonth, months, daysOfWeek, years }) => ({
      minute: ranges(minutes),
      hour: ranges(hours),
      ...(daysOfMonth === null ? {} : { dayOfMonth: ranges(daysOfMonth) }),
      ...(months === null ? {} : { month: ranges(months).map(({ start }) => MONTHS[start - 1] ?? 'JANUARY') }),
      ...(daysOfWeek === null ? {} : { dayOfWeek: ranges(daysOfWeek).map(({ start }) => DAYS[start] ?? 'SUNDAY') }),
      ...(years === null ? {} : { year: [...years] }),
    })),
  };
}

function ranges(values: readonly number[]): { start: number; end: number; step: number }[] {
  return values.map((value) => ({ start: value, end: value, step: 1 }));
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
