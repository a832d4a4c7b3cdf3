import type { Knex } from 'knex';

/** The user of the source application beside the person, in the staging tables of runs from here on. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create or replace procedure create_staging(programme uuid, import uuid) language plpgsql as $$
    declare
      suffix text := replace(import::text, '-', '');
    begin
      if to_regclass('fetch_pages_' || suffix) is not null then
        return;
      end if;
      execute format($table$
        create table %I (
          programme_id uuid not null default %L::uuid check (programme_id = %L),
          list text not null,
          page integer not null,
          cursor_digest text not null,
          rows integer not null,
          total_said bigint,
          primary key (list, page),
          unique (list, cursor_digest)
        )$table$, 'fetch_pages_' || suffix, programme, programme);
      execute format('call rollcall_protect(%L)', 'fetch_pages_' || suffix);
      execute format($table$
        create table %I (
          programme_id uuid not null default %L::uuid check (programme_id = %L),
          provider_person_id text not null,
          list integer not null,
          page integer not null,
          place integer not null,
          records integer not null default 1,
          standing text not null check (standing in ('employed', 'not-yet', 'left', 'unknown', 'error')),
          outside boolean not null default false,
          sync_key text,
          employee_id text,
          email_key text,
          ends_on date,
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
          segment_value text,
          problems json
        )$table$, 'staged_people_' || suffix, programme, programme);
      execute format('call rollcall_protect(%L)', 'staged_people_' || suffix);
    end $$;
  `);
}

/** Nothing: the only way down is all the way, and there 001 drops the procedure. */
export function down(): Promise<void> {
  return Promise.resolve();
}
