import type { Knex } from 'knex';

/** A run may undo another one. What a change made of a member's link is kept with the change, so that it can be put back. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table import_runs
      add column undoes uuid,
      add column undoes_only text check (undoes_only = 'removals'),
      add foreign key (programme_id, undoes) references import_runs (programme_id, id),
      add check (kind <> 'undo' or undoes is not null),
      add check (undoes_only is null or undoes is not null);
    create index import_runs_undoing on import_runs (undoes) where undoes is not null;
    alter table changes add column put_back jsonb;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table changes drop column put_back;
    alter table import_runs drop column undoes_only, drop column undoes;
  `);
}
