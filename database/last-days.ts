import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * Known last working days. They stand with the member, so that an account closes when its day is over and not weeks later,
 * by the next import; each import brings them in line with what the HR system says, also where a day was taken back.
 */
export async function noteLastDays(trx: Transaction, run: RunContext): Promise<void> {
  // By the plan's own links, which are narrow: on most runs nobody's day has moved.
  const moved = await trx.raw<{ rowCount: number }>(
    `create temporary table moved on commit drop as
     select l.id, s.ends_on from linked l join ${peopleTable(run.import)} s on s.provider_person_id = l.provider_person_id
     where l.state = 'active' and s.standing = 'employed' and l.ends_on is distinct from s.ends_on`,
  );
  if (moved.rowCount === 0) return;
  await trx.raw('analyze moved');
  await trx.raw('update members m set ends_on = d.ends_on from moved d where m.id = d.id');
}

/** Today where the company's days begin and end, if somebody's last day is over; else null. */
export async function dayWithEnded(trx: Transaction, integration: string): Promise<string | null> {
  const { rows } = await trx.raw<{ rows: { today: string }[] }>(
    `select to_char(d.today, 'YYYY-MM-DD') as today
     from integrations i join programmes p on p.id = i.programme_id join integration_configs c on c.id = i.published_config_id
     cross join lateral (select cast(rollcall_now() at time zone coalesce(c.setup->>'dataTimeZone', p.time_zone) as date) as today) d
     where i.id = :integration and i.state = 'published' and c.setup->>'preference' <> 'create-only'
       and exists (select from members m where m.integration_id = i.id and m.state = 'active' and not m.protected and m.ends_on < d.today)`,
    { integration },
  );
  return rows[0]?.today ?? null;
}

/** In a sweep of one programme. */
export async function listEnded(trx: Transaction): Promise<string[]> {
  const integrations = await trx('integrations').where({ state: 'published' }).select<{ id: string }[]>('id');
  const ended: string[] = [];
  for (const { id } of integrations) if ((await dayWithEnded(trx, id)) !== null) ended.push(id);
  return ended;
}

/** Runs that close accounts whose last day is over are asked for under the day. */
export const ENDED = 'ended:';
export const endedKey = (day: string): string => `${ENDED}${day}`;

export async function isOfEnded(trx: Transaction, importId: string): Promise<boolean> {
  const row = await trx('import_runs').where({ id: importId }).first<{ request_key: string | null }>('request_key');
  return row.request_key?.startsWith(ENDED) ?? false;
}
