import type { Knex } from 'knex';

/** The user of the source application beside the person, in the staging tables of runs from here on. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter procedure create_staging(uuid, uuid) rename to create_staging_without_saas_user;
    create procedure create_staging(programme uuid, import uuid) language plpgsql as $$
    declare
      people text := 'staged_people_' || replace(import::text, '-', '');
    begin
      if to_regclass(people) is not null then
        return;
      end if;
      call create_staging_without_saas_user(programme, import);
      execute format('alter table %I add column saas_user jsonb', people);
    end $$;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop procedure create_staging(uuid, uuid);
    alter procedure create_staging_without_saas_user(uuid, uuid) rename to create_staging;
  `);
}
