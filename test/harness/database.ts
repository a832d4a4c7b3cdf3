import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { testMachine } from './addresses.js';

/** A database of one test file's own, already migrated, owned by a role that is no superuser. */
export interface TestDatabase {
  name: string;
  /** As its owner: row-level security holds. */
  url: string;
  /** As the server's superuser: walks through row-level security, for looking behind the scenes. */
  adminUrl: string;
  /** Ends whoever is still connected. */
  drop: () => Promise<void>;
}

/** @param name says in pg_stat_activity whose database it is; lower case letters, digits and dashes. */
export async function cloneDatabase(name: string): Promise<TestDatabase> {
  return createDatabase(name, testMachine().database.template);
}

/** One without any table, for tests of the migrations themselves. */
export async function emptyDatabase(name: string): Promise<TestDatabase> {
  return createDatabase(name, 'template0');
}

/** On the maintenance database, as superuser. */
export async function asAdmin<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: testMachine().database.adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(purpose: string, template: string): Promise<TestDatabase> {
  const { url, adminUrl } = testMachine().database;
  const name = `${purpose.replace(/[^a-z0-9]/g, '_').slice(0, 40)}_${randomBytes(4).toString('hex')}`;
  await asAdmin((client) =>
    // Copied as files: through the write-ahead log, as is usual, it takes ten times as long.
    client.query(`create database ${name} template ${template} strategy file_copy owner rollcall`),
  );
  return {
    name,
    url: withDatabase(url, name),
    adminUrl: withDatabase(adminUrl, name),
    drop: async () => {
      await asAdmin((client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

function withDatabase(address: string, name: string): string {
  const url = new URL(address);
  url.pathname = `/${name}`;
  return url.href;
}
