import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * Members whom the directory does not have any more, though nobody named them as leavers. Absence is believed only of a run
 * that has the proof of having seen everybody, and only at second sight: a run with that proof missed them at least twelve
 * hours ago, too. Who is seen again begins anew.
 */
const SECOND_SIGHT_HOURS = 12;

export interface Absence {
  readonly staged: string;
  readonly bindings: Readonly<Record<string, string>>;
  /** The head of a statement that writes change rows, and their first columns. */
  readonly insert: string;
  readonly key: string;
}

export async function planVanished(trx: Transaction, run: RunContext, plan: Absence): Promise<void> {
  const { staged, bindings, insert, key } = plan;
  await trx.raw(
    `create temporary table absent on commit drop as
     select m.id from members m join import_runs r on r.id = :import and r.proof = 'proven'
     where m.integration_id = :integration and m.state = 'active'
       and not exists (select from ${staged} s where s.provider_person_id = m.provider_person_id)
       and not exists (select from relinked l where l.member_id = m.id) and not exists (select from known k where k.member_id = m.id)
       and not exists (select from ${staged} e where e.standing = 'error' and (e.sync_key = m.sync_key or e.employee_id = m.employee_id))
       and not exists (select from ${staged} e join member_keys k on k.kind = 'email' and k.value = e.email_key
         where e.standing = 'error' and k.member_id = m.id)`,
    bindings,
  );
  await trx.raw(
    `${insert}
     select r.programme_id, :import, ${key}, 'vanished', m.provider_person_id, m.employee_id, m.email, m.id, m.version,
       'not-in-directory', jsonb_build_object('since', to_char(m.absent_since at time zone 'utc', 'YYYY-MM-DD')),
       jsonb_build_object('state', m.state), jsonb_build_object('state', 'closing-down')
     from absent a join members m on m.id = a.id join import_runs r on r.id = :import
     where not m.protected and m.absent_since <= r.as_of - make_interval(hours => :hours)`,
    { ...bindings, hours: SECOND_SIGHT_HOURS },
  );
  if (run.kind === 'import') await noteAbsence(trx, { staged, bindings });
}

/** A review looks and notes nothing. */
async function noteAbsence(
  trx: Transaction,
  { staged, bindings }: Pick<Absence, 'staged' | 'bindings'>,
): Promise<void> {
  await trx.raw(
    `update members m set absent_since = r.as_of from import_runs r
     where r.id = :import and m.absent_since is null and m.id in (select id from absent)`,
    bindings,
  );
  await trx.raw(
    `update members m set absent_since = null
     where m.integration_id = :integration and m.absent_since is not null
       and exists (select from ${staged} s where s.provider_person_id = m.provider_person_id)`,
    bindings,
  );
}
