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
  await findAbsent(trx, { staged, bindings });
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

/**
 * From the plan's own links, whose statistics are true: with those of members the planner may compare everybody with
 * everybody. Only of the few who are absent it is asked whether an error may be about them.
 */
async function findAbsent(trx: Transaction, { staged, bindings }: Pick<Absence, 'staged' | 'bindings'>): Promise<void> {
  await trx.raw(
    `create temporary table absent on commit drop as
     select l.id from linked l
     where l.state = 'active' and exists (select from import_runs r where r.id = :import and r.proof = 'proven')
       and not exists (select from ${staged} s where s.provider_person_id = l.provider_person_id)`,
    bindings,
  );
  await trx.raw('analyze absent');
  await trx.raw('delete from absent a using relinked l where l.member_id = a.id');
  await trx.raw('delete from absent a using known k where k.member_id = a.id');
  await trx.raw(
    `create temporary table erring on commit drop as
     select sync_key, employee_id, email_key from ${staged} where standing = 'error'`,
  );
  await trx.raw('analyze erring');
  for (const column of ['sync_key', 'employee_id']) {
    await trx.raw(`delete from absent a using members m, erring e where m.id = a.id and e.${column} = m.${column}`);
  }
  await trx.raw(
    `delete from absent a using member_keys k, erring e
     where k.member_id = a.id and k.kind = 'email' and k.value = e.email_key`,
  );
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
