import type { Ending } from '../domain/import-ending.js';
import { newId } from './ids.js';
import { lockIntegration, type Integration } from './integrations.js';
import { forgetLookUps } from './look-ups.js';
import type { Undoing } from './run-context.js';
import type { OnlyPeople } from './some-people.js';
import { retireStaging } from './snapshots.js';
import type { Transaction } from './transaction.js';

/** Import runs: opened and closed here, under the lock of their integration, and nowhere else. */
export interface OpenRequest {
  readonly kind: 'import' | 'review' | 'person' | 'retry' | 'removals' | 'undo';
  readonly lane: 'write' | 'review';
  readonly trigger: 'first' | 'schedule' | 'on-demand' | 'webhook';
  /** The same key opens the same run again: a turn repeated after a crash must not make a second one. */
  readonly requestKey: string;
  /** What to do while another run is open: be told of that one, or wait for its end. */
  readonly whenBusy: 'join' | 'wait';
  /** The configuration it works by; absent: what is published when it begins. */
  readonly configuration?: string;
  /** Absent: it is about everybody. */
  readonly only?: OnlyPeople | null;
  /** Absent: it puts nothing back. */
  readonly undo?: Undoing | null;
}

export interface OpenedRun {
  readonly import: string;
  readonly epoch: number;
  readonly provider: string;
  /**
   * `opened`: start it; `joined`: that one was running already; `waiting`: it has its turn after the running one;
   * `ended`: the same request had its run before.
   */
  readonly how: 'opened' | 'joined' | 'waiting' | 'ended';
  /** Somebody waits for it: it was not the schedule that asked. */
  readonly urgent: boolean;
  /** Absent: it reads the directory. */
  readonly kind?: 'removals' | 'undo';
}

interface RunRow {
  id: string;
  integration_id: string;
  kind: OpenRequest['kind'];
  lane: 'write' | 'review';
  trigger: OpenRequest['trigger'];
  request_key: string | null;
  epoch: number | null;
  started_at: Date | null;
  ended_at: Date | null;
}

export async function openRun(trx: Transaction, integrationId: string, request: OpenRequest): Promise<OpenedRun> {
  const integration = await lockIntegration(trx, integrationId);
  const same = await trx<RunRow>('import_runs')
    .where({ integration_id: integrationId, request_key: request.requestKey })
    .first();
  if (same !== undefined) {
    const how = same.ended_at !== null ? 'ended' : same.started_at === null ? 'waiting' : 'opened';
    return opened(integration, same, how);
  }
  const running = await findOpenRun(trx, integrationId, request.lane);
  if (running !== null && request.whenBusy === 'join') {
    return opened(integration, running, 'joined');
  }
  const id = newId();
  await trx('import_runs').insert({
    programme_id: integration.programme,
    id,
    integration_id: integrationId,
    kind: request.kind,
    lane: request.lane,
    trigger: request.trigger === 'first' && (await hasImported(trx, integrationId)) ? 'on-demand' : request.trigger,
    request_key: request.requestKey,
    config_id: request.configuration ?? integration.publishedConfig,
    only_people: request.only == null ? null : JSON.stringify(request.only),
    undoes: request.undo?.import,
    undoes_only: request.undo?.only,
  });
  const { lane, trigger, kind } = request;
  if (running !== null) return opened(integration, { id, epoch: null, trigger, kind }, 'waiting');
  return begin(trx, integration, { id, lane, trigger, kind });
}

function opened(
  { provider }: Integration,
  { id, epoch, trigger, kind }: Pick<RunRow, 'id' | 'epoch' | 'trigger' | 'kind'>,
  how: OpenedRun['how'],
): OpenedRun {
  const urgent = trigger !== 'schedule';
  const opening = { import: id, epoch: epoch ?? 0, provider, how, urgent };
  return kind === 'removals' || kind === 'undo' ? { ...opening, kind } : opening;
}

/** Gives a run that waited its turn; an import takes the configuration that is published by now. */
export async function beginWaitingRun(trx: Transaction, integrationId: string, id: string): Promise<OpenedRun> {
  const integration = await lockIntegration(trx, integrationId);
  const row = await trx<RunRow>('import_runs').where({ id }).first();
  if (row === undefined) throw new Error(`There is no import ${id} in this programme.`);
  return row.started_at === null ? begin(trx, integration, row) : opened(integration, row, 'opened');
}

async function begin(
  trx: Transaction,
  integration: Integration,
  { id, lane, trigger, kind }: Pick<RunRow, 'id' | 'lane' | 'trigger' | 'kind'>,
): Promise<OpenedRun> {
  const column = lane === 'write' ? 'epoch' : 'review_epoch';
  const raised = await trx('integrations')
    .where({ id: integration.id })
    .update({ [column]: trx.raw('?? + 1', [column]) })
    .returning<{ epoch: number; review_epoch: number }[]>(['epoch', 'review_epoch']);
  const epoch = raised[0]?.[column];
  if (epoch === undefined) throw new Error(`The integration ${integration.id} vanished while a run was opened.`);
  await trx('import_runs')
    .where({ id })
    .update({
      epoch,
      ...(lane === 'write' ? { config_id: integration.publishedConfig } : {}),
      as_of: trx.raw('rollcall_now()'),
      started_at: trx.raw('rollcall_now()'),
      phase_started_at: trx.raw('rollcall_now()'),
      members_before: trx('members').count('*').where({ integration_id: integration.id, state: 'active' }),
    });
  await trx.raw('call create_staging(?, ?)', [integration.programme, id]);
  return opened(integration, { id, epoch, trigger, kind }, 'opened');
}

