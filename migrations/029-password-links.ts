import type { Knex } from 'knex';

/**
 * Links with which members who forgot their password choose another one. As with admins, a row is its own mail: its
 * token is made when the mail goes out, and stands there alone.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table password_links (
      programme_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      token_hash bytea unique,
      mail text not null default 'pending' check (mail in ('pending', 'sent', 'refused')),
      created_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('password_links');
    create index password_links_by_member on password_links (member_id);
    create index password_links_waiting on password_links (id) where mail = 'pending';
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table password_links');
}
