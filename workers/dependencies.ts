import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { Dependencies } from '../activities/index.js';
import type { Environment } from '../config/environment.js';
import { openKeys } from '../config/key-ring.js';
import type { Logger } from '../config/logging.js';
import { publicUrl } from '../config/public-addresses.js';
import { openDatabase } from '../database/connection.js';
import { openMailTransport } from '../mails/transport.js';

/** What a worker's activities are made of, opened from the environment; `close` gives all of it back. */
export async function openDependencies(
  environment: Environment,
  log: Logger,
): Promise<{ dependencies: Dependencies; close: () => Promise<void> }> {
  const { DATABASE_URL, SMTP_URL } = environment;
  const keys = openKeys(environment);
  if (DATABASE_URL === undefined) throw new Error('DATABASE_URL is missing: say which Postgres to use.');
  if (SMTP_URL === undefined) throw new Error('SMTP_URL is missing: say which mail server to use.');
  if (keys === null) {
    throw new Error(
      'ROLLCALL_ENCRYPTION_KEYS (or ROLLCALL_ENCRYPTION_KEYS_FILE) is missing: credentials cannot be read without it.',
    );
  }
  const db = openDatabase(DATABASE_URL, { name: 'rollcall-worker', connections: DATABASE_CONNECTIONS });
  const mail = openMailTransport({ url: SMTP_URL, from: environment.ROLLCALL_MAIL_FROM });
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = Connection.lazy(connectionOptions);
  const client = new Client({ connection, namespace: namespace ?? 'default' });
  return {
    dependencies: {
      db,
      environment,
      keys,
      temporal: async () => client,
      mail,
      publicUrl: publicUrl(environment),
      log,
    },
    close: async () => {
      await connection.close();
      mail.close();
      await db.destroy();
    },
  };
}

/** As many as the activity slots of all queues use at once, and some for the mails. */
const DATABASE_CONNECTIONS = 30;
