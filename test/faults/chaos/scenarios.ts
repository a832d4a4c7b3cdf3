import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { runWorkflowId } from '../../../workflows/messages.js';
import { until } from '../../harness/until.js';
import type { Draw } from './draw.js';
import type { Scene } from './faults.js';
import type { Passing } from './passing-time.js';
import { WORKERS, type WorkerNumber } from './site.js';

/**
 * Storms that are aimed: at the fence of a run, at the mark of a mail that is being sent, at the proof of completeness.
 * By chance alone the moments at which these three matter come once in hours.
 */
export interface Scenario {
  readonly kind: string;
  /** @returns what it saw that may not be. */
  readonly run: (scene: Scene, draw: Draw, time: Passing) => Promise<string[]>;
}

/** Reading takes about so long then: time to take a worker's database away before the next step is given to it. */
const SLOW_PAGE_MS = 1_200;
const OTHERS_END_MS = 180_000;
/** What a worker does that wakes up, it does at once. */
const WAKES_MS = 4_000;

export const SCENARIOS: readonly Scenario[] = [
  { kind: 'worker frozen until its runs have ended without it', run: frozenPastTheEnd },
  { kind: 'workers killed with invitations in their hands', run: killedWhileInviting },
  { kind: 'people left out of two lists half a day apart', run: leftOutTwice },
];

/**
 * One worker is given steps that it cannot begin, because its connection to Postgres hangs; then it is frozen until the
 * other one has ended all runs, and wakes with the connection whole. Whatever it wanted to write, it comes too late.
 */
async function frozenPastTheEnd(scene: Scene, draw: Draw): Promise<string[]> {
  for (let attempt = 1; ; attempt += 1) {
    const { held, violations } = await freezeOne(scene, draw);
    scene.print(`    it held ${held.length === 0 ? 'nothing' : held.join(', ')}`);
    if (violations.length > 0 || attempt === MOST_ATTEMPTS || held.some(isBehindReading)) return violations;
  }
}

/** Which of the two is given a step is Temporal's to say. */
const MOST_ATTEMPTS = 2;
/** Steps that write before they look at what another attempt has done. */
const isBehindReading = (step: string) => ['mapPeople', 'segment', 'plan', 'announcePhase'].includes(step);

async function freezeOne(scene: Scene, draw: Draw): Promise<{ held: string[]; violations: string[] }> {
  const { site, companies } = scene;
  const preferred = draw.one(WORKERS);
  const slow = { kind: 'slow', delayMs: SLOW_PAGE_MS };
  for (const { subdomain } of companies.all) await companies.control('POST', `${subdomain}/faults`, slow);
  await Promise.all(companies.all.map((company) => companies.beginImport(company)));
  await delay(SLOW_PAGE_MS / 2);
  const { worker, held } = await watchSteps(scene, async (heldBy) => {
    // Who reads everything is given nothing else before it has read: then the other one is taken.
    const reads = (await heldBy(preferred)).length;
    const other = WORKERS.find((number) => number !== preferred) ?? preferred;
    const chosen = reads < companies.all.length ? preferred : other;
    site.proxiesOf(chosen).postgres.stall();
    const end = Date.now() + 4 * SLOW_PAGE_MS;
    for (;;) {
      const names = await heldBy(chosen);
      if (names.some(isBehindReading) || Date.now() > end) return { worker: chosen, held: names };
      await delay(50);
    }
  });
  site.signalWorker(worker, 'SIGSTOP');
  // Temporal would find the connection of a frozen process dead after a minute, and give it steps until then.
  site.proxiesOf(worker).temporal.cut();
  for (const { subdomain } of companies.all) await companies.control('DELETE', `${subdomain}/faults`);
  for (const company of companies.all) await companies.untilAllEnded(company);
  const before = await written(scene);
  site.proxiesOf(worker).postgres.flow();
  site.signalWorker(worker, 'SIGCONT');
  await delay(WAKES_MS);
  const after = await written(scene);
  const violations = Object.keys(before)
    .filter((what) => before[what] !== after[what])
    .map((what) => `a worker that woke after its runs had ended wrote ${what} (it held ${held.join(', ')})`);
  return { held, violations };
}

/** Lets somebody look which steps of the runs a worker was given and has not ended, by their names. */
async function watchSteps<T>(
  { site, companies }: Scene,
  look: (heldBy: (worker: WorkerNumber) => Promise<string[]>) => Promise<T>,
): Promise<T> {
  const connection = await Connection.connect({ address: site.temporal.address });
  const client = new Client({ connection, namespace: site.temporal.namespace });
  /** Null where there is no run at this moment. */
  const describe = (integration: string) =>
    client.workflow
      .getHandle(runWorkflowId(integration, 'write'))
      .describe()
      .catch(() => null);
  try {
    return await look(async (worker) => {
      const mine = `${site.pidOf(worker)}@`;
      const runs = await Promise.all(companies.all.map(({ integration }) => describe(integration)));
      return runs.flatMap((run) =>
        (run?.raw.pendingActivities ?? [])
          .filter(({ lastWorkerIdentity }) => lastWorkerIdentity?.startsWith(mine))
          .map(({ activityType }) => activityType?.name ?? ''),
      );
    });
  } finally {
    await connection.close();
  }
}

async function written({ site, companies }: Scene): Promise<Record<string, string>> {
  const integrations = companies.all.map(({ integration }) => integration);
  const digest = async (sql: string) => (await site.rows<{ digest: string }>(sql, [integrations]))[0]?.digest ?? '';
  const all = (from: string) => `select md5(string_agg(t::text, '|' order by t::text)) as digest from ${from}`;
  return {
    runs: await digest(all('import_runs t where integration_id = any($1)')),
    changes: await digest(
      all('changes t where import_id in (select id from import_runs where integration_id = any($1))'),
    ),
    members: await digest(all('members t where integration_id = any($1)')),
  };
}

/** The sink has mails that it has not acknowledged when both workers die: those may be out, and may not go out again. */
async function killedWhileInviting({ site, companies }: Scene, draw: Draw): Promise<string[]> {
  for (const { subdomain } of companies.all) {
    await companies.control('POST', `${subdomain}/bulk`, { hire: draw.between(15, 30) });
  }
  let inHands = 0;
  site.sink.onMessage((message) => {
    if (message.kind !== 'invitation') return undefined;
    inHands += 1;
    return delay(1_500);
  });
  await Promise.all(companies.all.map((company) => companies.beginImport(company)));
  const wanted = draw.between(3, 12);
  await until('invitations to be in the hands of SMTP', async () => inHands >= wanted, OTHERS_END_MS);
  await Promise.all(WORKERS.map((worker) => site.kill(`worker-${worker}`)));
  site.sink.onMessage(null);
  await Promise.all(WORKERS.map((worker) => site.startWorker(worker)));
  return [];
}

/** Lists that leave people out, yet name the whole number, at two imports that would be the first and the second sight. */
async function leftOutTwice({ companies }: Scene, _draw: Draw, time: Passing): Promise<string[]> {
  for (const isFirst of [true, false]) {
    for (const { subdomain } of companies.all) {
      await companies.control('POST', `${subdomain}/faults`, { kind: 'short', list: 'employees' });
    }
    await Promise.all(companies.all.map((company) => companies.importToItsEnd(company)));
    if (isFirst) await time.halfADay();
  }
  return [];
}
