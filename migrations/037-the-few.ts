import type { Knex } from 'knex';

/**
 * Changes that were not carried out as planned, and claims of members who close down, are few among many and asked for by
 * every import: they are found by indexes that have none of the others.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create index changes_not_as_planned on changes (import_id, outcome) where outcome is not null;
    create index member_keys_in_grace on member_keys (member_id) where strength = 'grace';
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop index changes_not_as_planned, member_keys_in_grace');
}
