import type { Knex } from 'knex';

/**
 * Whose manager is which member. A table beside the members, since it is derived from them: it grows in a second pass,
 * and its changes are no changes of a member. A row that is not there: nobody, or somebody who is no member.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table member_managers (
      programme_id uuid not null,
      member_id uuid not null,
      manager_id uuid not null,
      primary key (programme_id, member_id),
      foreign key (programme_id, member_id) references members (programme_id, id) on delete cascade,
      foreign key (programme_id, manager_id) references members (programme_id, id) on delete cascade,
      check (member_id <> manager_id)
    );
    call rollcall_protect('member_managers');
    create index member_managers_by_manager on member_managers (programme_id, manager_id);
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop table member_managers');
}
