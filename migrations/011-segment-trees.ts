import type { Knex } from 'knex';

/**
 * A segment's rule may be about several fields: what they held stands beside each staged person, in the order in which
 * the rule names them. Runs that are open meanwhile get the column, too.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter procedure create_staging(uuid, uuid) rename to create_staging_without_segment_values;
    create procedure create_staging(programme uuid, import uuid) language plpgsql as $$
    declare
      people text := 'staged_people_' || replace(import::text, '-', '');
    begin
      if to_regclass(people) is not null then
        return;
      end if;
      call create_staging_without_segment_values(programme, import);
      execute format('alter table %I drop column segment_value, add column segment_values text[]', people);
    end $$;
    do $$
    declare
      staging text;
    begin
      for staging in select tablename from pg_tables where schemaname = current_schema and tablename like 'staged\\_people\\_%' loop
        execute format('alter table %I add column if not exists segment_values text[]', staging);
      end loop;
    end $$;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop procedure create_staging(uuid, uuid);
    alter procedure create_staging_without_segment_values(uuid, uuid) rename to create_staging;
  `);
}
