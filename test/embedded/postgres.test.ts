import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createLogger } from '../../config/logging.js';
import { startPostgres, type EmbeddedPostgres } from '../../embedded/postgres.js';
import { identify, send } from '../../embedded/process-identity.js';

const log = createLogger('postgres', 'silent');

async function ask<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres, in a folder with a space in its name', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  const start = (more: { port?: number; print?: (line: string) => void } = {}) =>
    startPostgres({ dataDir, tune: 'test', log, ...more });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall postgres '));
    await chmod(dataDir, 0o711);
    postgres = await start();
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true });
  });

  test('its database belongs to a role that is no superuser and may make no other roles', async () => {
    const rows = await ask(
      postgres.url,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
              pg_encoding_to_char(encoding) as encoding, datcollate, pg_get_userbyid(datdba) as owner
         from pg_roles, pg_database where rolname = current_user and datname = current_database()`,
    );
    expect(rows).toEqual([
      {
        ...{ rolname: 'rollcall', rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false },
        ...{ encoding: 'UTF8', datcollate: 'C', owner: 'rollcall' },
      },
    ]);
  });

  test('its passwords lie in a file only its owner reads, and no other password opens it', async () => {
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
    const wrong = new URL(postgres.adminUrl);
    wrong.password = 'postgres';
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('listens on loopback alone', async () => {
    expect(await ask(postgres.adminUrl, `select current_setting('listen_addresses') as at`)).toEqual([
      { at: '127.0.0.1' },
    ]);
  });

  test('keeps its data and its port over a restart', async () => {
    await ask(postgres.url, `create table kept as select 'yes' as answer`);
    const { port } = postgres;
    await postgres.stop();
    await expect(postgres.exited).resolves.toEqual({ code: 0, signal: null });
    postgres = await start({ port });
    expect(postgres.port).toBe(port);
    expect(await ask(postgres.url, 'select answer from kept')).toEqual([{ answer: 'yes' }]);
  });

  test('tells that it was killed, and starts again with what was committed', async () => {
    await ask(postgres.url, `set synchronous_commit = on; create table survives as select 'yes' as answer`);
    send(postgres.pid, 'SIGKILL');
    await expect(postgres.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    postgres = await start({ port: postgres.port });
    expect(await ask(postgres.url, 'select answer from survives')).toEqual([{ answer: 'yes' }]);
  });

  test('a server that an earlier start left running is stopped, and the data goes on', async () => {
    const orphan = postgres;
    await ask(orphan.url, `create table orphaned as select 'yes' as answer`);
    const lines: string[] = [];
    postgres = await start({ print: (line) => lines.push(line) });
    expect(lines).toEqual([`Postgres of an earlier start still runs (process ${orphan.pid}): it is stopped.`]);
    expect(await identify(orphan.pid)).toBeNull();
    expect(await ask(postgres.url, 'select answer from orphaned')).toEqual([{ answer: 'yes' }]);
  });

  test('a note that names a stranger is removed, and the stranger lives on', async () => {
    const note = join(postgres.cluster, 'postmaster.pid');
    const text = await readFile(note, 'utf8');
    await postgres.stop();
    await writeFile(note, text.replace(/^\d+/, String(process.ppid)));
    postgres = await start();
    expect(await identify(process.ppid)).not.toBeNull();
    expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

test('a usual port that somebody else has is avoided', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-postgres-'));
  await chmod(dataDir, 0o711);
  const taken = await occupy([5433, 5434, 5435]);
  try {
    const postgres = await startPostgres({ dataDir, tune: 'durable', log });
    await postgres.stop();
    // Only what was really taken here counts: a server that had one of them before may have ended meanwhile.
    expect(taken.map(portOf)).not.toContain(postgres.port);
  } finally {
    await Promise.all(taken.map((server) => new Promise((resolve) => server.close(resolve))));
    await rm(dataDir, { recursive: true });
  }
});

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Those that are taken already serve as well. */
async function occupy(ports: readonly number[]): Promise<Server[]> {
  const servers = ports.map((port) => {
    const server = createServer();
    return new Promise<Server | null>((resolve) => {
      server.once('error', () => resolve(null));
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  });
  return (await Promise.all(servers)).filter((server) => server !== null);
}
