import type { Knex } from 'knex';

/** The day until which somebody was told that their account can be opened again: sooner than that it is not erased unsaid. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table members add column close_down_told_on date;
    update members set close_down_told_on = close_down_ends_on where state = 'closing-down';
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('alter table members drop column close_down_told_on');
}
