import type { Knex } from 'knex';

/** What stays of somebody whose data was erased: that it was, when and why, and keyed hashes by which it can be proven. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table erasures (
      programme_id uuid not null references programmes,
      member_id uuid not null,
      email_hash text,
      person_hash text,
      reason text not null,
      changes integer not null,
      erased_at timestamptz not null default rollcall_now(),
      primary key (programme_id, member_id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('erasures');
    create index members_closing_down on members (close_down_ends_on) where state = 'closing-down';
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop index members_closing_down;
    drop table erasures;
  `);
}
