import { countTry, forgetTriesOf, forgiveTry, ofAccount, ofAddress } from '../../database/sign-in-attempts.js';
import { inAccounts } from '../../database/transaction.js';
import type { Context } from './context.js';
import { RefusedForNow } from './refusals.js';

type TryKind = 'sign-in' | 'password' | 'member' | 'forgotten';

/**
 * Takes one try at a secret, or refuses for now. It is counted and committed before anything is compared.
 * @returns what to call when the secret was right.
 */
export async function takeTry(
  { db }: Context,
  { kind, account, address }: { kind: TryKind; account: string; address: string },
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

/** Whoever has proved by another way who they are may try at once again. */
export function forgetTries({ db }: Context, kind: TryKind, account: string): Promise<void> {
  return inAccounts(db, (trx) => forgetTriesOf(trx, ofAccount(kind, account)));
}
