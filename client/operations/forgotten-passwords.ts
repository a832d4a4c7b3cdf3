import {
  findPasswordLink,
  requestPasswordLinks,
  spendPasswordLink,
  type PasswordLink,
} from '../../database/password-links.js';
import { inAccounts } from '../../database/transaction.js';
import { canonicalEmail } from '../../domain/member.js';
import { openMemberSession } from './accounts.js';
import type { Context } from './context.js';
import { hashPassword, passwordFault } from './passwords.js';
import { forgetTries, takeTry } from './tries.js';

export { PASSWORD_LINK_MINUTES } from '../../database/password-links.js';

/** A member who forgot their password: a link by mail, with which another one is chosen. */
export interface PasswordPage {
  readonly state: PasswordLink['state'] | 'unknown';
  readonly programme: string | null;
  readonly email: string | null;
}

/**
 * Answers the same, and as fast, whoever is asked for: a mail goes to those alone who have an account. Throws
 * RefusedForNow after too many tries, also for an address that nobody has.
 */
export async function requestPassword(
  context: Context,
  { email, address }: { email: string; address: string },
): Promise<void> {
  const account = canonicalEmail(email);
  await takeTry(context, { kind: 'forgotten', account, address });
  await inAccounts(context.db, (trx) => requestPasswordLinks(trx, account));
  await context.temporal.letAccountMailsGo();
}

export async function openPasswordLink({ db }: Context, token: string): Promise<PasswordPage> {
  return page(await findPasswordLink(db, token));
}

/** @returns the page as it stands afterwards, and the cookie of whoever has chosen the password by this very request. */
export async function chooseAnotherPassword(
  context: Context,
  token: string,
  password: string,
): Promise<{ page: PasswordPage; session: string | null; fault: string | null }> {
  const link = await findPasswordLink(context.db, token);
  if (link?.state !== 'open') return { page: page(link), session: null, fault: null };
  const fault = passwordFault(password);
  if (fault !== null) return { page: page(link), session: null, fault };
  const done = await spendPasswordLink(context.db, link, await hashPassword(password));
  if (!done) return { page: page(await findPasswordLink(context.db, token)), session: null, fault: null };
  if (link.email !== null) await forgetTries(context, 'member', canonicalEmail(link.email));
  return { page: page(link), session: await openMemberSession(context, link.programme, link.member), fault: null };
}

/** Nothing about the person is shown once the link cannot be used: it may have been found by somebody else. */
function page(link: PasswordLink | null): PasswordPage {
  if (link === null) return { state: 'unknown', programme: null, email: null };
  const { state, programmeName, email } = link;
  return { state, programme: state === 'open' ? programmeName : null, email: state === 'open' ? email : null };
}
