import { isMigrated } from '../../database/migrate.js';
import { requireGuardedRole, UnguardedRole } from '../../database/role.js';
import type { Context } from './context.js';

/** What has to be there before Rollcall can do its work, each told in a sentence. */
export interface HealthCheck {
  readonly name: 'database' | 'migrations' | 'temporal' | 'search-attributes' | 'worker';
  readonly ok: boolean;
  readonly detail: string;
}

const DATABASE_PATIENCE_MS = 3000;

export async function checkHealth(context: Context): Promise<HealthCheck[]> {
  const [database, temporal] = await Promise.all([checkDatabase(context), context.temporal.check()]);
  return [...database, ...temporal];
}

async function checkDatabase({ db }: Context): Promise<HealthCheck[]> {
  try {
    await db.raw('select 1').timeout(DATABASE_PATIENCE_MS);
    await requireGuardedRole(db);
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
  const migrated = await isMigrated(db);
  const detail = migrated ? 'All are applied.' : 'Some are not applied; `rollcall migrate` applies them.';
  return [
    { name: 'database', ok: true, detail: 'Postgres answers.' },
    { name: 'migrations', ok: migrated, detail },
  ];
}
