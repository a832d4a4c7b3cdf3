import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../config/logging.js';
import type { EmbeddedPostgres } from '../../embedded/postgres.js';
import { startTemporalServer, type EmbeddedTemporal } from '../../embedded/temporal-server.js';
import type { TestDatabase } from './database.js';
import { temporalAddresses } from './temporal.js';

/** Servers of a test file's own, for tests that kill them or lose their files: all others share those of the machine. */
interface Place {
  readonly dataDir: string;
  readonly log: Logger;
}

/** @param more the port of one that has ended, for what is connected to it */
export function startOwnTemporal(
  { dataDir, log }: Place,
  more: { port?: number; dynamicConfig?: readonly string[] } = {},
): Promise<EmbeddedTemporal> {
  return startTemporalServer({ dataDir, cliPath: temporalAddresses().cli, log, ...more });
}

/** Another one at the same address, which knows nothing of what the first one knew. */
export async function loseTemporal(temporal: EmbeddedTemporal, place: Place): Promise<EmbeddedTemporal> {
  await temporal.kill();
  await Promise.all(['', '-shm', '-wal'].map((end) => rm(join(place.dataDir, `temporal.db${end}`), { force: true })));
  return startOwnTemporal(place, { port: temporal.port });
}

/** The product's database of a server of one's own; it goes with the server's files. */
export function databaseOf({ url, adminUrl }: EmbeddedPostgres): TestDatabase {
  const admin = new URL(adminUrl);
  admin.pathname = new URL(url).pathname;
  return { name: admin.pathname.slice(1), url, adminUrl: admin.href, drop: async () => undefined };
}
