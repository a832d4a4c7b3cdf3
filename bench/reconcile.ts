import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { openTemporal } from '../client/temporal.js';
import type { TemporalDoor } from '../client/temporal-door.js';
import { openDatabase } from '../database/connection.js';
import { newId } from '../database/ids.js';
import { migrate } from '../database/migrate.js';
import { inProgramme } from '../database/transaction.js';
import { describeReconciled } from '../domain/reconciled.js';
import { startRole } from '../embedded/our-processes.js';
import { peakMemory, type Surroundings } from './machine.js';
import type { PairPlace } from './scenario.js';
import { withStops } from './stops.js';

/**
 * So many published integrations that stand in Postgres alone: what one reconcile needs to start their workflows and
 * schedules, and what a pass needs that has nothing to repair. The worker is a process of its own.
 */
export interface ReconcileResult {
  readonly surroundings: Surroundings;
  readonly integrations: number;
  readonly repairSeconds: number;
  /** Until every integration's workflow has looked where it stands, too. */
  readonly settledSeconds: number;
  readonly idleSeconds: readonly number[];
  /** Megabytes. */
  readonly workerMemory: number | null;
}

type Place = Omit<PairPlace, 'pages'>;

const CADENCE = { every: 'day', at: '03:00', timeZone: 'Europe/London' };
const LIVE = { cadence: CADENCE, welcomeEmail: false, removalLimit: { share: 0.1, count: 100 }, reportOn: 'always' };
const IDLE_PASSES = 3;
const ANSWER_MS = 3000;
/** In one insert. */
const ROWS = 500;

export async function measureReconcile(
  place: Place,
  surroundings: Surroundings,
  integrations: number,
  say: (line: string) => void,
): Promise<ReconcileResult> {
  return withStops(async (stops) => {
    await migrate(place.ownerUrl);
    await insertPublished(place.ownerUrl, integrations);
    const variables = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      TEMPORAL_ADDRESS: place.temporal.address,
      TEMPORAL_NAMESPACE: place.temporal.namespace,
      TEMPORAL_CONFIG_FILE: `${place.dataDir}/no-temporal-profile.toml`,
      DATABASE_URL: place.ownerUrl,
      SMTP_URL: place.smtp,
      ROLLCALL_ENCRYPTION_KEYS: place.keys,
      ROLLCALL_LOG_LEVEL: 'warn',
    };
    const entry = fileURLToPath(new URL(`../bin/rollcall${extname(import.meta.filename)}`, import.meta.url));
    const worker = await startRole('worker', { entry, dataDir: place.dataDir }, variables);
    stops.add(() => worker.stop());
    const door = openTemporal(variables);
    stops.add(() => door.close());
    const connection = await Connection.connect({ address: place.temporal.address });
    stops.add(() => connection.close());
    const client = new Client({ connection, namespace: place.temporal.namespace });
    await workerReady(door);

    const began = performance.now();
    const since = () => (performance.now() - began) / 1000;
    say(describeReconciled(await door.reconcile()));
    const repairSeconds = since();
    say(`the repair took ${repairSeconds.toFixed(1)} s`);
    while ((await settled(client)) < integrations) await pause();
    const settledSeconds = since();
    say(`all workflows had settled after ${settledSeconds.toFixed(1)} s`);
    const idleSeconds = await idlePasses(door, say);
    const workerMemory = await peakMemory(worker.pid);
    return { surroundings, integrations, repairSeconds, settledSeconds, idleSeconds, workerMemory };
  });
}

export function renderReconcile(result: ReconcileResult): string {
  const { integrations, repairSeconds, settledSeconds, idleSeconds, workerMemory, surroundings } = result;
  const memory = workerMemory === null ? 'unknown' : `${Math.round(workerMemory)} MB`;
  const idle = idleSeconds.map((seconds) => seconds.toFixed(2)).join(', ');
  return [
    `${integrations} published integrations, commit ${surroundings.commit}, ${surroundings.cores} cores`,
    `one reconcile starts workflows and schedules   ${repairSeconds.toFixed(1)} s`,
    `… until every workflow has settled             ${settledSeconds.toFixed(1)} s`,
    `a pass with nothing to repair                  ${idle} s`,
    `worker, peak memory                            ${memory}`,
    '',
  ].join('\n');
}

/** As a publish leaves them, in one programme. */
async function insertPublished(url: string, count: number): Promise<void> {
  const db = openDatabase(url, { name: 'rollcall-bench', connections: 2 });
  const programme = newId();
  try {
    await inProgramme(db, programme, async (trx) => {
      await trx('programmes').insert({
        id: programme,
        name: 'Acme Rewards',
        time_zone: 'Europe/London',
        erasure_key: randomBytes(32),
      });
      const rows = Array.from({ length: count }, (_, number) => ({
        programme_id: programme,
        id: newId(),
        provider: 'sage-hr',
        name: `Acme ${number + 1}`,
        state: 'published',
        live: JSON.stringify(LIVE),
        created_by: 'bench',
      }));
      await trx.batchInsert('integrations', rows, ROWS);
    });
  } finally {
    await db.destroy();
  }
}

async function workerReady(door: TemporalDoor): Promise<void> {
  while ((await door.check(ANSWER_MS)).some((check) => !check.ok)) await pause();
}

/** How many workflows say in their search attributes what they have loaded. */
async function settled(client: Client): Promise<number> {
  const query = "WorkflowType = 'integration' AND IntegrationPhase = 'published'";
  return (await client.workflow.count(query)).count;
}

async function idlePasses(door: TemporalDoor, say: (line: string) => void): Promise<number[]> {
  const seconds: number[] = [];
  while (seconds.length < IDLE_PASSES) {
    const began = performance.now();
    const words = describeReconciled(await door.reconcile());
    const took = (performance.now() - began) / 1000;
    say(`${words}: ${took.toFixed(2)} s`);
    // The server's lists follow by moments; a pass that still saw something is not one of those.
    if (words.endsWith('nothing to repair')) seconds.push(took);
  }
  return seconds;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
