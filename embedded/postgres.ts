import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { isSystemError } from '../config/system-errors.js';
import { hasEnded, startChild, type Child, type Exit, type Step } from './child.js';
import { freePort, portsOf } from './ports.js';
import { findPlace, makeOwnFolder, writeOwnFile, type PostgresPlace } from './postgres-place.js';
import { endPostgresOrphan } from './postgres-orphan.js';
import { settingsFor, type Tune } from './postgres-settings.js';
import type { Logger } from '../config/logging.js';

/**
 * A Postgres of our own in the data directory: listens on loopback only, with random passwords, and a database whose
 * owner is no superuser (a superuser would walk through row-level security without a sound).
 */
export interface EmbeddedPostgres {
  /** As the database's owner. */
  url: string;
  /** As the server's superuser. */
  adminUrl: string;
  port: number;
  pid: number;
  /** Where its data is; another place than the data directory when Postgres' user cannot enter that. */
  cluster: string;
  /** Resolves when the server has ended, however it ended. */
  exited: Promise<Exit>;
  stop: () => Promise<Exit>;
  /** Leaves putting things in order to the recovery at the next start. */
  kill: () => Promise<Exit>;
}

export interface PostgresOptions {
  dataDir: string;
  /** Kept when given (a restart must be found where it was); absent: a usual one, else any free one. */
  port?: number;
  tune?: Tune;
  log: Logger;
  print?: (line: string) => void;
}

interface Passwords {
  superuser: string;
  owner: string;
}

const OWNER = 'rollcall';
const DATABASE = 'rollcall';
const USUAL_PORTS = [5433, 5434, 5435];
const START_TIMEOUT_MS = 60_000;
const ATTEMPTS = 5;

/** Smart shutdown would wait for clients; fast ends them and writes a checkpoint; immediate leaves that to recovery. */
const STOP: readonly Step[] = [
  ['SIGINT', 4000],
  ['SIGQUIT', 1500],
];
/** Not SIGKILL: its backends would live on for a moment. */
const KILL: readonly Step[] = [['SIGQUIT', 1500]];

export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, tune = 'durable', log, print = () => undefined } = options;
  const place = await findPlace(dataDir, print);
  const passwords = await keptPasswords(join(dataDir, 'postgres.json'));
  await initialize(place, passwords, tune, log);
  await endPostgresOrphan(place, print);
  const { server, port } = await launch(place, options, tune);
  try {
    const adminUrl = address('postgres', passwords.superuser, port, 'postgres');
    await ensureDatabase(adminUrl, passwords.owner);
    return {
      url: address(OWNER, passwords.owner, port, DATABASE),
      adminUrl,
      port,
      pid: server.pid,
      cluster: place.cluster,
      exited: server.exited,
      stop: () => server.stop(STOP),
      kill: () => server.stop(KILL),
    };
  } catch (error) {
    await server.stop(STOP);
    throw error;
  }
}

function address(user: string, password: string, port: number, database: string): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}

/** Written before the cluster is made, so that a start cut off in between finds the same ones again. */
async function keptPasswords(path: string): Promise<Passwords> {
  try {
    const kept: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isPasswords(kept)) return kept;
    throw new Error(
      `${path} does not hold the passwords of the embedded Postgres: bring back the file that was there.`,
    );
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  const passwords = { superuser: randomBytes(24).toString('hex'), owner: randomBytes(24).toString('hex') };
  await writeFile(path, `${JSON.stringify(passwords)}\n`, { mode: 0o600 });
  return passwords;
}

function isPasswords(value: unknown): value is Passwords {
  return (
    typeof value === 'object' &&
    value !== null &&
    'superuser' in value &&
    typeof value.superuser === 'string' &&
    'owner' in value &&
    typeof value.owner === 'string'
  );
}

/** Under another name until it is whole: a half-made cluster would be taken for the data. */
async function initialize(place: PostgresPlace, passwords: Passwords, tune: Tune, log: Logger): Promise<void> {
  if (await hasCluster(place)) return;
  const unfinished = `${place.cluster}.unfinished`;
  const passwordFile = join(place.base, 'postgres.password');
  await makeOwnFolder(place, unfinished);
  await writeOwnFile(place, passwordFile, passwords.superuser);
  const lines: string[] = [];
  try {
    const initdb = await startChild(
      place.programs.initdb,
      [
        `--pgdata=${unfinished}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
        ...(tune === 'test' ? ['--no-sync'] : []),
      ],
      { ...surroundings(place), onLine: (line) => lines.push(line) },
    );
    const { code } = await initdb.exited;
    if (code !== 0) throw new Error(`initdb could not make a Postgres cluster in ${unfinished}: ${lines.join(' ')}`);
    log.debug({ lines }, 'initdb');
    await rename(unfinished, place.cluster);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function hasCluster(place: PostgresPlace): Promise<boolean> {
  try {
    await readFile(join(place.cluster, 'PG_VERSION'));
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Between finding a free port and opening it somebody else may take it; then another is tried, unless it is a must. */
async function launch(
  place: PostgresPlace,
  options: PostgresOptions,
  tune: Tune,
): Promise<{ server: Child; port: number }> {
  const failures: string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const port = options.port ?? (await freePort(tune === 'test' ? [] : portsOf(options.dataDir, USUAL_PORTS)));
    const lines: string[] = [];
    const server = await spawnServer(place, port, tune, (line) => {
      if (lines.length < 50) lines.push(line);
      options.log.debug({ postgres: line }, 'postgres');
    });
    if (await serves(server, lines)) return { server, port };
    await server.stop(STOP);
    failures.push(lines.slice(-3).join(' '));
    // A killed server's last backends hold its memory for a moment, a stopped one's port too.
    await delay(attempt * 200);
  }
  throw new Error(`Postgres does not start in ${place.cluster}: ${failures.at(-1) ?? 'it says nothing'}`);
}

function spawnServer(place: PostgresPlace, port: number, tune: Tune, onLine: (line: string) => void): Promise<Child> {
  const settings = Object.entries(settingsFor(tune)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const args = ['-D', place.cluster, '-p', String(port), ...settings];
  return startChild(place.programs.postgres, args, { ...surroundings(place), onLine });
}

/** Nothing of our environment: it holds secrets, and PG… variables that would change the server. */
function surroundings(place: PostgresPlace) {
  return { ...place.user, cwd: place.base, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
}

/** True once it takes connections, false when it ended or was too slow. */
async function serves(server: Child, lines: readonly string[]): Promise<boolean> {
  const until = Date.now() + START_TIMEOUT_MS;
  while (!hasEnded(server) && Date.now() < until) {
    if (lines.some((line) => line.includes('ready to accept connections'))) return true;
    await delay(5);
  }
  return false;
}

async function ensureDatabase(adminUrl: string, ownerPassword: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $2) as database`,
      [OWNER, DATABASE],
    );
    const password = client.escapeLiteral(ownerPassword);
    if (!rows[0]?.role) {
      await client.query(
        `create role ${OWNER} login nosuperuser nobypassrls nocreatedb nocreaterole password ${password}`,
      );
    }
    if (!rows[0]?.database) await client.query(`create database ${DATABASE} owner ${OWNER}`);
  } finally {
    await client.end();
  }
}
