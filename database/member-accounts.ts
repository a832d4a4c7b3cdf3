import type { Account } from '../domain/account.js';
import { canonicalEmail, MEMBER_FIELDS } from '../domain/member.js';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/** Makes an account by hand: it belongs to no integration, until an import recognises the person and adopts it. */
export async function insertAccount(
  trx: Transaction,
  programme: string,
  { account, role }: { account: Account; role: string | null },
): Promise<{ id: string } | { taken: 'email' | 'employeeId' }> {
  const email = account.email ?? '';
  const known = account.employeeId;
  // Who is made at the same time waits: an employee ID has no claim that would refuse the second one.
  await trx('programmes').where({ id: programme }).forUpdate().first('id');
  if (known !== null) {
    const holder: unknown = await trx('members')
      .where({ employee_id: known })
      .whereNot({ state: 'deleted' })
      .first('id');
    if (holder !== undefined) return { taken: 'employeeId' };
  }
  const id = newId();
  await trx('members').insert({
    programme_id: programme,
    id,
    state: 'active',
    role,
    employee_id: known,
    custom: account.custom === undefined ? null : JSON.stringify(account.custom),
    ...Object.fromEntries(MEMBER_FIELDS.map((field) => [field.column, account[field.id]])),
    username: account.username ?? email,
  });
  const claim = { programme_id: programme, kind: 'email', value: canonicalEmail(email), member_id: id };
  const claimed = await trx('member_keys').insert(claim).onConflict().ignore().returning('value');
  if (claimed.length > 0) return { id };
  await trx('members').where({ id }).delete();
  return { taken: 'email' };
}
