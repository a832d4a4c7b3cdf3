import { isAccessCode, outranks, type Attention, type AttentionCode, type Incident } from '../domain/attention.js';
import { findOpenQuestion } from './holds.js';
import type { Transaction } from './transaction.js';

/**
 * What an integration needs somebody for, one thing at a time, under the lock of its row. An incident that is reported
 * again keeps its beginning, so that it is told once.
 */
type Kept = Incident & { readonly reminded?: number };

/** @returns true when an incident begins with it. */
export async function raiseAttention(trx: Transaction, integration: string, attention: Attention): Promise<boolean> {
  const now = await findIncident(trx, integration);
  if (now !== null && outranks(now.code, attention.code)) return false;
  const begins = now?.code !== attention.code;
  await trx.raw(
    `update integrations set needs_attention =
       case when :begins then jsonb_build_object('since', rollcall_now()) else needs_attention end || cast(:attention as jsonb)
     where id = :integration`,
    { integration, begins, attention: JSON.stringify({ code: attention.code, detail: attention.detail }) },
  );
  return begins;
}

const REMOVALS_HELD = 'Removals exceed the limit and wait for a decision.';

/**
 * What was wrong is right again. Removals that still wait for a decision come to the fore.
 *
 * @returns the incident that this ends; null: there was none of these.
 */
export async function endAttention(
  trx: Transaction,
  integration: string,
  isOver: (code: AttentionCode) => boolean,
): Promise<Incident | null> {
  const now = await findIncident(trx, integration);
  const over = now !== null && isOver(now.code) ? now : null;
  if (over !== null) await trx('integrations').where({ id: integration }).update({ needs_attention: null });
  if ((await findOpenQuestion(trx, integration)) !== null) {
    await raiseAttention(trx, integration, { code: 'removals-held', detail: REMOVALS_HELD });
  }
  return over;
}

async function findIncident(trx: Transaction, integration: string): Promise<Kept | null> {
  const row = await trx('integrations')
    .where({ id: integration })
    .forUpdate()
    .first<{ needs_attention: Kept | null } | undefined>('needs_attention');
  return row?.needs_attention ?? null;
}

/** How many imports failed one after the other, up to now; cancelled ones tell nothing. */
export async function failuresInARow(trx: Transaction, integration: string): Promise<number> {
  const { rows } = await trx.raw<{ rows: { failures: number }[] }>(
    `with ended as (
       select state, row_number() over (order by created_at desc, id desc) as place from import_runs
       where integration_id = :integration and lane = 'write' and ended_at is not null and state <> 'cancelled'
     )
     select coalesce((select min(place) from ended where state <> 'failed') - 1, (select count(*) from ended)) as failures`,
    { integration },
  );
  return rows[0]?.failures ?? 0;
}

export async function slowDown(trx: Transaction, integration: string): Promise<void> {
  await trx('integrations')
    .where({ id: integration })
    .update({ slowed_since: trx.raw('coalesce(slowed_since, rollcall_now())') });
}

export async function speedUp(trx: Transaction, integration: string): Promise<void> {
  await trx('integrations').where({ id: integration }).whereNotNull('slowed_since').update({ slowed_since: null });
}

/** What a sweep looks at, under its locks: published integrations that lost access, and how far their reminders are. */
export interface Unreminded {
  readonly integration: string;
  readonly incident: Incident;
  readonly days: number;
  readonly reminded: number | null;
}

export async function listLostAccess(trx: Transaction): Promise<Unreminded[]> {
  const { rows } = await trx.raw<{ rows: { id: string; needs_attention: Kept; days: number }[] }>(
    `select id, needs_attention,
       floor(extract(epoch from rollcall_now() - (needs_attention->>'since')::timestamptz) / 86400)::int as days
     from integrations where state = 'published' and needs_attention is not null order by id`,
  );
  return rows
    .filter((row) => isAccessCode(row.needs_attention.code))
    .map((row) => ({
      integration: row.id,
      incident: row.needs_attention,
      days: row.days,
      reminded: row.needs_attention.reminded ?? null,
    }));
}

export async function noteReminder(trx: Transaction, integration: string, day: number): Promise<void> {
  await trx('integrations')
    .where({ id: integration })
    .update({
      needs_attention: trx.raw(`needs_attention || jsonb_build_object('reminded', cast(? as integer))`, [day]),
    });
}
