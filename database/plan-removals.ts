import { holdRemovals } from './limits.js';
import { INSERT } from './plan-sql.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';
import { reasonValues, SAID_GONE, SECOND_SIGHT_HOURS } from './vanished.js';

/** The plans of runs that read nothing: what somebody has approved, and what a day that is over has brought. */

/**
 * Held changes `c` of members `m` that were approved and that the run `r` carries out: whoever is gone, protected or
 * somebody else's by now is left out.
 */
export const DECIDED = `import_runs r
  join removal_hold_members d on d.request_key = r.request_key and d.decision = 'approved'
  join removal_holds h on h.id = d.hold_id
  join changes c on c.import_id = h.import_id and c.member_id = d.member_id and c.kind = d.cause and c.outcome = 'held'
  join members m on m.id = d.member_id and m.integration_id = r.integration_id and m.state = 'active' and not m.protected
    and (d.cause <> 'vanished' or m.absent_since is not null)`;

/** An import has missed the member `m` for the second time, since they were held. */
const MISSED_TWICE = `exists (select from import_runs i join changes l on l.import_id = i.id and l.member_id = m.id
  where i.integration_id = r.integration_id and i.kind = 'import' and l.reason_code = 'not-in-directory'
    and i.as_of >= m.absent_since + make_interval(hours => :hours))`;

/** What an import said of somebody stays the reason, unless they were to be asked for before. */
const REASON = `case
  when c.reason_code <> 'absent-unlooked' then c.reason_code
  when ${SAID_GONE} then 'looked-up-gone'
  when u.answer = 'there' then 'still-there'
  when ${MISSED_TWICE} then 'not-in-directory'
  else 'look-up-unanswered' end`;

export async function planDecided(trx: Transaction, run: RunContext): Promise<void> {
  await trx('changes').where({ import_id: run.import }).delete();
  const bindings = { import: run.import, hours: SECOND_SIGHT_HOURS };
  await trx.raw(
    `${INSERT}
     select c.programme_id, r.id, row_number() over (order by c.ordinal), c.kind, c.person, c.employee_id, m.email, m.id, m.version,
       reason.code, case when reason.code = c.reason_code then c.reason_values else ${reasonValues('reason.code')} end,
       jsonb_build_object('state', m.state), c.after
     from ${DECIDED}
     left join look_ups u on u.import_id = r.id and u.member_id = m.id
     cross join lateral (select ${REASON} as code) reason
     where r.id = :import`,
    bindings,
  );
  await trx('changes')
    .where({ import_id: run.import })
    .whereIn('reason_code', ['still-there', 'look-up-unanswered'])
    .update({ outcome: 'stale' });
  await trx.raw(
    `update members m set absent_since = null from look_ups u where u.import_id = :import and u.member_id = m.id and u.answer = 'there'`,
    bindings,
  );
}

/** Members whose known last day is over, within the limit like all others. */
export async function planEnded(trx: Transaction, run: RunContext): Promise<void> {
  await trx('changes').where({ import_id: run.import }).delete();
  await trx.raw(
    `${INSERT}
     select m.programme_id, :import, row_number() over (order by m.id), 'leaver', m.provider_person_id, m.employee_id, m.email, m.id,
       m.version, 'last-day-over', jsonb_build_object('lastDay', to_char(m.ends_on, 'YYYY-MM-DD')),
       jsonb_build_object('state', m.state), jsonb_build_object('state', 'closing-down')
     from members m where m.integration_id = :integration and m.state = 'active' and not m.protected and m.ends_on < cast(:today as date)`,
    { import: run.import, integration: run.integration, today: run.today },
  );
  await holdRemovals(trx, run);
}
