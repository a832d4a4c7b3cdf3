import type { Knex } from 'knex';

/**
 * The first schema: every table, key, policy and fence that the first import needs, and the walls that later
 * work leans on. Rules it keeps:
 * - a table of a programme carries programme_id and points at others only by (programme_id, id);
 * - row-level security is forced on it, so even the tables' owner sees nothing without a programme;
 * - what must be unique or impossible is a constraint here, not a check in code.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create function rollcall_now() returns timestamptz language sql stable as $$
      select now() + coalesce(nullif(current_setting('rollcall.now_offset', true), '')::interval, interval '0')
    $$;

    -- The programme of this transaction. A scalar subquery around it is evaluated once a statement, not once a row.
    create function rollcall_programme() returns uuid language sql stable as $$
      select nullif(current_setting('rollcall.programme', true), '')::uuid
    $$;

    -- UUID version 7 (RFC 9562), like the ids made outside; Postgres has its own, at half the cost, from version 18.
    do $$
    begin
      if to_regprocedure('pg_catalog.uuidv7()') is not null then
        create function rollcall_new_id() returns uuid language sql volatile as 'select uuidv7()';
      else
        create function rollcall_new_id() returns uuid language sql volatile as $function$
          select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
            placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
        $function$;
      end if;
    end $$;

    -- Puts the tenant wall around a table that has the column programme_id (column "id" for programmes itself).
    create procedure rollcall_protect(target regclass, tenant_column text default 'programme_id') language plpgsql as $$
    begin
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      execute format('create policy tenant on %s using (%I = (select rollcall_programme())) with check (%I = (select rollcall_programme()))',
        target, tenant_column, tenant_column);
      execute format('create policy sweep on %s for select using ((select current_setting(''rollcall.sweep'', true)) = ''on'')', target);
    end $$;

    create table programmes (
      id uuid primary key,
      name text not null check (name <> ''),
      time_zone text not null,
      grace_days integer not null default 60 check (grace_days between 0 and 3650),
      roles jsonb not null default '["member"]',
      sign_in_url text,
      erasure_key bytea not null,
      created_at timestamptz not null default rollcall_now()
    );
    call rollcall_protect('programmes', 'id');

    create table api_tokens (
      id uuid primary key,
      programme_id uuid references programmes,
      role text not null check (role in ('operator', 'admin', 'viewer')),
      hash bytea not null unique,
      hint text not null,
      created_at timestamptz not null default rollcall_now(),
      last_used_at timestamptz,
      revoked_at timestamptz,
      check ((role = 'operator') = (programme_id is null))
    );
    alter table api_tokens enable row level security;
    alter table api_tokens force row level security;
    -- An operator's token belongs to no programme: it is written without one and read by its hash in a sweep.
    create policy tenant on api_tokens
      using (programme_id is not distinct from (select rollcall_programme()))
      with check (programme_id is not distinct from (select rollcall_programme()));
    create policy sweep on api_tokens for select using ((select current_setting('rollcall.sweep', true)) = 'on');

    create table credentials (
      programme_id uuid not null references programmes,
      id uuid not null,
      provider text not null,
      name text not null,
      ciphertext bytea not null,
      key_id text not null,
      account_fingerprint text,
      state text not null check (state in ('candidate', 'active')),
      expires_at timestamptz,
      created_at timestamptz not null default rollcall_now(),
      last_used_at timestamptz,
      primary key (programme_id, id),
      check ((state = 'candidate') = (expires_at is not null))
    );
    call rollcall_protect('credentials');

    create table integrations (
      programme_id uuid not null references programmes,
      id uuid not null,
      provider text not null,
      name text not null check (name <> ''),
      state text not null default 'draft' check (state in
        ('draft', 'set-up', 'authorized', 'mapped', 'published', 'paused', 'revoked', 'removed')),
      revision bigint not null default 0,
      epoch bigint not null default 0,
      review_epoch bigint not null default 0,
      live jsonb not null default '{}',
      credential_id uuid,
      published_config_id uuid,
      draft_config_id uuid,
      account_fingerprint text,
      seen jsonb,
      pause_note text,
      needs_attention jsonb,
      created_by text not null,
      created_at timestamptz not null default rollcall_now(),
      removed_at timestamptz,
      primary key (programme_id, id),
      unique (id),
      foreign key (programme_id, credential_id) references credentials (programme_id, id)
    );
    call rollcall_protect('integrations');

    create table integration_configs (
      programme_id uuid not null,
      id uuid not null,
      integration_id uuid not null,
      version integer not null,
      setup jsonb not null,
      mapping jsonb,
      segment jsonb,
      digest text not null,
      created_at timestamptz not null default rollcall_now(),
      published_at timestamptz,
      published_by text,
      primary key (programme_id, id),
      unique (integration_id, version),
      foreign key (programme_id, integration_id) references integrations (programme_id, id)
    );
    call rollcall_protect('integration_configs');
    alter table integrations
      add foreign key (programme_id, published_config_id) references integration_configs (programme_id, id),
      add foreign key (programme_id, draft_config_id) references integration_configs (programme_id, id);

    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
    end $$;
    create trigger published_is_immutable before update or delete on integration_configs
      for each row when (old.published_at is not null) execute function refuse_change();

    create table discovered_records (
      programme_id uuid not null,
      integration_id uuid not null,
      ordinal integer not null,
      record jsonb not null,
      expires_at timestamptz not null,
      primary key (integration_id, ordinal),
      foreign key (programme_id, integration_id) references integrations (programme_id, id)
    );
    call rollcall_protect('discovered_records');

    create table import_runs (
      programme_id uuid not null,
      id uuid not null,
      integration_id uuid not null,
      kind text not null check (kind in ('import', 'review', 'person', 'retry', 'removals', 'undo')),
      lane text not null check (lane in ('write', 'review')),
      trigger text not null check (trigger in ('first', 'schedule', 'on-demand', 'webhook')),
      request_key text,
      config_id uuid not null,
      epoch bigint,
      as_of timestamptz,
      state text not null default 'running' check (state in
        ('running', 'waiting-for-approval', 'completed', 'completed-with-errors', 'failed', 'cancelled')),
      phase text not null default 'fetch' check (phase in ('fetch', 'map', 'segment', 'plan', 'provision', 'notify', 'done')),
      phase_started_at timestamptz,
      done bigint,
      total bigint,
      fetch_position jsonb not null default '{}',
      mapped_through integer not null default 0,
      applied_through bigint,
      proof text check (proof in ('proven', 'incomplete')),
      proof_code text,
      proof_detail text,
      counts jsonb not null default '{}',
      -- What waits for a decision: { count, causes, planDigest, question }; its fate stands in removal_holds.
      held jsonb,
      members_before bigint,
      members_after bigint,
      failure_code text,
      failure_detail text,
      created_at timestamptz not null default rollcall_now(),
      started_at timestamptz,
      ended_at timestamptz,
      primary key (programme_id, id),
      unique (id),
      unique (integration_id, request_key),
      foreign key (programme_id, integration_id) references integrations (programme_id, id),
      foreign key (programme_id, config_id) references integration_configs (programme_id, id),
      check ((ended_at is null) = (state = 'running')),
      check ((state = 'failed') = (failure_code is not null) or state = 'cancelled')
    );
    call rollcall_protect('import_runs');
    -- One open run a lane; a run that waits for its turn has a row, but no started_at.
    create unique index import_runs_one_open on import_runs (integration_id, lane) where started_at is not null and ended_at is null;
    create index import_runs_newest on import_runs (integration_id, created_at desc);

    create table members (
      programme_id uuid not null references programmes,
      id uuid not null,
      state text not null check (state in ('active', 'closing-down', 'deleted')),
      version integer not null default 1,
      role text,
      protected boolean not null default false,
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
      -- The link to the integration that owns this member; null in all four for an account made by hand.
      integration_id uuid,
      provider_person_id text,
      sync_key text,
      employee_id text,
      ends_on date,
      absent_since timestamptz,
      close_down_reason text check (close_down_reason in ('leaver', 'revoked', 'vanished')),
      close_down_started_on date,
      close_down_ends_on date,
      first_invited_at timestamptz,
      joined_at timestamptz not null default rollcall_now(),
      primary key (programme_id, id),
      foreign key (programme_id, integration_id) references integrations (programme_id, id),
      check ((integration_id is null) = (provider_person_id is null)),
      check ((state = 'closing-down') = (close_down_ends_on is not null)),
      check (state <> 'deleted' or coalesce(email, username, full_name, first_name, last_name, preferred_name, job_title,
        department, team, manager_id, location, address_line1, address_line2, address_line3, city, region, postal_code,
        country, birthday, personal_email, phone, employment_type, custom::text, saas_user::text) is null),
      check (birthday is null or birthday ~ '^[0-1][0-9]-[0-3][0-9]$')
    );
    call rollcall_protect('members');
    create unique index members_by_person on members (integration_id, provider_person_id);
    -- Deferrable: two people may swap their keys within one statement.
    alter table members add constraint members_by_sync_key unique (integration_id, sync_key) deferrable initially immediate;

    -- Claims: which member holds an address or a unique value. Not a unique index on members, because a swap of two
    -- addresses breaks such an index even within one UPDATE.
    create table member_keys (
      programme_id uuid not null,
      kind text not null check (kind = 'email' or kind like 'custom:%'),
      value text not null,
      member_id uuid not null,
      strength text not null default 'active' check (strength in ('active', 'grace')),
      primary key (programme_id, kind, value),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('member_keys');
    create index member_keys_by_member on member_keys (member_id);

    create table member_sign_ins (
      programme_id uuid not null,
      member_id uuid not null,
      password_hash text not null,
      created_at timestamptz not null default rollcall_now(),
      primary key (programme_id, member_id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('member_sign_ins');

    create table changes (
      programme_id uuid not null,
      import_id uuid not null,
      ordinal bigint not null,
      kind text not null check (kind in
        ('created', 'adopted', 'reactivated', 'transferred', 'updated', 'leaver', 'revoked', 'vanished', 'error')),
      person text not null,
      employee_id text,
      email text,
      member_id uuid,
      member_version integer,
      reason_code text not null,
      reason_values jsonb,
      -- Kept as written: they are shown, never searched, and json is built at a third of the cost of jsonb.
      before json,
      after json,
      outcome text check (outcome in ('applied', 'held', 'stale', 'conflict')),
      primary key (import_id, ordinal),
      foreign key (programme_id, import_id) references import_runs (programme_id, id)
    );
    call rollcall_protect('changes');

    create table run_problems (
      programme_id uuid not null,
      import_id uuid not null,
      ordinal bigint generated always as identity,
      phase text not null,
      severity text not null check (severity in ('error', 'warning')),
      code text not null,
      person text,
      employee_id text,
      field text,
      received text,
      allowed text,
      detail text not null,
      fixed_by text not null check (fixed_by in ('hr', 'admin', 'operator', 'provider')),
      primary key (import_id, ordinal),
      foreign key (programme_id, import_id) references import_runs (programme_id, id)
    );
    call rollcall_protect('run_problems');

    create table removal_holds (
      programme_id uuid not null,
      id uuid not null,
      integration_id uuid not null,
      import_id uuid not null,
      digest text not null,
      causes jsonb not null,
      people bigint not null,
      state text not null default 'open' check (state in ('open', 'approved', 'rejected', 'expired', 'superseded')),
      created_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null,
      decided_at timestamptz,
      decided_by text,
      primary key (programme_id, id),
      foreign key (programme_id, integration_id) references integrations (programme_id, id),
      foreign key (programme_id, import_id) references import_runs (programme_id, id)
    );
    call rollcall_protect('removal_holds');
    create unique index removal_holds_one_open on removal_holds (integration_id) where state = 'open';

    create table removal_hold_members (
      programme_id uuid not null,
      hold_id uuid not null,
      member_id uuid not null,
      cause text not null check (cause in ('leaver', 'revoked', 'vanished', 'identity', 'invitation')),
      primary key (hold_id, member_id, cause),
      foreign key (programme_id, hold_id) references removal_holds (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('removal_hold_members');

    create table outbox (
      programme_id uuid not null references programmes,
      id uuid not null,
      integration_id uuid,
      import_id uuid,
      member_id uuid,
      kind text not null,
      dedupe_key text not null,
      recipient text not null,
      payload jsonb not null default '{}',
      state text not null default 'pending' check (state in ('pending', 'sending', 'sent', 'unknown', 'refused', 'suppressed')),
      message_id text not null,
      attempts integer not null default 0,
      last_problem text,
      send_after timestamptz not null default rollcall_now(),
      sent_at timestamptz,
      primary key (programme_id, id),
      unique (programme_id, dedupe_key),
      foreign key (programme_id, integration_id) references integrations (programme_id, id),
      foreign key (programme_id, import_id) references import_runs (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('outbox');
    create index outbox_due on outbox (programme_id, send_after) where state in ('pending', 'sending');
    create index outbox_by_import on outbox (import_id);

    create table invitations (
      programme_id uuid not null,
      id uuid not null,
      member_id uuid not null,
      token_hash bytea not null unique,
      expires_at timestamptz not null,
      accepted_at timestamptz,
      primary key (programme_id, id),
      foreign key (programme_id, member_id) references members (programme_id, id)
    );
    call rollcall_protect('invitations');

    create table operations (
      programme_id uuid not null references programmes,
      id uuid not null,
      scope text not null,
      key text not null,
      command text not null,
      body jsonb,
      body_digest text not null,
      actor text not null,
      state text not null default 'running' check (state in ('running', 'done', 'failed')),
      result jsonb,
      answer_status integer,
      answer jsonb,
      created_at timestamptz not null default rollcall_now(),
      primary key (programme_id, id),
      unique (id),
      unique (programme_id, scope, key)
    );
    call rollcall_protect('operations');

    create table audit_log (
      programme_id uuid not null references programmes,
      id uuid not null,
      at timestamptz not null default rollcall_now(),
      actor text not null,
      action text not null,
      subject text not null,
      digest text,
      primary key (programme_id, id)
    );
    call rollcall_protect('audit_log');
    create trigger audit_is_append_only before update or delete on audit_log for each row execute function refuse_change();

    -- The staging tables of one run. They are tables of their own, not rows of shared ones: dropping one is free,
    -- deleting its rows would leave as many dead ones behind. They are logged: an unlogged table is emptied by a crash
    -- while the run's position survives, and the resumed run would "prove" a directory without its first pages.
    create procedure create_staging(programme uuid, import uuid) language plpgsql as $$
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
          chunk integer not null,
          cursor_digest text not null,
          rows integer not null,
          total_said bigint,
          records text not null,
          primary key (list, page),
          unique (list, cursor_digest)
        )$table$, 'fetch_pages_' || suffix, programme, programme);
      -- The text is read once and dropped: compressing it costs more than it saves.
      execute format('alter table %I alter column records set storage external', 'fetch_pages_' || suffix);
      execute format('call rollcall_protect(%L)', 'fetch_pages_' || suffix);
      execute format($table$
        create table %I (
          programme_id uuid not null default %L::uuid check (programme_id = %L),
          provider_person_id text primary key,
          list integer not null,
          records integer not null,
          chunk integer not null,
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
          segment_value text
        )$table$, 'staged_people_' || suffix, programme, programme);
      execute format('call rollcall_protect(%L)', 'staged_people_' || suffix);
    end $$;

    create procedure drop_staging(import uuid) language plpgsql as $$
    declare
      suffix text := replace(import::text, '-', '');
    begin
      execute format('drop table if exists %I, %I', 'fetch_pages_' || suffix, 'staged_people_' || suffix);
    end $$;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    do $$
    declare
      name text;
    begin
      for name in select tablename from pg_tables
        where schemaname = current_schema() and (tablename like 'fetch\\_pages\\_%' or tablename like 'staged\\_people\\_%')
      loop
        execute format('drop table %I', name);
      end loop;
    end $$;
    drop table audit_log, operations, invitations, outbox, removal_hold_members, removal_holds, run_problems, changes,
      member_sign_ins, member_keys, members, import_runs, discovered_records, integration_configs, integrations,
      credentials, api_tokens, programmes cascade;
    drop procedure create_staging(uuid, uuid);
    drop procedure drop_staging(uuid);
    drop procedure rollcall_protect(regclass, text);
    drop function refuse_change();
    drop function rollcall_programme();
    drop function rollcall_new_id();
    drop function rollcall_now();
  `);
}
