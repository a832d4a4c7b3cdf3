import { afterAll, beforeAll } from '@jest/globals';
import { openDatabase, type Database } from '../../database/connection.js';
import { asAdmin, cloneDatabase } from './database.js';

export interface OpenDatabase {
  readonly db: Database;
  /** As its owner: row-level security holds. */
  readonly url: string;
  /** As the server's superuser, for looking behind the scenes. */
  readonly adminUrl: string;
  /** As a restart of the server does. */
  readonly dropConnections: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** For a test that wants one of its own; it closes it. */
export async function openClone(name: string, connections = 6): Promise<OpenDatabase> {
  const database = await cloneDatabase(name);
  const db = openDatabase(database.url, { name, connections });
  return {
    db,
    url: database.url,
    adminUrl: database.adminUrl,
    dropConnections: async () => {
      await asAdmin((client) =>
        client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database.name]),
      );
    },
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}

/**
 * The database of a file, or of the `describe` that calls it: opened before its first test, closed and dropped after its
 * last. It is there for hooks that are written below the call, and for tests.
 */
export function ownDatabase(name: string, connections?: number): Omit<OpenDatabase, 'close'> {
  let opened: OpenDatabase | undefined;
  const database = (): OpenDatabase => {
    if (opened === undefined) throw new Error(`The database ${name} is not open: only hooks and tests may ask for it.`);
    return opened;
  };
  beforeAll(async () => {
    opened = await openClone(name, connections);
  });
  afterAll(() => opened?.close());
  return {
    get db() {
      return database().db;
    },
    get url() {
      return database().url;
    },
    get adminUrl() {
      return database().adminUrl;
    },
    dropConnections: () => database().dropConnections(),
  };
}
