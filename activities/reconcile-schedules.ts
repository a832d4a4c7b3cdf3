import { isGrpcServiceError, ScheduleNotFoundError, type Client } from '@temporalio/client';
import type { Database } from '../database/connection.js';
import type { Integration } from '../database/integrations.js';
import type { Reconciled } from '../domain/reconciled.js';
import { atMost } from './at-most.js';
import { idIn, integrationPages, nameFor, type ReconcileNames } from './reconcile-names.js';
import { readStamp, stampOf } from './schedule-stamp.js';
import { createSchedule, wantedSchedule } from './schedule.js';

/**
 * Brings the schedules of integrations to what the database says. They are compared by the server's list, a thousand a
 * call; only those that differ are touched.
 */
type Counts = Pick<Reconciled, 'schedulesCreated' | 'schedulesUpdated' | 'schedulesDeleted' | 'refused'>;
interface Dependencies {
  readonly db: Database;
  readonly temporal: () => Promise<Client>;
}

interface Listed {
  readonly paused: boolean;
  readonly stamp: string;
}

const AT_ONCE = 10;
/** The report stands in a history: the first tell enough. */
const REFUSED_SHOWN = 20;
const GRPC_INVALID_ARGUMENT = 3;

export function createReconcileSchedules({ db, temporal }: Dependencies) {
  const putSchedule = createSchedule({ db, temporal });
  return async function reconcileSchedules(names: ReconcileNames): Promise<Counts> {
    const client = await temporal();
    // The server's list first: a schedule in it then has its row, since rows are written before schedules are made.
    const listed = await listSchedules(client, names);
    const counts = { schedulesCreated: 0, schedulesUpdated: 0, schedulesDeleted: 0 };
    const refused: { integration: string; reason: string }[] = [];
    for await (const page of integrationPages(db)) {
      await atMost(AT_ONCE, page, async (integration) => {
        const place = placeOf(names, integration);
        const repair = repairOf(listed.get(integration.id), wantedSchedule(place, integration));
        listed.delete(integration.id);
        if (repair === null) return;
        const refusal = await refusalOf(() => putSchedule(place));
        if (refusal === null) counts[repair] += 1;
        else if (refused.length < REFUSED_SHOWN) refused.push({ integration: integration.id, reason: refusal });
      });
    }
    await atMost(AT_ONCE, [...listed.keys()], async (id) => {
      await remove(client, nameFor(names.schedule, id));
      counts.schedulesDeleted += 1;
    });
    return { ...counts, refused };
  };
}

async function listSchedules(client: Client, names: ReconcileNames): Promise<Map<string, Listed>> {
  const listed = new Map<string, Listed>();
  for await (const { scheduleId, spec, state } of client.schedule.list({ pageSize: 1000 })) {
    const id = idIn(names.schedule, scheduleId);
    const stamp = readStamp((spec?.calendars ?? []).map((calendar) => calendar.comment));
    if (id !== null) listed.set(id, { paused: state.paused, stamp });
  }
  return listed;
}

const placeOf = (names: ReconcileNames, { programme, id }: Integration) => ({
  programme,
  integration: id,
  scheduleId: nameFor(names.schedule, id),
  workflowId: nameFor(names.integration, id),
});

function repairOf(is: Listed | undefined, wanted: ReturnType<typeof wantedSchedule>) {
  if (wanted === null) return is === undefined ? null : 'schedulesDeleted';
  if (is === undefined) return 'schedulesCreated';
  const same = is.paused === wanted.state.paused && is.stamp === stampOf(wanted.spec);
  return same ? null : 'schedulesUpdated';
}

/** What the server has against it, when that is the schedule's own fault: it must not keep the others from theirs. */
async function refusalOf(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (!isGrpcServiceError(cause)) continue;
      const code: number = cause.code;
      if (code === GRPC_INVALID_ARGUMENT) return cause.details;
    }
    throw error;
  }
}

async function remove(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    // It is gone already, which is what was wanted.
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}
