import type { Knex } from 'knex';

/** What somebody has decided about each person of a question, and by which command: that command's run carries it out. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    alter table removal_holds add column earlier_digests text[] not null default '{}';
    alter table removal_hold_members
      add column decision text check (decision in ('approved', 'rejected')),
      add column request_key text,
      add column decided_at timestamptz,
      add check ((decision is null) = (request_key is null) and (decision is null) = (decided_at is null));
    create index removal_hold_members_decided on removal_hold_members (request_key) where decision is not null;
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    alter table removal_hold_members drop column decision, drop column request_key, drop column decided_at;
    alter table removal_holds drop column earlier_digests;
  `);
}
