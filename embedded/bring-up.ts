import { relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openTemporal } from '../client/temporal.js';
import { lastLine } from '../config/system-errors.js';
import { migrate } from '../database/migrate.js';
import { keptEncryptionKeys } from './encryption-key.js';
import { startMailSink } from './mail-sink.js';
import { startRole, startSimulatorsProcess, type ProcessHome } from './our-processes.js';
import { freePort } from './ports.js';
import { startPostgres, type EmbeddedPostgres } from './postgres.js';
import { findTemporalCli } from './temporal-cli.js';
import { startTemporalServer, type EmbeddedTemporal } from './temporal-server.js';
import type { Simulated } from '../simulators/start.js';
import type { Environment } from '../config/environment.js';
import type { Logger } from '../config/logging.js';
import type { Machine } from './machine.js';
import type { RunFile } from './run-file.js';

/** What `start` was asked for. */
export interface Wishes extends ProcessHome {
  environment: Environment;
  /** `process.env`, or what stands for it: handed on to the worker and the API. */
  variables: NodeJS.ProcessEnv;
  demo: boolean;
  log: Logger;
  print: (line: string) => void;
}

export interface Up {
  run: Omit<RunFile, 'processes'>;
  /** Whether there are simulated HR systems. */
  simulated: boolean;
}

const READY_TIMEOUT_MS = 60_000;
const USUAL_PORT = 3000;

/** All that stands on nothing else at once, then migrations, then the worker and the API; returns when they are ready. */
export async function bringUp(wishes: Wishes, machine: Machine, signal: AbortSignal): Promise<Up> {
  const { environment } = wishes;
  const host = environment.HOST;
  const port = await freePort([environment.PORT ?? USUAL_PORT], host);
  if (environment.PORT !== undefined && environment.PORT !== 0 && port !== environment.PORT) {
    wishes.print(`API         port ${environment.PORT} of PORT is busy: ${port} is used instead`);
  }
  const [database, temporal, mail, simulated, keys] = await allOrNothing([
    bringUpDatabase(wishes, machine),
    bringUpTemporal(wishes, machine, signal),
    bringUpMail(wishes, machine),
    wishes.demo ? bringUpSimulators(wishes, machine) : Promise.resolve([]),
    hasKeys(wishes.variables) ? {} : keptKeys(wishes.dataDir),
  ]);
  signal.throwIfAborted();
  const url = `http://${reachableHost(host)}:${port}`;
  const providers = providerVariables(wishes.variables, simulated);
  const run = { pid: process.pid, url, database, temporal, mail, providers };
  const roles = roleEnvironment(wishes, run, { keys, port });
  await machine.announce(run);
  await Promise.all(
    (['worker', 'api'] as const).map((role) => machine.add(role, () => startRole(role, wishes, roles))),
  );
  await untilReady(url, signal);
  wishes.print(`Rollcall    ${url}   worker and API are ready, logs in ${shown(wishes.dataDir)}/log`);
  return { run, simulated: simulated.length > 0 };
}

async function bringUpDatabase(wishes: Wishes, machine: Machine): Promise<RunFile['database']> {
  const { environment, dataDir, print, log } = wishes;
  if (environment.DATABASE_URL !== undefined) {
    await migrate(environment.DATABASE_URL);
    return { url: environment.DATABASE_URL, adminUrl: null };
  }
  const start = (previous: EmbeddedPostgres | null): Promise<EmbeddedPostgres> =>
    startPostgres({ dataDir, log, print, ...(previous && { port: previous.port }) });
  const { url, adminUrl, port, cluster } = await machine.add('postgres', start);
  await migrate(url);
  print(`Postgres    127.0.0.1:${port}   data in ${shown(cluster)}`);
  return { url, adminUrl };
}

async function bringUpTemporal(wishes: Wishes, machine: Machine, signal: AbortSignal): Promise<RunFile['temporal']> {
  const { environment, dataDir, print, log, variables } = wishes;
  if (environment.TEMPORAL_ADDRESS !== undefined) {
    const door = openTemporal(variables);
    try {
      await door.registerSearchAttributes();
    } finally {
      await door.close();
    }
    print(`Temporal    ${environment.TEMPORAL_ADDRESS}   of TEMPORAL_ADDRESS`);
    const namespace = environment.TEMPORAL_NAMESPACE ?? 'default';
    return { address: environment.TEMPORAL_ADDRESS, namespace, ui: null, cli: null };
  }
  const cliPath = await findTemporalCli({
    given: environment.TEMPORAL_CLI_PATH,
    path: variables.PATH,
    cache: `${dataDir}/temporal`,
    print,
    signal,
  });
  const start = (previous: EmbeddedTemporal | null): Promise<EmbeddedTemporal> =>
    startTemporalServer({
      ...{ dataDir, cliPath, log, print },
      ...(previous && { port: previous.port, uiPort: previous.uiPort }),
    });
  const { address, namespace, ui, cli } = await machine.add('temporal', start);
  print(`Temporal    ${address}   data in ${shown(dataDir)}/temporal.db, Web UI at ${ui}`);
  return { address, namespace, ui, cli };
}

