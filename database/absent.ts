import type { Staged } from './match-people.js';
import type { Transaction } from './transaction.js';

/** Nobody is absent from a run that is not about everybody. */
export const ABSENCE_COUNTS: readonly string[] = ['import', 'review'];

/**
 * Members whom the directory does not have any more, as the table `absent (id)`; nobody, where the run has no proof of having
 * seen everybody. From the plan's own links, whose statistics are true: with those of members the planner may compare
 * everybody with everybody. Only of the few who are absent it is asked whether an error may be about them.
 */
export async function findAbsent(trx: Transaction, { staged, bindings }: Staged): Promise<void> {
  const absent = await trx.raw<{ rowCount: number }>(
    `create temporary table absent on commit drop as
     select u.member_id as id from unpaired u
     where u.member_state = 'active' and exists (select from import_runs r where r.id = :import and r.proof = 'proven')`,
    bindings,
  );
  await trx.raw('analyze absent');
  if (absent.rowCount === 0) return;
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
