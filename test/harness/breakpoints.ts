import pg from 'pg';
import type { TestDatabase } from './database.js';

/**
 * Places in a run's transactions at which whoever comes by stops until released: triggers in Postgres that wait for an
 * advisory lock which the test holds. So a worker can be killed in the middle of a statement's transaction, not
 * somewhere near it.
 */
const POINTS = {
  fetch: { table: 'import_runs', when: 'update of fetch_position', key: 'new.integration_id' },
  map: { table: 'import_runs', when: 'update of mapped_through', key: 'new.integration_id' },
  segment: { table: 'import_runs', when: 'update of proof', key: 'new.integration_id' },
  // Behind the first answers that are kept.
  'look-up': {
    table: 'look_ups',
    when: 'insert',
    key: '(select integration_id from import_runs where id = new.import_id and (select count(*) from look_ups) > 10)',
  },
  plan: { table: 'changes', when: 'insert', key: '(select integration_id from import_runs where id = new.import_id)' },
  provision: { table: 'members', when: 'insert', key: 'new.integration_id' },
  question: { table: 'removal_holds', when: 'insert', key: 'new.integration_id' },
  questionEnd: { table: 'removal_holds', when: 'update of state', key: 'new.integration_id' },
  answer: {
    table: 'removal_hold_members',
    when: 'update of decision',
    key: '(select integration_id from removal_holds where id = new.hold_id)',
  },
} as const;
export type Point = keyof typeof POINTS;
const LOCK = 4242;

export interface Breakpoints {
  /** The integration's next run stops at that point. */
  readonly set: (integration: string, point: Point) => Promise<void>;
  /** Resolves when so many backends stand at a point. */
  reached(count: number): Promise<void>;
  /** Everybody goes on, and nobody stops any more. */
  release(): Promise<void>;
  close(): Promise<void>;
}

export async function installBreakpoints({
  database,
}: {
  database: Pick<TestDatabase, 'adminUrl'>;
}): Promise<Breakpoints> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  // The database is dropped with whoever is still connected when a test fails half-way.
  admin.on('error', () => undefined);
  await admin.connect();
  await admin.query(
    `create table if not exists breakpoints (integration uuid, point text); grant select on breakpoints to public`,
  );
  for (const [point, { table, when, key }] of Object.entries(POINTS)) {
    await admin.query(`
      create or replace function "stop_at_${point}"() returns trigger language plpgsql as $$ begin
        if exists (select from breakpoints where point = '${point}' and integration = ${key}) then
          perform pg_advisory_xact_lock_shared(${LOCK});
        end if;
        return null;
      end $$;
      create or replace trigger "stop_at_${point}" after ${when} on ${table} for each row execute function "stop_at_${point}"()`);
  }
  await admin.query(`select pg_advisory_lock(${LOCK})`);
  let setting: Promise<unknown> = Promise.resolve();
  return {
    set: async (integration, point) => {
      // One after the other: this connection holds the lock, and takes one statement at a time.
      setting = setting.then(() => admin.query('insert into breakpoints values ($1, $2)', [integration, point]));
      await setting;
    },
    async reached(count) {
      for (;;) {
        const { rows } = await admin.query<{ waiting: string }>(
          `select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted
             and database = (select oid from pg_database where datname = current_database())`,
        );
        if (Number(rows[0]?.waiting) >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async release() {
      await admin.query('delete from breakpoints');
      await admin.query(`select pg_advisory_unlock(${LOCK})`);
    },
    close: async () => admin.end(),
  };
}
