import type { Knex } from 'knex';

/**
 * Whom an integration means by the text it names a manager by: a row for each manager instead of one for each person
 * they manage, of whom there are some fifty times as many. Derived, so nothing is carried over: the next import that
 * changes somebody fills it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    drop table member_managers;
    create table manager_references (
      programme_id uuid not null,
      integration_id uuid not null,
      reference text not null,
      manager_id uuid not null,
      primary key (programme_id, integration_id, reference),
      foreign key (programme_id, integration_id) references integrations (programme_id, id),
      foreign key (programme_id, manager_id) references members (programme_id, id) on delete cascade
    );
    call rollcall_protect('manager_references');
    create index manager_references_by_manager on manager_references (programme_id, manager_id);
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop table manager_references;
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
