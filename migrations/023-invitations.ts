import type { Knex } from 'knex';

/**
 * Invitations may wait for a decision, and go out in waves. Who is to be invited is asked about before their account is
 * there, so a member of a question need not be one yet.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table outbox drop constraint outbox_state_check,
      add constraint outbox_state_check check (state in ('pending', 'held', 'sending', 'sent', 'unknown', 'refused', 'suppressed'));
    create index outbox_held on outbox (integration_id) where state = 'held';
    create index outbox_invitations on outbox (member_id) where kind = 'invitation';
    alter table import_runs add column invitations_held boolean not null default false;
    alter table removal_hold_members drop constraint removal_hold_members_programme_id_member_id_fkey;
    alter table programmes add column invitations_per_hour integer not null default 20000
      check (invitations_per_hour between 100 and 1000000);
    create table invitation_waves (
      programme_id uuid primary key references programmes,
      began_at timestamptz not null default rollcall_now(),
      sent integer not null default 0
    );
    call rollcall_protect('invitation_waves');
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    drop table invitation_waves;
    alter table programmes drop column invitations_per_hour;
    delete from removal_hold_members h where not exists (select from members m where m.id = h.member_id);
    alter table removal_hold_members add foreign key (programme_id, member_id) references members (programme_id, id);
    alter table import_runs drop column invitations_held;
    drop index outbox_invitations, outbox_held;
    update outbox set state = 'suppressed' where state = 'held';
    alter table outbox drop constraint outbox_state_check,
      add constraint outbox_state_check check (state in ('pending', 'sending', 'sent', 'unknown', 'refused', 'suppressed'));
  `);
}
