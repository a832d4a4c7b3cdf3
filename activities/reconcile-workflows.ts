import { setTimeout as delay } from 'node:timers/promises';
import { WorkflowNotFoundError, type Client, type WorkflowExecutionDescription } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';
import type { Database } from '../database/connection.js';
import { listStartedRuns, type StartedRun } from '../database/import-runs.js';
import type { Integration } from '../database/integrations.js';
import { acrossProgrammes } from '../database/transaction.js';
import type { Reconciled } from '../domain/reconciled.js';
import { findProvider } from '../providers/registry.js';
import { atMost } from './at-most.js';
import { idIn, integrationPages, nameFor, type ReconcileNames } from './reconcile-names.js';

/**
 * Brings the workflows of integrations to what the database says. The server's list lags behind by moments: what it
 * lacks is started by an id that cannot start twice, and nothing is ended before it was asked for by name.
 */
type Counts = Pick<
  Reconciled,
  'compared' | 'workflowsStarted' | 'workflowsRebuilt' | 'workflowsEnded' | 'importsInterrupted'
>;

interface Dependencies {
  readonly db: Database;
  readonly temporal: () => Promise<Client>;
}

const AT_ONCE = 10;
/** These have something to do without being told; others get a workflow with their next command. */
const NEED_A_WORKFLOW = ['published', 'paused', 'revoked'];
/** Between a row and the workflow's next step lie moments, between a row and nothing at all a minute. */
const SETTLED_MS = 60_000;
/** For a workflow whose integration was removed just now and that still has to answer. */
const FAREWELL_MS = 3_000;

export function createReconcileWorkflows({ db, temporal }: Dependencies, settledMs = SETTLED_MS) {
  return async function reconcileWorkflows(names: ReconcileNames): Promise<Counts> {
    const client = await temporal();
    // The server's list first: a workflow in it then has its row, since rows are written before workflows start.
    const running = await listRunning(client, names);
    const started = await startedRuns(db);
    const living = new Set<string>();
    const counts = { compared: 0, workflowsStarted: 0, workflowsRebuilt: 0, importsInterrupted: 0 };
    for await (const page of integrationPages(db)) {
      const integrations = page.filter(({ state }) => state !== 'removed');
      counts.compared += integrations.length;
      await atMost(AT_ONCE, integrations, async (integration) => {
        const { id, state } = integration;
        living.add(id);
        const open = started.get(id) ?? [];
        const lost = () => endIfAnImportIsLost(client, names, { id, open, settledMs });
        const runs = running.has(id);
        if (!runs && !NEED_A_WORKFLOW.includes(state) && open.length === 0) return;
        if (runs && !(await lost())) return;
        if (!(await start(client, names, integration))) return;
        counts[runs ? 'workflowsRebuilt' : 'workflowsStarted'] += 1;
        counts.importsInterrupted += open.filter(({ lane }) => lane === 'write').length;
      });
    }
    const strangers = [...running].filter((id) => !living.has(id));
    return { ...counts, workflowsEnded: await endStrangers(client, names, strangers) };
  };
}

async function listRunning(client: Client, names: ReconcileNames): Promise<ReadonlySet<string>> {
  const query = "WorkflowType = 'integration' AND ExecutionStatus = 'Running'";
  const ids = new Set<string>();
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1000 })) {
    const id = idIn(names.integration, workflowId);
    if (id !== null) ids.add(id);
  }
  return ids;
}

async function startedRuns(db: Database): Promise<ReadonlyMap<string, readonly StartedRun[]>> {
  const byIntegration = new Map<string, StartedRun[]>();
  for (const run of await acrossProgrammes(db, listStartedRuns)) {
    byIntegration.set(run.integration, [...(byIntegration.get(run.integration) ?? []), run]);
  }
  return byIntegration;
}

/** As a command would start it; false when it runs already, or has ended by itself because it was removed. */
async function start(client: Client, names: ReconcileNames, integration: Integration): Promise<boolean> {
  const { programme, id, provider, name } = integration;
  const key = (attribute: string) => defineSearchAttributeKey(attribute, SearchAttributeType.KEYWORD);
  try {
    await client.workflow.start('integration', {
      workflowId: nameFor(names.integration, id),
      taskQueue: WORKFLOW_QUEUE,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      args: [{ programme, integration: id }],
      staticSummary: `${findProvider(provider)?.name ?? provider} · ${name}`,
      typedSearchAttributes: [
        { key: key(names.attributes.programme), value: programme },
        { key: key(names.attributes.provider), value: provider },
      ],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/**
 * A workflow hears of the end of its import. One that still waits for an import which has no workflow since a minute
 * would wait for ever; ended and started again, it closes the row and opens one new import.
 */
async function endIfAnImportIsLost(
  client: Client,
  names: ReconcileNames,
  { id, open, settledMs }: { id: string; open: readonly StartedRun[]; settledMs: number },
): Promise<boolean> {
  const isSettled = (since: Date | undefined) => since !== undefined && Date.now() - since.getTime() > settledMs;
  const settled = open.filter(({ startedAt }) => isSettled(startedAt));
  if (settled.length === 0) return false;
  const runs = await Promise.all(settled.map(({ lane }) => describe(client, nameFor(names.lanes[lane], id))));
  if (runs.every((run) => run !== null && (isRunning(run) || !isSettled(run.closeTime)))) return false;
  const own = await describe(client, nameFor(names.integration, id));
  if (own === null || !isRunning(own) || !isSettled(own.startTime)) return false;
  await end(client, own, 'Its import is gone and it does not notice: it is started again from the database.');
  return true;
}

async function endStrangers(client: Client, names: ReconcileNames, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  await delay(FAREWELL_MS);
  let ended = 0;
  await atMost(AT_ONCE, ids, async (id) => {
    const found = await describe(client, nameFor(names.integration, id));
    if (found === null || !isRunning(found)) return;
    await end(client, found, 'The database has no such integration, or it was removed.');
    ended += 1;
  });
  return ended;
}

async function describe(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

/** That very execution: another one of the same id may have begun since it was described. */
async function end(client: Client, { workflowId, runId }: WorkflowExecutionDescription, why: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId, runId).terminate(why);
  } catch (error) {
    // It ended by itself in the meantime, which is what was wanted.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

const isRunning = ({ status }: WorkflowExecutionDescription) => status.name === 'RUNNING';
