import type { Knex } from 'knex';

/**
 * What the HR system said when it was asked for somebody who is missing in its list; kept until the run ends, so that an
 * attempt after a crash does not ask again. The run says whether too many were missing to ask for each, and whether the
 * answers were not to be believed.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create table look_ups (
      programme_id uuid not null,
      import_id uuid not null,
      member_id uuid not null,
      answer text not null check (answer in ('gone', 'there', 'unknown')),
      asked_at timestamptz not null default rollcall_now(),
      primary key (import_id, member_id),
      foreign key (programme_id, import_id) references import_runs (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('look_ups');
    alter table import_runs
      add column unlooked boolean not null default false,
      add column look_ups_doubted boolean not null default false;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table import_runs drop column unlooked, drop column look_ups_doubted;
    drop table look_ups;
  `);
}
