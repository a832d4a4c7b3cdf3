import { once } from 'node:events';
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { createLogger } from '../../config/logging.js';
import { migrate } from '../../database/migrate.js';
import { startPostgres } from '../../embedded/postgres.js';
import { findTemporalCli } from '../../embedded/temporal-cli.js';
import { startTemporalServer } from '../../embedded/temporal-server.js';
import { compileSources, type Compiled } from './compiled.js';

/**
 * What all test files share: one Postgres with a migrated template database, one Temporal server. It is a process of its
 * own that ends with the channel to jest, so that nothing is left behind even when jest is killed.
 */
export interface TestMachine {
  database: { url: string; adminUrl: string; template: string };
  temporal: { address: string; namespace: string; ui: string; cli: string };
  /** The sources as they are, for processes of their own and for the workflows of workers in this one. */
  compiled: Compiled;
}

const IN_MEMORY = '/dev/shm';
const ROOM_BYTES = 2 * 1024 ** 3;
const TEMPLATE = 'rollcall_template';
const CACHE = resolve(import.meta.dirname, '../../.cache/temporal');
const log = createLogger('test-machine', process.env.ROLLCALL_TEST_LOG_LEVEL ?? 'warn');
const print = (line: string) => void process.stderr.write(`${line}\n`);

async function run(): Promise<void> {
  const gone = once(process, 'disconnect');
  const dataDir = await mkdtemp(join(await quickPlace(), 'rollcall-test-'));
  // As root, Postgres runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  const stops: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const ready = await Promise.allSettled([database(dataDir, stops), temporal(dataDir, stops), compiled(stops)]);
    const [databaseReady, temporalReady, compiledReady] = ready;
    if (databaseReady.status === 'rejected') throw databaseReady.reason;
    if (temporalReady.status === 'rejected') throw temporalReady.reason;
    if (compiledReady.status === 'rejected') throw compiledReady.reason;
    const machine: TestMachine = {
      database: databaseReady.value,
      temporal: temporalReady.value,
      compiled: compiledReady.value,
    };
    if (process.connected) process.send?.(machine);
    await gone;
  } finally {
    const [removeData, ...servers] = stops;
    await Promise.allSettled(servers.map((stop) => stop()));
    await removeData?.();
  }
}

/** In memory where there is room: a hundred databases are made and dropped, and the kernel's work for files is a third there. */
async function quickPlace(): Promise<string> {
  const memory = await statfs(IN_MEMORY).catch(() => null);
  return memory !== null && memory.bavail * memory.bsize > ROOM_BYTES ? IN_MEMORY : tmpdir();
}

async function database(dataDir: string, stops: (() => Promise<unknown>)[]): Promise<TestMachine['database']> {
  const { url, adminUrl, stop } = await startPostgres({ dataDir, tune: 'test', log, print });
  stops.push(stop);
  await makeTemplate(url, adminUrl);
  return { url, adminUrl, template: TEMPLATE };
}

/** Migrated as its owner, who is no superuser, just as in production. */
async function makeTemplate(url: string, adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`create database ${TEMPLATE} owner rollcall`);
  } finally {
    await admin.end();
  }
  const template = new URL(url);
  template.pathname = `/${TEMPLATE}`;
  await migrate(template.href);
}

async function temporal(dataDir: string, stops: (() => Promise<unknown>)[]): Promise<TestMachine['temporal']> {
  const cliPath = await findTemporalCli({
    given: process.env.TEMPORAL_CLI_PATH,
    path: process.env.PATH,
    cache: CACHE,
    print,
  });
  const server = await startTemporalServer({ dataDir, cliPath, keep: false, log, print });
  stops.push(server.stop);
  return { address: server.address, namespace: server.namespace, ui: server.ui, cli: server.cli };
}

async function compiled(stops: (() => Promise<unknown>)[]): Promise<Compiled> {
  const { remove, ...sources } = await compileSources();
  stops.push(remove);
  return sources;
}

// A Ctrl-C ends jest, and with it the channel; the signal itself must not cut the orderly end short.
process.on('SIGINT', () => undefined);
try {
  await run();
} catch (error) {
  process.stderr.write(
    `The test machine does not come up: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`,
  );
  process.exitCode = 1;
}
if (process.connected) process.disconnect();
