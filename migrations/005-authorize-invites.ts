import type { Knex } from 'knex';

/** One-time links that open one integration's authorize step. A link has no hash before its mail is on its way. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table authorize_invites (
      programme_id uuid not null,
      id uuid not null,
      integration_id uuid not null,
      token_hash bytea unique,
      created_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (programme_id, id),
      foreign key (programme_id, integration_id) references integrations (programme_id, id)
    );
    call rollcall_protect('authorize_invites');
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table authorize_invites');
}
