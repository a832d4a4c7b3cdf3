import type { Knex } from 'knex';

/**
 * What is to be forgotten of mails that have had their end, and of commands that were answered, is found by indexes that have
 * only rows with something to forget.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    create index outbox_to_forget on outbox (programme_id, coalesce(sent_at, send_after))
      where recipient <> '' and state in ('sent', 'unknown', 'refused', 'suppressed');
    create index operations_to_forget on operations (programme_id, created_at)
      where state <> 'running' and (body is not null or answer is not null);
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('drop index outbox_to_forget, operations_to_forget');
}
