import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type { Logger } from '../config/logging.js';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';

/** What is done again and again for all integrations together. One row each: a workflow without arguments. */
interface StandingSchedule {
  /** Of the schedule and of what it starts. */
  readonly id: string;
  readonly workflowType: string;
  readonly everyMinutes: number;
  readonly summary: string;
}

const STANDING_SCHEDULES: readonly StandingSchedule[] = [
  {
    id: 'reconcile',
    workflowType: 'reconcile',
    everyMinutes: 10,
    summary: 'Compares the database with workflows and schedules and repairs what differs',
  },
  {
    id: 'sweep',
    workflowType: 'sweep',
    everyMinutes: 60,
    summary: 'Reminds, notices and ends what is due by the passing of time',
  },
];

/** A time that fell into an outage is not caught up when it is older than this: the next one does the same work. */
const CATCH_UP_MS = 60_000;
const MINUTE_MS = 60_000;
const KEEP_EVERY_MS = 5 * MINUTE_MS;

/**
 * At the worker's start and again and again while it lives: a Temporal server that lost its data gets them back without
 * a restart.
 */
export async function keepStandingSchedules(client: Client, log: Logger, stop: AbortSignal): Promise<void> {
  await ensureStandingSchedules(client);
  const again = setInterval(() => {
    ensureStandingSchedules(client).catch((error: unknown) => {
      log.warn({ err: error }, 'the standing schedules could not be looked after; the next try is in five minutes');
    });
  }, KEEP_EVERY_MS).unref();
  const end = () => clearInterval(again);
  if (stop.aborted) end();
  else stop.addEventListener('abort', end, { once: true });
}

/** Repeating it is a success; that an operator paused one is left as it is. */
async function ensureStandingSchedules(client: Client): Promise<void> {
  await Promise.all(STANDING_SCHEDULES.map((standing) => ensure(client, standing)));
}

async function ensure({ schedule }: Client, standing: StandingSchedule): Promise<void> {
  const { id, workflowType, everyMinutes, summary } = standing;
  const wanted = {
    spec: { intervals: [{ every: everyMinutes * MINUTE_MS }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType,
      workflowId: id,
      taskQueue: WORKFLOW_QUEUE,
      staticSummary: summary,
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP_MS },
  };
  try {
    await schedule.create({ scheduleId: id, ...wanted });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await schedule.getHandle(id).update(({ state }) => ({ ...wanted, state }));
  }
}
