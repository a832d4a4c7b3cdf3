import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { isSystemError } from '../config/system-errors.js';
import { hasEnded, startChild, type Child, type Exit, type Step } from './child.js';
import { freePort, portsOf } from './ports.js';
import { commandLine, endProcess, identify, stillRuns } from './process-identity.js';
import type { Logger } from '../config/logging.js';

/** Temporal's development server, its state in one file of the data directory, on loopback only. */
export interface EmbeddedTemporal {
  address: string;
  namespace: string;
  /** The Web UI. */
  ui: string;
  cli: string;
  port: number;
  uiPort: number;
  pid: number;
  exited: Promise<Exit>;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
}

export interface TemporalServerOptions {
  dataDir: string;
  cliPath: string;
  /** Kept when given (a restart must be found where it was); absent: the usual one, else any free one. */
  port?: number;
  uiPort?: number;
  /** false: any free ports at once, and nothing is kept when it stops. */
  keep?: boolean;
  /** More settings of the server, such as `limit.historyCount.suggestContinueAsNew=60` in a test. */
  dynamicConfig?: readonly string[];
  log: Logger;
  print?: (line: string) => void;
}

/** Those workflows start with; the worker refuses to run on a server that has not got them. */
export const SEARCH_ATTRIBUTES = {
  Programme: 'Keyword',
  Provider: 'Keyword',
  IntegrationPhase: 'Keyword',
  ImportOutcome: 'Keyword',
  NeedsAttention: 'Bool',
} as const;

const NAMESPACE = 'default';
const NOTE = 'temporal.pid.json';
const STATE = 'temporal.db';
const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 3;
const STOP: readonly Step[] = [['SIGTERM', 3000]];

/**
 * The first: else the server reads its transfer queue 20 times a second, and each activity waits 50 ms for that. The
 * others: programmes take turns, and priorities hold for a queue as a whole, which has one part for that.
 */
const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'matching.enableFairness=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
];

/**
 * Its default waits for the disk with each transaction, ten or so a turn. This way what it has written outlives the end
 * of the process, also by SIGKILL; should the machine lose its power the last moments may be missing, and a reconcile
 * repairs that from Postgres, which does wait for the disk.
 */
const SQLITE_PRAGMAS = ['journal_mode=WAL', 'synchronous=1'];

export async function startTemporalServer(options: TemporalServerOptions): Promise<EmbeddedTemporal> {
  const { dataDir, cliPath, print = () => undefined } = options;
  await endTemporalOrphan(dataDir, print);
  const { server, port, uiPort } = await launch(options);
  // The server makes it readable for everybody, and where Postgres runs as another user the directory can be entered.
  if (options.keep !== false) await chmod(join(dataDir, STATE), 0o600);
  const stop = async (steps: readonly Step[]): Promise<void> => {
    await server.stop(steps);
    await rm(join(dataDir, NOTE), { force: true });
  };
  return {
    address: `127.0.0.1:${port}`,
    namespace: NAMESPACE,
    ui: `http://127.0.0.1:${uiPort}`,
    cli: cliPath,
    port,
    uiPort,
    pid: server.pid,
    exited: server.exited,
    // A server in memory has nothing to put in order, and an orderly stop takes a second.
    stop: () => stop(options.keep === false ? [] : STOP),
    kill: () => stop([]),
  };
}

/**
 * A server that a killed start left behind holds the state file open. It is stopped, not taken over: only a child of
 * ours can be watched. A number that now belongs to somebody else is left alone.
 */
export async function endTemporalOrphan(dataDir: string, print: (line: string) => void): Promise<void> {
  const note = join(dataDir, NOTE);
  try {
    const kept: unknown = JSON.parse(await readFile(note, 'utf8'));
    if (typeof kept === 'object' && kept !== null && 'pid' in kept && 'started' in kept) {
      const orphan = { pid: Number(kept.pid), started: String(kept.started) };
      if ((await stillRuns(orphan)) && (await commandLine(orphan.pid)).includes('start-dev')) {
        print(`Temporal server of an earlier start still runs (process ${orphan.pid}): it is stopped.`);
        await endProcess(orphan, 'SIGTERM', 8000);
      }
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    if (!(error instanceof SyntaxError)) throw error;
  }
  await rm(note, { force: true });
}

async function launch(options: TemporalServerOptions): Promise<{ server: Child; port: number; uiPort: number }> {
  const keep = options.keep ?? true;
  let last = 'it says nothing';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = options.port ?? (await freePort(keep ? portsOf(options.dataDir, [7233, 7234, 7235]) : []));
    const uiPort = options.uiPort ?? (await freePort(keep ? portsOf(options.dataDir, [8233, 8234, 8235]) : []));
    if (port === uiPort) continue;
    const lines: string[] = [];
    const server = await startChild(options.cliPath, commandOf(options, port, uiPort), {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TZ: 'UTC' },
      onLine: (line) => {
        if (lines.length < 50) lines.push(line);
        options.log.debug({ temporal: line }, 'temporal');
      },
    });
    await remember(server, options.dataDir);
    if (await serves(server, `127.0.0.1:${port}`)) return { server, port, uiPort };
    await server.stop(STOP);
    last = lines.slice(-3).join(' ') || last;
    await delay(attempt * 200);
  }
  throw new Error(`The Temporal server does not start (${options.cliPath}): ${last}`);
}

/** Before it serves: a start that is killed while it waits leaves no stranger behind. */
async function remember(server: Child, dataDir: string): Promise<void> {
  const identity = await identify(server.pid);
  if (identity) await writeFile(join(dataDir, NOTE), `${JSON.stringify(identity)}\n`, { mode: 0o600 });
}

function commandOf(options: TemporalServerOptions, port: number, uiPort: number): string[] {
  const dynamic = [...DYNAMIC_CONFIG, ...(options.dynamicConfig ?? [])];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...(options.keep === false ? [] : ['--db-filename', join(options.dataDir, STATE)]),
    ...SQLITE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma]),
    ...['--log-level', 'error'],
    ...dynamic.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
}

/** True once it answers and knows our search attributes (it takes calls before), false when it ended or was too slow. */
async function serves(server: Child, address: string): Promise<boolean> {
  const until = Date.now() + START_TIMEOUT_MS;
  // Without these a first call that finds nobody waits a second before it knocks again.
  const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 100 };
  const connection = Connection.lazy({ address, channelArgs });
  try {
    while (!hasEnded(server) && Date.now() < until) {
      if (await knowsSearchAttributes(connection)) return true;
      await delay(25);
    }
    return false;
  } finally {
    await connection.close();
  }
}

async function knowsSearchAttributes(connection: Connection): Promise<boolean> {
  try {
    const known = await connection.withDeadline(Date.now() + 1000, () =>
      connection.operatorService.listSearchAttributes({ namespace: NAMESPACE }),
    );
    return Object.keys(SEARCH_ATTRIBUTES).every((name) => name in known.customAttributes);
  } catch {
    // It does not listen yet: asked again until it does, has ended, or the time is over.
    return false;
  }
}
