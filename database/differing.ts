import { differs, targetColumns } from './plan-sql.js';
import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import { AS_SETS, LARGE_MEMORY, type Transaction } from './transaction.js';

/**
 * Is a member not as the directory has them, or with another last day? Where nobody is, as on most days, the plan need not
 * compare everybody to write down who. Asked beside the plan's first steps and not after them: whom those make an error, or
 * take back from being one, is linked to no member, and who is found by the key alone is compared in any case.
 */
export async function doesAnybodyDiffer(trx: Transaction, run: RunContext): Promise<boolean> {
  await trx.raw(LARGE_MEMORY);
  await trx.raw(AS_SETS);
  const { rows } = await trx.raw<{ rows: { differing: number }[] }>(
    `select count(*) as differing from members m join ${peopleTable(run.import)} s on s.provider_person_id = m.provider_person_id
     where m.integration_id = :integration and m.state = 'active' and s.standing = 'employed'
       and (m.ends_on is distinct from s.ends_on or ${differs(targetColumns(run))})`,
    { integration: run.integration },
  );
  return (rows[0]?.differing ?? 0) > 0;
}

/** A plan that is made from a directory: others name their changes one by one. */
export const comparesDirectory = ({ undo, kind }: RunContext): boolean => undo === null && kind !== 'removals';
