import { REMOVALS } from '../domain/import.js';
import type { Transaction } from './transaction.js';

/** What the imports of an integration have done, day by day where the programme lives. */
export interface ImportDay {
  readonly date: string;
  readonly members: number | null;
  readonly joined: number;
  readonly left: number;
  readonly runs: number;
  readonly failed: number;
}

const sumOf = (kinds: readonly string[]) =>
  kinds.map((kind) => `coalesce((r.counts->>'${kind}')::bigint, 0)`).join(' + ');
const ARRIVALS = ['created', 'adopted', 'reactivated', 'transferred'];
const DID = `r.applied_through is not null and r.state in ('completed', 'completed-with-errors', 'waiting-for-approval')`;

/** Days on which nothing ran are left out. */
export async function listImportDays(
  trx: Transaction,
  integration: string,
  { days, timeZone }: { days: number; timeZone: string },
): Promise<ImportDay[]> {
  const { rows } = await trx.raw<{ rows: ImportDay[] }>(
    `select to_char(d.day, 'YYYY-MM-DD') as date,
       (array_agg(r.members_after order by r.created_at desc, r.id desc) filter (where r.members_after is not null))[1]::int as members,
       coalesce(sum(${sumOf(ARRIVALS)}) filter (where ${DID}), 0)::int as joined,
       coalesce(sum(removed.people) filter (where ${DID}), 0)::int as left,
       count(*)::int as runs, (count(*) filter (where r.state = 'failed'))::int as failed
     from import_runs r
     cross join lateral (select cast(coalesce(r.started_at, r.created_at) at time zone :timeZone as date) as day) d
     -- A plan also counts those who wait, and those of whom somebody said that they stay.
     left join lateral (select count(*) as people from changes c where c.import_id = r.id and c.kind in (${REMOVALS.map((kind) => `'${kind}'`).join(', ')})
       and coalesce(c.outcome, 'applied') = 'applied' and c.ordinal <= r.applied_through) removed on ${sumOf(REMOVALS)} > 0
     where r.integration_id = :integration and r.lane = 'write' and r.ended_at is not null
       and r.created_at > rollcall_now() - make_interval(days => :days)
     group by d.day order by d.day`,
    { integration, days, timeZone },
  );
  return rows;
}
