import type { Knex } from 'knex';

/** Who is absent is looked for in every import, and on most there is nobody: without an index all members are read for it. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`create index members_absent on members (integration_id) where absent_since is not null`);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop index members_absent');
}
