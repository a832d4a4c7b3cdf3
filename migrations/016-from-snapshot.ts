import type { Knex } from 'knex';

/** A review that asks what would be with another segment need not read the HR system: it looks at the kept directory. */
export async function up(db: Knex): Promise<void> {
  await db.raw('alter table import_runs add column from_snapshot boolean not null default false');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('alter table import_runs drop column from_snapshot');
}
