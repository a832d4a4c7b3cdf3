import {
  endMemberSession,
  findMemberAccount,
  findMemberLogins,
  findMemberSession,
  insertMemberSession,
  noteMemberSeen,
  type MemberAccount,
  type MemberSession,
} from '../../database/member-sessions.js';
import { acrossProgrammes, inProgramme } from '../../database/transaction.js';
import { canonicalEmail } from '../../domain/member.js';
import type { Context } from './context.js';
import { isPassword } from './passwords.js';
import { takeTry } from './tries.js';

/** A member's own page: who may see it, and what it tells. */
export type { MemberAccount } from '../../database/member-sessions.js';

/**
 * @returns the cookie of a new session; null where address or password is not right, which of them is told by nothing.
 * Throws RefusedForNow after too many tries.
 */
export async function signInMember(
  context: Context,
  { email, password, address }: { email: string; password: string; address: string },
): Promise<string | null> {
  const account = canonicalEmail(email);
  const forgive = await takeTry(context, { kind: 'member', account, address });
  const logins = await acrossProgrammes(context.db, (trx) => findMemberLogins(trx, account));
  if (logins.length === 0) await isPassword(null, password);
  for (const { programme, member, passwordHash } of logins) {
    if (!(await isPassword(passwordHash, password))) continue;
    await forgive();
    return openMemberSession(context, programme, member);
  }
  return null;
}

export function openMemberSession({ db }: Context, programme: string, member: string): Promise<string> {
  return inProgramme(db, programme, (trx) => insertMemberSession(trx, programme, member));
}

/** The page of whoever holds this cookie; null where nobody is signed in by it (any more). */
export async function openAccount(context: Context, secret: string): Promise<MemberAccount | null> {
  const session = await findSession(context, secret);
  if (session === null) return null;
  return inProgramme(context.db, session.programme, async (trx) => {
    if (session.stale) await noteMemberSeen(trx, session.id);
    return findMemberAccount(trx, session.member);
  });
}

export async function signOutMember(context: Context, secret: string): Promise<void> {
  const session = await findSession(context, secret);
  if (session === null) return;
  await inProgramme(context.db, session.programme, (trx) => endMemberSession(trx, session.id));
}

function findSession({ db }: Context, secret: string): Promise<MemberSession | null> {
  return acrossProgrammes(db, (trx) => findMemberSession(trx, secret));
}
