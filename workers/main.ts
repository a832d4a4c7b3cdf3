import { NativeConnection, Runtime, Worker, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { createActivities, type Dependencies } from '../activities/index.js';
import type { Environment } from '../config/environment.js';
import type { Logger } from '../config/logging.js';
import { DATABASE_QUEUE, MAIL_QUEUE, providerQueue, WORKFLOW_QUEUE } from '../config/task-queues.js';
import { requireGuardedRole } from '../database/role.js';
import { PROVIDERS } from '../providers/registry.js';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.js';
import { loadWorkflowBundle } from './bundle-workflows.js';
import { openDependencies } from './dependencies.js';
import { keepStandingSchedules } from './standing-schedules.js';
import { whenServersAnswer } from './when-servers-answer.js';

/**
 * A worker process: one worker for the workflows with their short turns and one for each activity queue, with slots of
 * their own, so that a hanging HR system or mail server cannot take the slots of the database's work, and an admin who
 * revokes does not wait behind the long steps of other imports.
 */
const SHUTDOWN_GRACE = '10 seconds';
const SLOTS = { turns: 20, database: 8, provider: 10, mail: 4 } as const;
const CACHED_WORKFLOWS = 300;
/** A cancellation comes back with a heartbeat: this is how long an activity works on for nothing. */
const HEARTBEAT_EVERY = '2 seconds';

export async function runWorker(environment: Environment, log: Logger, stop: AbortSignal): Promise<void> {
  const logger = new DefaultLogger('WARN', (entry) => {
    log.warn({ level: entry.level }, entry.message);
  });
  Runtime.install({ logger, shutdownSignals: [] });
  const { dependencies, close } = await openDependencies(environment, log);
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const connect = async () => {
      await requireGuardedRole(dependencies.db);
      await requireSearchAttributes(dependencies, namespace);
      return NativeConnection.connect(connectionOptions);
    };
    const connection = await whenServersAnswer(connect, log, stop);
    if (connection === null) return;
    try {
      const client = await dependencies.temporal();
      await whenServersAnswer(() => keepStandingSchedules(client, log, stop), log, stop);
      const workers = await createWorkers(dependencies, connection, namespace);
      log.info({ queues: workers.map((worker) => worker.options.taskQueue) }, 'worker started');
      await runUntil(stop, workers);
    } finally {
      await connection.close();
    }
  } finally {
    await close();
  }
}

/**
 * Only a worker that runs can be shut down, and one that was never shut down holds the connection and with it the process:
 * so all of them run first, also when the wish to stop came while they were made, and when one fails the others end, too.
 */
async function runUntil(stop: AbortSignal, workers: readonly Worker[]): Promise<void> {
  const runs = workers.map((worker) => worker.run());
  const shutDown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  if (stop.aborted) shutDown();
  else stop.addEventListener('abort', shutDown, { once: true });
  try {
    await Promise.all(runs);
  } finally {
    shutDown();
    await Promise.allSettled(runs);
  }
}

/**
 * The workers of all queues over one connection; also what the tests run.
 *
 * @param bundle of the workflows; absent: the one beside them.
 */
export async function createWorkers(
  dependencies: Dependencies,
  connection: NativeConnection,
  namespace: string,
  bundle?: WorkflowBundleOption,
): Promise<Worker[]> {
  const activities = createActivities(dependencies);
  const common = {
    connection,
    namespace,
    shutdownGraceTime: SHUTDOWN_GRACE,
    maxHeartbeatThrottleInterval: HEARTBEAT_EVERY,
  };
  const activityWorker = (taskQueue: string, work: object, slots: number) =>
    Worker.create({ ...common, taskQueue, activities: work, maxConcurrentActivityTaskExecutions: slots });
  return Promise.all([
    Worker.create({
      ...common,
      taskQueue: WORKFLOW_QUEUE,
      workflowBundle: bundle ?? (await loadWorkflowBundle()),
      maxCachedWorkflows: CACHED_WORKFLOWS,
      activities: activities.database,
      maxConcurrentActivityTaskExecutions: SLOTS.turns,
    }),
    activityWorker(DATABASE_QUEUE, activities.database, SLOTS.database),
    ...PROVIDERS.map((provider) => activityWorker(providerQueue(provider.id), activities.provider, SLOTS.provider)),
    activityWorker(MAIL_QUEUE, activities.mail, SLOTS.mail),
  ]);
}

/**
 * Without them an upsert repeats its workflow task for ever, so the worker does not start: better a clear sentence now
 * than a run that stands still at night.
 */
async function requireSearchAttributes({ temporal }: Dependencies, namespace: string): Promise<void> {
  const client = await temporal();
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(SEARCH_ATTRIBUTES)
    .map((key) => key.name)
    .filter((name) => !(name in customAttributes));
  if (missing.length > 0) {
    throw new Error(
      `Temporal lacks the search attributes ${missing.join(', ')}: run \`rollcall migrate\`, or \`temporal operator search-attribute create\` where its rights are missing.`,
    );
  }
}
