import { STILL_APPROVED } from './limits.js';
import type { Staged } from './match-people.js';
import { INSERT } from './plan-sql.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * Members whom the directory does not have any more, though nobody named them as leavers. Absence is believed only of a run
 * that has the proof of having seen everybody, and only at second sight: the HR system, asked for the person, says that
 * there is no such one any more, or a run with that proof missed them at least twelve hours ago, too. Who is seen again
 * begins anew.
 */
export const SECOND_SIGHT_HOURS = 12;

/** Of the run `r`: nobody is there whom its list lacks. Otherwise the list is no sight of anybody's absence. */
const LIST_STANDS = `not exists (select from look_ups t where t.import_id = r.id and t.answer = 'there')`;

/** Of a look-up `u` in the run `r`. */
export const SAID_GONE = `(u.answer = 'gone' and not r.look_ups_doubted)`;

/** Members `m` who are absent in the run `r`, with what they answered, `u`. */
const ABSENT = `absent a join members m on m.id = a.id join import_runs r on r.id = :import
  left join look_ups u on u.import_id = r.id and u.member_id = m.id`;

/** Approved in advance, and carried out by this run. */
const IS_APPROVED = `exists (select from removal_hold_members d join removal_holds h on h.id = d.hold_id
  where h.integration_id = :integration and d.member_id = m.id and d.cause = 'vanished' and ${STILL_APPROVED})`;

/** Of those in the table `absent`. */
export async function planVanished(trx: Transaction, run: RunContext, { staged, bindings }: Staged): Promise<void> {
  await trx.raw(
    `${INSERT}
     select r.programme_id, :import, nextval('plan_ordinal'), 'vanished', m.provider_person_id, m.employee_id, m.email, m.id, m.version,
       reason.code, ${reasonValues('reason.code')}, jsonb_build_object('state', m.state), jsonb_build_object('state', 'closing-down')
     from ${ABSENT}
     cross join lateral (select case
       when ${SAID_GONE} then 'looked-up-gone'
       when u.answer = 'there' then case when ${IS_APPROVED} then 'still-there' end
       when ${LIST_STANDS} and m.absent_since <= r.as_of - make_interval(hours => :hours) then 'not-in-directory'
       when r.unlooked then 'absent-unlooked' end as code) reason
     where not m.protected and reason.code is not null`,
    { ...bindings, hours: SECOND_SIGHT_HOURS },
  );
  await trx('changes').where({ import_id: run.import, reason_code: 'still-there' }).update({ outcome: 'stale' });
  await warnOfLookUps(trx, bindings);
  if (run.kind === 'import') await noteAbsence(trx, { staged, bindings });
}

/** Of a member `m` in the run `r`. @param code SQL for the reason's code */
export const reasonValues = (code: string): string => `case ${code}
  when 'looked-up-gone' then jsonb_build_object('on', to_char(r.as_of at time zone 'utc', 'YYYY-MM-DD'))
  when 'not-in-directory' then jsonb_build_object('since', to_char(m.absent_since at time zone 'utc', 'YYYY-MM-DD')) end`;

/** Who is in the HR system and not in its list shows that the list is not to be relied on, and somebody should know. */
async function warnOfLookUps(trx: Transaction, bindings: Staged['bindings']): Promise<void> {
  const columns = `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, allowed, detail, fixed_by)`;
  await trx.raw(
    `${columns}
     select r.programme_id, r.id, 'plan', 'warning', 'missing-in-list', m.provider_person_id, m.employee_id,
       'a list that has everybody whom the HR system has',
       'The list of the HR system does not have the person, who is there when asked for. Nobody was taken for gone because of this list.', 'provider'
     from ${ABSENT} where u.answer = 'there'`,
    bindings,
  );
  await trx.raw(
    `${columns}
     select r.programme_id, r.id, 'plan', 'warning', 'look-ups-doubted', null, null, 'an answer that shows somebody who is in the list',
       'Asked for people who are in its list, the HR system did not show them: what it says of those who are missing was not believed. They are gone when another complete import misses them, too.',
       'provider'
     from import_runs r where r.id = :import and r.look_ups_doubted`,
    bindings,
  );
}

/** A review looks and notes nothing; nor does a list that lacks somebody who is there. */
async function noteAbsence(trx: Transaction, { staged, bindings }: Staged): Promise<void> {
  await trx.raw(
    `update members t set absent_since = r.as_of
     from ${ABSENT} where t.id = m.id and t.absent_since is null and (${SAID_GONE} or (${LIST_STANDS} and u.answer is distinct from 'there'))`,
    bindings,
  );
  await trx.raw(
    `update members m set absent_since = null
     where m.integration_id = :integration and m.absent_since is not null
       and (exists (select from ${staged} s where s.provider_person_id = m.provider_person_id)
         or exists (select from look_ups u where u.import_id = :import and u.member_id = m.id and u.answer = 'there'))`,
    bindings,
  );
}
