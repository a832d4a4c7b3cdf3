import type { Knex } from 'knex';

/** Members who are signed in to their own page. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table member_sessions (
      programme_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      hash bytea not null unique,
      created_at timestamptz not null default rollcall_now(),
      last_seen_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null,
      primary key (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('member_sessions');
    create index member_sessions_by_member on member_sessions (member_id);
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table member_sessions');
}
