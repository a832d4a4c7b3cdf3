import { setTimeout as delay } from 'node:timers/promises';
import {
  Client,
  Connection,
  isGrpcServiceError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';
import { within } from '../config/within.js';
import {
  COMMAND_UPDATES,
  integrationWorkflowId,
  mailsWaitingSignal,
  ACCOUNT_MAILS_WORKFLOW,
  mailsWorkflowId,
  scheduleId,
  SEARCH_ATTRIBUTES,
} from '../workflows/messages.js';
import type { CommandName } from '../domain/commands.js';
import {
  CommandFailed,
  type Check,
  type IntegrationAddress,
  type SendResult,
  type TemporalDoor,
} from './temporal-door.js';
import { reconcile } from './temporal-reconcile.js';
import { Turnstile } from './turnstile.js';

/** The door to Temporal as its client opens it; what people do knows only the contract, see temporal-door.ts. */
const LOOK_PATIENCE_MS = 2000;
/** A poll lasts a minute: who has not asked for longer is gone, though the server lists it for five. */
const POLLER_FRESH_MS = 90_000;
const INDEXED_VALUE_TYPES: Readonly<Record<string, number>> = { KEYWORD: 2, BOOL: 5 };
const GRPC_ALREADY_EXISTS = 6;
/**
 * What asking again cannot change: a wrong request, no permission, a call that the server does not have. All else is "not
 * now", also what sounds like a fault: of a server that goes or comes INTERNAL, UNKNOWN and ABORTED are heard, and
 * FAILED_PRECONDITION where a worker has answered for another command that the server has forgotten in its restart.
 */
const GRPC_NEVER: readonly number[] = [3, 6, 7, 11, 12, 15, 16];
const TRY_AGAIN_MS = 200;
const LONGEST_PAUSE_MS = 2_000;
/** Of one integration, by this process; the server takes ten by all together. */
const UPDATES_AT_ONCE = 4;
const REGISTER_PATIENCE_MS = 10_000;
/** Without these a first call that finds nobody waits a second before it knocks again. */
const CHANNEL = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1000 };

/** @param variables as in Temporal's own environment configuration: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, … */
export function openTemporal(variables: Readonly<Record<string, string | undefined>>): TemporalDoor {
  const given = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(given),
  });
  const { address, tls, apiKey, metadata } = connectionOptions;
  const connection = Connection.lazy({
    channelArgs: CHANNEL,
    // The client's own repetitions wait in timers that throw out of nowhere once the connection is closed.
    interceptors: [],
    ...(address === undefined ? {} : { address }),
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  const client = new Client({ connection, namespace });
  const turnstile = new Turnstile(UPDATES_AT_ONCE);
  return {
    send: (to, command, operation, patienceMs) => send(client, turnstile, to, { command, operation, patienceMs }),
    nextImportAt: (integration) => nextImportAt(client, integration),
    check: (patienceMs) => check(connection, namespace, patienceMs),
    letMailsGo: (place) => letMailsGo(client, place),
    letAccountMailsGo: () => letAccountMailsGo(client),
    reconcile: () => reconcile(client),
    registerSearchAttributes: () => registerSearchAttributes(connection, namespace),
    close: () => connection.close(),
  };
}

async function send(
  client: Client,
  turnstile: Turnstile,
  to: IntegrationAddress,
  { command, operation, patienceMs }: { command: CommandName; operation: string; patienceMs: number },
): Promise<SendResult> {
  try {
    return await persistently(client.connection, patienceMs, () =>
      turnstile.pass(to.integration, () =>
        client.workflow.executeUpdateWithStart(COMMAND_UPDATES[command], {
          updateId: operation,
          args: [{ operation }],
          startWorkflowOperation: startOf(to),
        }),
      ),
    );
  } catch (error) {
    if (isGone(error)) return 'gone';
    if (error instanceof WorkflowUpdateFailedError) throw new CommandFailed(error);
    if (!isLate(error) && !isNotNow(error)) throw error;
    return 'pending';
  }
}

/** How the integration's workflow begins, if this is the first that is told to it. */
function startOf(to: IntegrationAddress) {
  return new WithStartWorkflowOperation('integration', {
    workflowId: integrationWorkflowId(to.integration),
    taskQueue: WORKFLOW_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    // With the default, a command would bring a removed integration back to life.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    args: [{ programme: to.programme, integration: to.integration }],
    staticSummary: to.summary,
    typedSearchAttributes: [
      { key: SEARCH_ATTRIBUTES.programme, value: to.programme },
      { key: SEARCH_ATTRIBUTES.provider, value: to.provider },
    ],
  });
}

/** Tries again while the server is away or busy; safe, because what is asked carries its own id. */
async function persistently<T>(
  connection: Client['connection'],
  patienceMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (let pause = TRY_AGAIN_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await inTime(connection, until - Date.now(), work);
    } catch (error) {
      if (!isNotNow(error) || Date.now() + pause >= until) throw error;
      await delay(pause);
    }
  }
}

