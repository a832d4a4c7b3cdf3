import { countTry, forgiveTry, ofAccount, ofAddress } from '../../database/sign-in-attempts.js';
import { inAccounts } from '../../database/transaction.js';
import type { Context } from './context.js';
import { RefusedForNow } from './refusals.js';

/**
 * Takes one try at a secret, or refuses for now. It is counted and committed before anything is compared.
 * @returns what to call when the secret was right.
 */
export async function takeTry(
  { db }: Context,
  { kind, account, address }: { kind: 'sign-in' | 'password' | 'member'; account: string; address: string },
): Promise<() => Promise<void>> {
  const guards = [ofAccount(kind, account), ofAddress(kind, address)] as const;
  const seconds = await inAccounts(db, (trx) => countTry(trx, guards));
  if (seconds > 0) {
    const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`;
    throw new RefusedForNow(
      'too-many-attempts',
      `There were too many attempts; wait ${wait}${kind === 'sign-in' ? ', or ask for a link by e-mail' : ''}.`,
      seconds,
    );
  }
  return () => inAccounts(db, (trx) => forgiveTry(trx, ...guards));
}
