import type { Knex } from 'knex';

/** Whose last working day is known: asked for each time an integration looks where it stands. */
export async function up(db: Knex): Promise<void> {
  await db.raw(
    `create index members_last_day on members (integration_id, ends_on) where state = 'active' and ends_on is not null`,
  );
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop index members_last_day');
}