/** Part of this process: it has nothing to lose that is not in its file. */
async function bringUpMail(wishes: Wishes, machine: Machine): Promise<RunFile['mail']> {
  const { environment, dataDir, log, print } = wishes;
  if (environment.SMTP_URL !== undefined) return { smtp: environment.SMTP_URL, url: null };
  const sink = await startMailSink({ dataDir, log });
  machine.atStop(sink.stop);
  print(`Mail        127.0.0.1:${sink.smtpPort}   kept in ${shown(dataDir)}/mail.jsonl, delivered to nobody`);
  return { smtp: sink.smtp, url: sink.url };
}

async function bringUpSimulators(wishes: Wishes, machine: Machine): Promise<readonly Simulated[]> {
  const { simulated } = await machine.add('simulators', (previous: SimulatorsRun | null) =>
    startSimulatorsProcess(wishes, Object.fromEntries(previous?.simulated.map(({ id, port }) => [id, port]) ?? [])),
  );
  for (const { name, url } of simulated) {
    wishes.print(`${name.padEnd(11)} ${url}   simulated, with a made-up company`);
  }
  return simulated;
}

type SimulatorsRun = Awaited<ReturnType<typeof startSimulatorsProcess>>;

/** Nothing of the user's Temporal profiles may reach the embedded server: its TLS and keys would be used on it. */
function roleEnvironment(
  { variables, environment, dataDir }: Wishes,
  run: Omit<RunFile, 'processes'>,
  made: { keys: Readonly<Record<string, string>>; port: number },
): NodeJS.ProcessEnv {
  const own = Object.entries(variables).filter(
    ([name]) => environment.TEMPORAL_ADDRESS !== undefined || !name.startsWith('TEMPORAL_'),
  );
  return {
    ...Object.fromEntries(own),
    ...(environment.TEMPORAL_ADDRESS === undefined && {
      TEMPORAL_ADDRESS: run.temporal.address,
      TEMPORAL_NAMESPACE: run.temporal.namespace,
      TEMPORAL_CONFIG_FILE: `${dataDir}/no-temporal-profile.toml`,
    }),
    DATABASE_URL: run.database.url,
    SMTP_URL: run.mail.smtp,
    ...(run.mail.url !== null && { ROLLCALL_MAIL_SINK_URL: run.mail.url }),
    ...(run.temporal.ui !== null && { ROLLCALL_TEMPORAL_UI_URL: run.temporal.ui }),
    PORT: String(made.port),
    HOST: environment.HOST,
    ROLLCALL_PUBLIC_URL: environment.ROLLCALL_PUBLIC_URL ?? run.url,
    ROLLCALL_DATA_DIR: dataDir,
    ...made.keys,
    ...run.providers,
  };
}

const hasKeys = (variables: NodeJS.ProcessEnv): boolean =>
  [variables.ROLLCALL_ENCRYPTION_KEYS, variables.ROLLCALL_ENCRYPTION_KEYS_FILE].some((given) => (given ?? '') !== '');

/** The file itself, not what stands in it: processes that run learn of a new key by it. */
async function keptKeys(dataDir: string): Promise<Record<string, string>> {
  return { ROLLCALL_ENCRYPTION_KEYS_FILE: await keptEncryptionKeys(dataDir) };
}

const OF_A_PROVIDER = /^ROLLCALL_(SAGE_HR|INTELLIHR|PERSONIO|SAGE_PEOPLE|MERGE)_/;

/** Whoever set an address of their own gets no simulated system in its place. */
function providerVariables(given: NodeJS.ProcessEnv, simulated: readonly Simulated[]): Record<string, string> {
  const own = Object.entries(given).filter((entry): entry is [string, string] => OF_A_PROVIDER.test(entry[0]));
  const ours = simulated
    .filter(({ variable }) => given[variable] === undefined)
    .flatMap(({ variable, baseUrl, more }) => [[variable, baseUrl] as const, ...Object.entries(more)]);
  return Object.fromEntries([...own, ...ours]);
}

async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  const until = Date.now() + READY_TIMEOUT_MS;
  let last = 'no answer';
  while (Date.now() < until) {
    signal.throwIfAborted();
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
      if (answer.ok) return;
      last = await answer.text();
    } catch (error) {
      signal.throwIfAborted();
      last = lastLine(error);
    }
    await delay(50);
  }
  throw new Error(`Rollcall is not ready after ${READY_TIMEOUT_MS / 1000} s; ${url}/readyz says: ${last}`);
}

/** Waits for all, also when one fails: what is still coming up could not be stopped otherwise. */
async function allOrNothing<T extends readonly unknown[]>(work: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(work);
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
  return Promise.all(work);
}

/** An address one can call: those that stand for "every interface" are none. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near === '' || near.startsWith('..') ? path : near;
}
