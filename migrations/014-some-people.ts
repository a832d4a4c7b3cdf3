import type { Knex } from 'knex';

/** A run may be of some people alone: of one, or of those with whom an import had trouble. Null: of everybody. */
export async function up(db: Knex): Promise<void> {
  await db.raw('alter table import_runs add column only_people jsonb');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('alter table import_runs drop column only_people');
}
