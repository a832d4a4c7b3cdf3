import type { Transaction } from './transaction.js';

/**
 * Another grace period holds for those who are waiting already. A day that comes sooner than somebody was told is told to
 * them, once for each day, and never comes at once: they have a week from the news on. A later one needs no mail.
 */
export const NOTICE_DAYS = 7;

export interface Moved {
  /** Accounts that end on another day now. */
  readonly moved: number;
  /** Of these, those that end sooner than before. */
  readonly sooner: number;
  /** The first of the new days; null: nobody's has moved. */
  readonly firstDay: string | null;
  /** Whose mails wait now. */
  readonly integrations: readonly string[];
}

export async function moveCloseDowns(trx: Transaction, programme: string, graceDays: number): Promise<Moved> {
  await trx.raw(
    `create temporary table moving on commit drop as
     select m.id, m.close_down_ends_on as before, m.close_down_told_on as told, m.integration_id,
       case when d.due >= m.close_down_ends_on then d.due else least(m.close_down_ends_on, greatest(d.due, d.today + cast(:notice as integer))) end as ends_on
     from members m join programmes p on p.id = m.programme_id
     cross join lateral (select m.close_down_started_on + cast(:graceDays as integer) as due,
       cast(rollcall_now() at time zone p.time_zone as date) as today) d
     where m.programme_id = :programme and m.state = 'closing-down' for update of m`,
    { programme, graceDays, notice: NOTICE_DAYS },
  );
  await trx.raw('delete from moving where ends_on = before');
  await trx.raw(
    `update members m set close_down_ends_on = v.ends_on, close_down_told_on = least(m.close_down_told_on, v.ends_on)
     from moving v where m.id = v.id`,
  );
  await tellSooner(trx);
  const { rows } = await trx.raw<{ rows: { moved: number; sooner: number; first: string | null; told: string[] }[] }>(
    `select count(*)::int as moved, count(*) filter (where ends_on < before)::int as sooner,
       to_char(min(ends_on), 'YYYY-MM-DD') as first,
       coalesce(array_agg(distinct integration_id) filter (where ends_on < told), '{}') as told
     from moving`,
  );
  await trx.raw('drop table moving');
  const { moved = 0, sooner = 0, first = null, told = [] } = rows[0] ?? {};
  return { moved, sooner, firstDay: first, integrations: told };
}

/** At the address that is still theirs, else at a personal one, else not at all. */
async function tellSooner(trx: Transaction): Promise<void> {
  await trx.raw(
    `with told as (
       select m.*, v.ends_on as day, k.value as key, case when k.value is not null then m.email else m.personal_email end as address
       from moving v join members m on m.id = v.id
       left join member_keys k on k.kind = 'email' and k.member_id = m.id
       where v.ends_on < v.told
     )
     insert into outbox (programme_id, id, integration_id, member_id, kind, dedupe_key, recipient, payload, message_id, send_after)
     select programme_id, rollcall_new_id(), integration_id, id, 'close-down', 'close-down:' || id || ':' || day, address,
       jsonb_build_object('endsOn', to_char(day, 'YYYY-MM-DD'), 'sooner', true, 'key', case when address = email then key end),
       '<close-down.' || id || '.' || day || '@rollcall>', (select rollcall_now())
     from told where address is not null
     on conflict (programme_id, dedupe_key) do nothing`,
  );
}
