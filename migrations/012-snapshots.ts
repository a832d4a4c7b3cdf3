import type { Knex } from 'knex';

/** The people of the last proven run stay as the integration's snapshot: in that run's own staging table. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table integrations
      add column snapshot_import uuid,
      add column snapshot_config uuid,
      add column snapshot_at timestamptz,
      add foreign key (programme_id, snapshot_import) references import_runs (programme_id, id),
      add foreign key (programme_id, snapshot_config) references integration_configs (programme_id, id),
      add check ((snapshot_import is null) = (snapshot_config is null) and (snapshot_import is null) = (snapshot_at is null));
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table integrations drop column snapshot_import, drop column snapshot_config, drop column snapshot_at;
  `);
}
