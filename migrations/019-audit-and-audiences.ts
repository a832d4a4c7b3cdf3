import type { Knex } from 'knex';

/** What became of a command that the audit log tells of stands with the command. Audiences are saved searches. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table audit_log add column operation_id uuid,
      add foreign key (programme_id, operation_id) references operations (programme_id, id);
    create index audit_log_by_subject on audit_log (programme_id, subject, id);
    create index audit_log_by_actor on audit_log (programme_id, actor, id);

    create table audiences (
      programme_id uuid not null references programmes,
      id uuid not null,
      name text not null check (name <> ''),
      filter jsonb not null,
      created_by text not null,
      created_at timestamptz not null default rollcall_now(),
      primary key (programme_id, id)
    );
    call rollcall_protect('audiences');
    create unique index audiences_by_name on audiences (programme_id, lower(name));
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop table audiences;
    drop index audit_log_by_actor;
    drop index audit_log_by_subject;
    alter table audit_log drop column operation_id;
  `);
}
