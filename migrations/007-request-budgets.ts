import type { Knex } from 'knex';

/** When an account at a vendor may be asked next, for all workers together. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table request_budgets (
      programme_id uuid not null,
      credential_id uuid not null,
      next_at timestamptz not null,
      spacing_ms int not null default 0,
      slowed_at timestamptz,
      primary key (programme_id, credential_id),
      foreign key (programme_id, credential_id) references credentials (programme_id, id) on delete cascade
    );
    call rollcall_protect('request_budgets');
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table request_budgets');
}
