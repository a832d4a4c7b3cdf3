import type { Knex } from 'knex';

/** Since when an integration that keeps failing imports once a day, whatever its cadence says. */
export async function up(db: Knex): Promise<void> {
  await db.raw('alter table integrations add column slowed_since timestamptz');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('alter table integrations drop column slowed_since');
}