/** The deadline of the calls, and a second one around them: connecting has a time-out of its own. */
function inTime<T>(connection: Client['connection'], patienceMs: number, work: () => Promise<T>): Promise<T> {
  const asked = connection.withDeadline(Date.now() + patienceMs, work);
  return within(patienceMs, asked, () => new WorkflowUpdateRPCTimeoutOrCancelledError('No answer in time.'));
}

function isLate(error: unknown): boolean {
  return error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
}

/** The integration's life is over: the server begins none where one has ended well. */
function isGone(error: unknown): boolean {
  if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
  return isGrpcServiceError(error) && (error.code as number) === GRPC_ALREADY_EXISTS;
}

function isNotNow(error: unknown): boolean {
  // A server that has just come back may not know an update that it had begun: told it again, it does.
  if (error instanceof WorkflowNotFoundError) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return !GRPC_NEVER.includes(cause.code);
  }
  return false;
}

function letMailsGo(client: Client, { programme, integration }: { programme: string; integration: string }) {
  return soon(client, () =>
    client.workflow.signalWithStart('mails', {
      workflowId: mailsWorkflowId(integration),
      taskQueue: WORKFLOW_QUEUE,
      args: [{ programme, integration }],
      signal: mailsWaitingSignal,
      signalArgs: [],
      staticSummary: 'Sends what waits of an integration and belongs to no open run',
    }),
  );
}

function letAccountMailsGo(client: Client) {
  return soon(client, () =>
    client.workflow.signalWithStart('accountMails', {
      workflowId: ACCOUNT_MAILS_WORKFLOW,
      taskQueue: WORKFLOW_QUEUE,
      args: [],
      signal: mailsWaitingSignal,
      signalArgs: [],
      staticSummary: 'Sends the links that sign admins in',
    }),
  );
}

/** What the next sweep would do, done now where the server is there. */
async function soon(client: Client, start: () => Promise<unknown>): Promise<void> {
  try {
    await inTime(client.connection, LOOK_PATIENCE_MS, start);
  } catch (error) {
    if (!isLate(error) && !isNotNow(error)) throw error;
  }
}

async function nextImportAt(client: Client, integration: string): Promise<string | null> {
  try {
    const described = await inTime(client.connection, LOOK_PATIENCE_MS, () =>
      client.schedule.getHandle(scheduleId(integration)).describe(),
    );
    if (described.state.paused) return null;
    return described.info.nextActionTimes[0]?.toISOString() ?? null;
  } catch {
    // No schedule, or no server: the time of the next import is not known, and nothing else depends on it.
    return null;
  }
}

async function check(connection: Connection, namespace: string, patienceMs: number): Promise<Check[]> {
  try {
    return await inTime(connection, patienceMs, async () => {
      const [known, queue] = await Promise.all([
        connection.operatorService.listSearchAttributes({ namespace }),
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: WORKFLOW_QUEUE },
        }),
      ]);
      const missing = missingAttributes(known.customAttributes);
      const polling = queue.pollers.some(
        (poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000 > Date.now() - POLLER_FRESH_MS,
      );
      return [
        { name: 'temporal', ok: true, detail: `The server answers; namespace "${namespace}".` },
        {
          name: 'search-attributes',
          ok: missing.length === 0,
          detail: missing.length === 0 ? 'All are registered.' : attributesMissing(missing),
        },
        {
          name: 'worker',
          ok: polling,
          detail: polling
            ? `A worker polls the task queue "${WORKFLOW_QUEUE}".`
            : `No worker polls the task queue "${WORKFLOW_QUEUE}"; start one with \`rollcall worker\`.`,
        },
      ];
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const unknown = 'Not known while the Temporal server does not answer.';
    return [
      { name: 'temporal', ok: false, detail: `The Temporal server does not answer: ${why}` },
      { name: 'search-attributes', ok: false, detail: unknown },
      { name: 'worker', ok: false, detail: unknown },
    ];
  }
}

function missingAttributes(known: object): string[] {
  return Object.values(SEARCH_ATTRIBUTES)
    .map((key) => key.name)
    .filter((name) => !Object.hasOwn(known, name));
}

function attributesMissing(names: readonly string[]): string {
  return `Not registered: ${names.join(', ')}; \`rollcall migrate\` registers them, or \`temporal operator search-attribute create\`.`;
}

function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  return persistently(connection, REGISTER_PATIENCE_MS, () => addMissingAttributes(connection, namespace));
}

async function addMissingAttributes(connection: Connection, namespace: string): Promise<void> {
  const known = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = new Set(missingAttributes(known.customAttributes));
  const wanted = Object.values(SEARCH_ATTRIBUTES).filter((key) => missing.has(key.name));
  if (wanted.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(wanted.map((key) => [key.name, INDEXED_VALUE_TYPES[key.type]])) as Record<
        string,
        number
      >,
    });
  } catch (error) {
    // Somebody else registered them in the same moment.
    if (!isGrpcServiceError(error) || (error.code as number) !== GRPC_ALREADY_EXISTS) throw error;
  }
}
