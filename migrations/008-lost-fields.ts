import type { Knex } from 'knex';

/** Mapped fields that a run found empty for everybody although members have values: found once, kept for its later phases. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`alter table import_runs add column lost_fields text[] not null default '{}'`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('alter table import_runs drop column lost_fields');
}
