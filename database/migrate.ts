import knex, { type Knex } from 'knex';
import * as walls from '../migrations/001-walls.js';
import * as onePass from '../migrations/003-one-pass.js';
import * as attention from '../migrations/004-attention.js';
import * as authorizeInvites from '../migrations/005-authorize-invites.js';
import * as uploads from '../migrations/006-uploads.js';
import * as requestBudgets from '../migrations/007-request-budgets.js';
import * as lostFields from '../migrations/008-lost-fields.js';
import * as linkedAccounts from '../migrations/009-linked-accounts.js';
import * as saasUsers from '../migrations/010-saas-users.js';
import * as segmentTrees from '../migrations/011-segment-trees.js';
import * as snapshots from '../migrations/012-snapshots.js';
import * as decisions from '../migrations/013-decisions.js';
import * as somePeople from '../migrations/014-some-people.js';
import * as erasures from '../migrations/015-erasures.js';
import * as fromSnapshot from '../migrations/016-from-snapshot.js';
import * as lastDays from '../migrations/017-last-days.js';
import * as signIn from '../migrations/018-sign-in.js';
import * as auditAndAudiences from '../migrations/019-audit-and-audiences.js';
import * as memberSessions from '../migrations/020-member-sessions.js';
import * as undo from '../migrations/021-undo.js';
import * as toldDates from '../migrations/022-told-dates.js';
import * as invitations from '../migrations/023-invitations.js';
import * as dateCounts from '../migrations/026-date-counts.js';
import * as managers from '../migrations/027-managers.js';
import * as lookUps from '../migrations/028-look-ups.js';
import * as passwordLinks from '../migrations/029-password-links.js';
import * as retention from '../migrations/030-retention.js';
import * as managerReferences from '../migrations/031-manager-references.js';
import * as absentMembers from '../migrations/032-absent-members.js';
import * as referencesByStatement from '../migrations/033-references-by-statement.js';
import * as forgetting from '../migrations/034-forgetting.js';
import * as claimsByStatement from '../migrations/035-claims-by-statement.js';
import * as stagingInOne from '../migrations/036-staging-in-one.js';
import * as theFew from '../migrations/037-the-few.js';
import { requireGuardedRole } from './role.js';

/**
 * Migrations as imported modules, never a directory: names then do not depend on how the project was built, and a
 * renamed file cannot make the history "corrupt". A migration is frozen once merged.
 */
const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '001-walls': walls,
  '003-one-pass': onePass,
  '004-attention': attention,
  '005-authorize-invites': authorizeInvites,
  '006-uploads': uploads,
  '007-request-budgets': requestBudgets,
  '008-lost-fields': lostFields,
  '009-linked-accounts': linkedAccounts,
  '010-saas-users': saasUsers,
  '011-segment-trees': segmentTrees,
  '012-snapshots': snapshots,
  '013-decisions': decisions,
  '014-some-people': somePeople,
  '015-erasures': erasures,
  '016-from-snapshot': fromSnapshot,
  '017-last-days': lastDays,
  '018-sign-in': signIn,
  '019-audit-and-audiences': auditAndAudiences,
  '020-member-sessions': memberSessions,
  '021-undo': undo,
  '022-told-dates': toldDates,
  '023-invitations': invitations,
  '026-date-counts': dateCounts,
  '027-managers': managers,
  '028-look-ups': lookUps,
  '029-password-links': passwordLinks,
  '030-retention': retention,
  '031-manager-references': managerReferences,
  '032-absent-members': absentMembers,
  '033-references-by-statement': referencesByStatement,
  '034-forgetting': forgetting,
  '035-claims-by-statement': claimsByStatement,
  '036-staging-in-one': stagingInOne,
  '037-the-few': theFew,
};

const source: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
  getMigrationName: (name) => name,
  getMigration: (name) => {
    const migration = MIGRATIONS[name];
    if (migration === undefined) return Promise.reject(new Error(`There is no migration "${name}".`));
    return Promise.resolve(migration);
  },
};

const config: Knex.MigratorConfig = { migrationSource: source, tableName: 'schema_migrations' };

/** Any number that nobody else locks. */
const MIGRATIONS_LOCK = 7_655_225;

/** Brings a database up to the newest schema; repeating it changes nothing. */
export async function migrate(url: string): Promise<void> {
  await withDatabase(url, async (db) => {
    await requireGuardedRole(db);
    // Held by the pool's one connection until it closes: who comes at the same time waits, and finds nothing to do.
    await db.raw('select pg_advisory_lock(?)', [MIGRATIONS_LOCK]);
    await db.migrate.latest(config);
  });
}

/** Takes everything away again; for tests and for a mistaken installation. */
export async function migrateDown(url: string): Promise<void> {
  await withDatabase(url, (db) => db.migrate.rollback(config, true));
}

/** True when the schema is the newest one this version knows; throws where the database does not answer. */
export async function isMigrated(db: Knex): Promise<boolean> {
  if (!(await db.schema.hasTable('schema_migrations'))) return false;
  const names = new Set(await db<{ name: string }>('schema_migrations').pluck('name'));
  return Object.keys(MIGRATIONS).every((name) => names.has(name));
}

/** No statement time-out here: an index over a large table may take its time. */
async function withDatabase(url: string, work: (db: Knex) => Promise<unknown>): Promise<void> {
  const db = knex({ client: 'pg', connection: url, pool: { min: 0, max: 1 } });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}
