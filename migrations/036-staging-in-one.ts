import type { Knex } from 'knex';

/**
 * The staging tables of a run are made in one statement each, no longer in the steps of 003, 010, 011 and 026, of which each
 * run paid for all. Each page also knows how many of its records have something wrong with them: where none has, nobody
 * has to look through all people for it. In pages of runs that are open meanwhile the number is null: not known. What is asked
 * of everybody stands first in a row, since Postgres reads a row from its beginning.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter procedure create_staging(uuid, uuid) rename to create_staging_in_steps;
    create procedure create_staging(programme uuid, import uuid) language plpgsql as $$
    declare
      pages text := 'fetch_pages_' || replace(import::text, '-', '');
      people text := 'staged_people_' || replace(import::text, '-', '');
    begin
      if to_regclass(pages) is not null then
        return;
      end if;
      execute format($table$
        create table %I (
          programme_id uuid not null default %L::uuid check (programme_id = %L),
          list text not null,
          page integer not null,
          cursor_digest text not null,
          rows integer not null,
          problems integer,
          total_said bigint,
          dates jsonb,
          primary key (list, page),
          unique (list, cursor_digest)
        )$table$, pages, programme, programme);
      execute format('call rollcall_protect(%L)', pages);
      execute format($table$
        create table %I (
          programme_id uuid not null default %L::uuid check (programme_id = %L),
          list integer not null,
          page integer not null,
          place integer not null,
          records integer not null default 1,
          outside boolean not null default false,
          standing text not null check (standing in ('employed', 'not-yet', 'left', 'unknown', 'error')),
          provider_person_id text not null,
          sync_key text,
          employee_id text,
          email_key text,
          ends_on date,
          problems json,
          role text,
          email text,
          username text,
          full_name text,
          first_name text,
          last_name text,
          preferred_name text,
          job_title text,
          department text,
          team text,
          manager_id text,
          location text,
          address_line1 text,
          address_line2 text,
          address_line3 text,
          city text,
          region text,
          postal_code text,
          country text,
          start_date date,
          end_date date,
          birthday text,
          personal_email text,
          phone text,
          employment_type text,
          custom jsonb,
          saas_user jsonb,
          segment_values text[]
        )$table$, people, programme, programme);
      execute format('call rollcall_protect(%L)', people);
    end $$;
    do $$
    declare
      staging text;
    begin
      for staging in select tablename from pg_tables where schemaname = current_schema and tablename like 'fetch\\_pages\\_%' loop
        execute format('alter table %I add column if not exists problems integer', staging);
      end loop;
    end $$;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop procedure create_staging(uuid, uuid);
    alter procedure create_staging_in_steps(uuid, uuid) rename to create_staging;
  `);
}
