import type { Knex } from 'knex';

/**
 * A credential that access has ended for and that the vendor is still to be told of; and why a list that was read to
 * its end may not be all of it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table credentials drop constraint credentials_state_check;
    alter table credentials add constraint credentials_state_check check (state in ('candidate', 'active', 'ending'));
    alter table import_runs add column doubt text;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table import_runs drop column doubt;
    delete from credentials where state = 'ending';
    alter table credentials drop constraint credentials_state_check;
    alter table credentials add constraint credentials_state_check check (state in ('candidate', 'active'));
  `);
}
