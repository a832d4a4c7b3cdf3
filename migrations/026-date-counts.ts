import type { Knex } from 'knex';

/**
 * Which forms the dates of a page have, counted by field, beside the page's other numbers. Runs that are open meanwhile and
 * kept directories get the column, too.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter procedure create_staging(uuid, uuid) rename to create_staging_without_date_counts;
    create procedure create_staging(programme uuid, import uuid) language plpgsql as $$
    declare
      pages text := 'fetch_pages_' || replace(import::text, '-', '');
    begin
      if to_regclass(pages) is not null then
        return;
      end if;
      call create_staging_without_date_counts(programme, import);
      execute format('alter table %I add column dates jsonb', pages);
    end $$;
    do $$
    declare
      staging text;
    begin
      for staging in select tablename from pg_tables where schemaname = current_schema and tablename like 'fetch\\_pages\\_%' loop
        execute format('alter table %I add column if not exists dates jsonb', staging);
      end loop;
    end $$;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop procedure create_staging(uuid, uuid);
    alter procedure create_staging_without_date_counts(uuid, uuid) rename to create_staging;
  `);
}
