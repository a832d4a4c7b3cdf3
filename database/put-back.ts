import { MEMBER_FIELDS } from '../domain/member.js';
import { peopleTable } from './staging.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/** Provisioning of an undo: members become what is staged of them, and get back the link that they had. */
const COLUMNS = [...MEMBER_FIELDS.map(({ column }) => column), 'employee_id', 'role', 'custom', 'saas_user'];

const LINK = `integration_id = cast(c.put_back->>'integration' as uuid), provider_person_id = c.put_back->>'person', sync_key = c.put_back->>'key'`;

export async function putBack(trx: Transaction, run: RunContext): Promise<void> {
  const kinds = `slice.kind in ('updated', 'reactivated', 'transferred')`;
  await trx.raw(
    `update members t set version = t.version + 1, ${COLUMNS.map((column) => `${column} = s.${column}`).join(', ')}, absent_since = null,
       state = 'active', close_down_reason = null, close_down_started_on = null, close_down_ends_on = null,
       close_down_told_on = null
     from slice join ${peopleTable(run.import)} s on s.provider_person_id = slice.person
     where t.id = slice.member_id and ${kinds}`,
  );
  await putLinksBack(trx, run, kinds);
}

/** Of an account that an import had taken over while it was closing: it closes again, where it came from. */
export function putClosingBack(trx: Transaction, run: RunContext): Promise<void> {
  return putLinksBack(trx, run, `slice.kind = 'revoked'`);
}

async function putLinksBack(trx: Transaction, run: RunContext, which: string): Promise<void> {
  await trx.raw(
    `update members t set ${LINK}, ends_on = null, absent_since = null
     from slice join changes c on c.import_id = :import and c.ordinal = slice.ordinal
     where t.id = slice.member_id and c.put_back is not null and ${which}`,
    { import: run.import },
  );
}
