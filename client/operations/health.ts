import { within } from '../../config/within.js';
import { isMigrated } from '../../database/migrate.js';
import { requireGuardedRole, UnguardedRole } from '../../database/role.js';
import type { Context } from './context.js';

/** What has to be there before Rollcall can do its work, each told in a sentence. */
export interface HealthCheck {
  readonly name: 'database' | 'migrations' | 'temporal' | 'search-attributes' | 'worker';
  readonly ok: boolean;
  readonly detail: string;
}

/** An operator asks about a machine that may be short of time: what is slow there is not taken for gone. */
export const OPERATOR_PATIENCE_MS = 15_000;

/** What has not answered within `patienceMs` is told as one that does not answer. */
export async function checkHealth(context: Context, patienceMs: number): Promise<HealthCheck[]> {
  const [database, temporal] = await Promise.all([
    checkDatabase(context, patienceMs),
    context.temporal.check(patienceMs),
  ]);
  return [...database, ...temporal];
}

async function checkDatabase({ db }: Context, patienceMs: number): Promise<HealthCheck[]> {
  try {
    // All of it, with the wait for a connection, which has a longer time-out of its own.
    const late = () => new Error(`nothing came within ${patienceMs / 1000} seconds`);
    const migrated = await within(patienceMs, lookAt(db), late);
    const detail = migrated ? 'All are applied.' : 'Some are not applied; `rollcall migrate` applies them.';
    return [
      { name: 'database', ok: true, detail: 'Postgres answers.' },
      { name: 'migrations', ok: migrated, detail },
    ];
  } catch (error) {
    if (error instanceof UnguardedRole) {
      return [
        { name: 'database', ok: false, detail: error.message },
        { name: 'migrations', ok: false, detail: 'Not looked at with this role.' },
      ];
    }
    const why = error instanceof Error ? error.message : String(error);
    return [
      { name: 'database', ok: false, detail: `Postgres does not answer: ${why}` },
      { name: 'migrations', ok: false, detail: 'Not known while Postgres does not answer.' },
    ];
  }
}

/** Whether all migrations are applied; throws where the database does not answer or its role walks through guards. */
async function lookAt(db: Context['db']): Promise<boolean> {
  await requireGuardedRole(db);
  return isMigrated(db);
}
