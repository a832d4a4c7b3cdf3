import type { Knex } from 'knex';

/**
 * People who administer, across programmes, and how they sign in. What belongs to no programme stands behind a wall of
 * its own: only a transaction that says so (rollcall.accounts) sees it, so that one that forgot its programme, or has
 * one, still sees nothing. What a programme knows of its admins is a table of that programme.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create procedure rollcall_protect_accounts(target regclass) language plpgsql as $$
    begin
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      execute format('create policy tenant on %s using ((select current_setting(''rollcall.accounts'', true)) = ''on'') with check ((select current_setting(''rollcall.accounts'', true)) = ''on'')', target);
      execute format('create policy sweep on %s for select using ((select current_setting(''rollcall.sweep'', true)) = ''on'')', target);
    end $$;

    create table admins (
      id uuid primary key,
      email text not null,
      email_key text not null unique,
      name text not null check (name <> ''),
      password_hash text,
      operator boolean not null default false,
      created_at timestamptz not null default rollcall_now(),
      last_sign_in_at timestamptz
    );
    call rollcall_protect_accounts('admins');

    create table admin_sessions (
      id uuid primary key,
      admin_id uuid not null references admins on delete cascade,
      hash bytea not null unique,
      user_agent text,
      created_at timestamptz not null default rollcall_now(),
      last_seen_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null
    );
    call rollcall_protect_accounts('admin_sessions');
    create index admin_sessions_by_admin on admin_sessions (admin_id);

    -- A link that is mailed has no hash before its mail is on its way; one that is printed is never mailed.
    create table sign_in_links (
      id uuid primary key,
      admin_id uuid not null references admins on delete cascade,
      purpose text not null check (purpose in ('printed', 'sign-in', 'invite')),
      token_hash bytea unique,
      payload jsonb not null default '{}',
      mail text check (mail in ('pending', 'sent', 'refused')),
      created_at timestamptz not null default rollcall_now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      check ((purpose = 'printed') = (mail is null))
    );
    call rollcall_protect_accounts('sign_in_links');
    create index sign_in_links_by_admin on sign_in_links (admin_id);

    -- Tries in a row, of one account or from one network address; the key is a hash, so the table names nobody.
    create table sign_in_attempts (
      key bytea primary key,
      failures integer not null,
      blocked_until timestamptz not null,
      last_at timestamptz not null default rollcall_now()
    );
    call rollcall_protect_accounts('sign_in_attempts');

    -- The row stays when somebody is removed: the audit log still has to say who they were.
    create table programme_admins (
      programme_id uuid not null references programmes,
      admin_id uuid not null references admins,
      email text not null,
      name text not null check (name <> ''),
      role text not null check (role in ('admin', 'viewer')),
      invited_at timestamptz not null default rollcall_now(),
      last_sign_in_at timestamptz,
      removed_at timestamptz,
      primary key (programme_id, admin_id)
    );
    call rollcall_protect('programme_admins');
    create index programme_admins_by_admin on programme_admins (admin_id) where removed_at is null;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop table programme_admins, sign_in_attempts, sign_in_links, admin_sessions, admins;
    drop procedure rollcall_protect_accounts(regclass);
  `);
}
