import { migrate as migrateDatabase } from '../../database/migrate.js';
import { openTemporal } from '../temporal.js';

/**
 * Brings a database to the newest schema and registers what workflows need at Temporal. Repeating it changes nothing.
 *
 * @param variables of Temporal; null: no server is named, only the database is migrated.
 */
export async function migrate(
  databaseUrl: string,
  variables: Readonly<Record<string, string | undefined>> | null,
): Promise<void> {
  await migrateDatabase(databaseUrl);
  if (variables === null) return;
  const temporal = openTemporal(variables);
  try {
    await temporal.registerSearchAttributes();
  } finally {
    await temporal.close();
  }
}
