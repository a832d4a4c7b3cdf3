import type { Knex } from 'knex';

/**
 * When the details of a run were deleted, through which change, and whether any are left. The sweep finds those that are due
 * by an index that only has runs with details.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table import_runs
      add column details_deleted_at timestamptz,
      add column details_deleted_through bigint,
      add column details_left boolean not null default true,
      add check (details_left or details_deleted_at is not null);
    create index import_runs_with_details on import_runs (programme_id, ended_at) where details_left;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table import_runs drop column details_left, drop column details_deleted_through, drop column details_deleted_at;
  `);
}