async function findOpenRun(trx: Transaction, integration: string, lane: 'write' | 'review'): Promise<RunRow | null> {
  const row = await trx<RunRow>('import_runs')
    .where({ integration_id: integration, lane })
    .whereNotNull('started_at')
    .whereNull('ended_at')
    .first();
  return row ?? null;
}

async function hasImported(trx: Transaction, integration: string): Promise<boolean> {
  const row: unknown = await trx('import_runs').where({ integration_id: integration, kind: 'import' }).first('id');
  return row !== undefined;
}

export interface OpenRun {
  readonly id: string;
  readonly lane: 'write' | 'review';
  readonly started: boolean;
}

/** Runs that stand open in the database, in the order in which they were made. */
export async function listOpenRuns(trx: Transaction, integration: string): Promise<OpenRun[]> {
  const rows = await trx<RunRow>('import_runs')
    .where({ integration_id: integration })
    .whereNull('ended_at')
    .orderBy('id');
  return rows.map((row) => ({ id: row.id, lane: row.lane, started: row.started_at !== null }));
}

export interface StartedRun {
  readonly integration: string;
  readonly lane: 'write' | 'review';
  readonly startedAt: Date;
}

/** In a sweep: the runs of all programmes that have begun and not ended. */
export async function listStartedRuns(trx: Transaction): Promise<StartedRun[]> {
  return trx('import_runs')
    .whereNotNull('started_at')
    .whereNull('ended_at')
    .select<StartedRun[]>({ integration: 'integration_id', lane: 'lane', startedAt: 'started_at' });
}

/**
 * Ends a run and raises the epoch, so that whatever still thinks it works for it writes nothing any more. Closing a
 * closed run changes nothing.
 *
 * @returns whether it was open.
 */
export async function closeRun(trx: Transaction, integrationId: string, id: string, ending: Ending): Promise<boolean> {
  await lockIntegration(trx, integrationId);
  const closed = await trx('import_runs')
    .where({ id })
    .whereNull('ended_at')
    .update({
      state: ending.state,
      phase: 'done',
      failure_code: ending.failureCode,
      failure_detail: ending.failureDetail,
      ended_at: trx.raw('rollcall_now()'),
      started_at: trx.raw('coalesce(started_at, rollcall_now())'),
      members_after: trx.raw(
        `coalesce(members_after, (select count(*) from members where integration_id = ? and state = 'active'))`,
        [integrationId],
      ),
    })
    .returning<{ lane: string; epoch: number | null }[]>(['lane', 'epoch']);
  const [run] = closed;
  if (run === undefined) return false;
  // One that never began holds no fence: raising it would lock out the run that it waited for.
  if (run.epoch === null) return true;
  const { lane } = run;
  const column = lane === 'write' ? 'epoch' : 'review_epoch';
  await trx('integrations')
    .where({ id: integrationId })
    .update({ [column]: trx.raw('?? + 1', [column]) });
  await forgetLookUps(trx, id);
  await retireStaging(trx, integrationId, id);
  return true;
}

/** Locks out every writer, also one that opened its transaction before: nothing of a run is written after this. */
export async function raiseEpochs(trx: Transaction, integrationId: string): Promise<void> {
  await trx('integrations')
    .where({ id: integrationId })
    .update({ epoch: trx.raw('epoch + 1'), review_epoch: trx.raw('review_epoch + 1') });
}

/** The number that the report tells is the run's: everybody is counted once, and the two agree. */
export async function noteMembersAfter(trx: Transaction, id: string, members: number): Promise<void> {
  await trx('import_runs').where({ id }).update({ members_after: members });
}

/** Waits for whoever writes for this run; what is read of it afterwards is what they left. */
export async function lockRun(trx: Transaction, id: string): Promise<void> {
  await trx('import_runs').where({ id }).forUpdate().first('id');
}

export type Phase = 'fetch' | 'map' | 'segment' | 'plan' | 'provision' | 'notify';

/** Names the phase a run is in; entering the same one again keeps its clock. */
export async function enterPhase(
  trx: Transaction,
  id: string,
  phase: Phase,
  progress: { done: number | null; total: number | null },
): Promise<void> {
  await trx('import_runs')
    .where({ id })
    .update({
      phase_started_at: trx.raw('case when phase = ? then phase_started_at else rollcall_now() end', [phase]),
      phase,
      done: progress.done,
      total: progress.total,
    });
}
