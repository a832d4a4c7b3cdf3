import { z } from 'zod';
import { canonicalEmail } from '../../domain/member.js';
import { ensureAdmin, findAdmin, findAdminByEmail, noteSignIn, rolesOf, setOperator } from '../../database/admins.js';
import { insertSession } from '../../database/admin-sessions.js';
import { recordAudit } from '../../database/audit-log.js';
import { insertPrintedLink, requestSignInLink, spendLink } from '../../database/sign-in-links.js';
import { inAccounts, turnTo, type Transaction } from '../../database/transaction.js';
import { pagesAt, publicUrl } from '../../config/public-addresses.js';
import { requireOperator, type Call, type Context } from './context.js';
import { isPassword } from './passwords.js';
import { readBody, Refusal } from './refusals.js';
import { takeTry } from './tries.js';

/** How people who administer get in: by a password, or by a link that works once. Both end in a new session. */
export const signInSchema = z.strictObject({ email: z.string().max(320), password: z.string().max(2000) });
export const linkSchema = z.strictObject({ token: z.string().max(200) });
export const linkRequestSchema = z.strictObject({ email: z.string().max(320) });

/** From where somebody asks: the network address, and what the browser says of itself. */
export interface Caller {
  readonly address: string;
  readonly userAgent: string | null;
}

/** @returns the cookie of a new session. Whether the address or the password was wrong is told by nothing. */
export async function signIn(context: Context, body: unknown, caller: Caller): Promise<string> {
  const { email, password } = readBody(signInSchema, body);
  const account = canonicalEmail(email);
  const forgive = await takeTry(context, { kind: 'sign-in', account, address: caller.address });
  const admin = await inAccounts(context.db, (trx) => findAdminByEmail(trx, email));
  const isRight = await isPassword(admin?.passwordHash ?? null, password);
  const secret = isRight && admin !== null ? await openSession(context, admin.id, caller) : null;
  if (secret === null) {
    throw new Refusal(
      'sign-in-refused',
      'The e-mail address or the password is not right. Try again, or ask for a link by e-mail.',
    );
  }
  await forgive();
  return secret;
}

const LINK_ENDED =
  'This link was used already, has ended, or is not whole. Ask for a new one: enter your e-mail address on the sign-in page.';

export async function signInByLink(context: Context, body: unknown, caller: Caller): Promise<string> {
  const { token } = readBody(linkSchema, body);
  const secret = await inAccounts(context.db, async (trx) => {
    const admin = await spendLink(trx, token);
    return admin === null ? null : enterAs(trx, admin, caller);
  });
  if (secret === null) throw new Refusal('link-ended', LINK_ENDED);
  return secret;
}

/** Answers the same, and as fast, whoever is asked for: a mail goes to those alone who have access. */
export async function requestLink(context: Context, body: unknown): Promise<void> {
  const { email } = readBody(linkRequestSchema, body);
  await inAccounts(context.db, (trx) => requestSignInLink(trx, canonicalEmail(email)));
  await context.temporal.letAccountMailsGo();
}

/** The operator of this machine's terminal, until there are others. */
const TERMINAL = { email: 'operator@localhost', name: 'Operator' };

/**
 * A link for the terminal: for the first operator, and for one who is locked out.
 * @param email of an operator; absent: the account that stands for whoever has the terminal, made if need be.
 */
export function printLink(call: Call, email?: string): Promise<string> {
  requireOperator(call);
  return inAccounts(call.context.db, async (trx) => {
    const admin = email === undefined ? await ensureAdmin(trx, TERMINAL) : await findAdminByEmail(trx, email);
    if (email === undefined && admin?.operator === false) await setOperator(trx, admin.id, true);
    else if (admin?.operator !== true) {
      throw new Refusal('not-found', `No operator has the address "${email ?? ''}"; invite one with --operator.`);
    }
    return insertPrintedLink(trx, admin.id);
  });
}

/** The same as an address to open. */
export async function printedLink(call: Call, email?: string): Promise<string> {
  return pagesAt(publicUrl(call.context.environment)).signIn(await printLink(call, email));
}

function openSession(context: Context, admin: string, caller: Caller): Promise<string | null> {
  return inAccounts(context.db, (trx) => enterAs(trx, admin, caller));
}

/** @returns null for somebody whose access was taken everywhere: they are as unknown as anybody. */
async function enterAs(trx: Transaction, admin: string, { userAgent }: Caller): Promise<string | null> {
  const roles = await rolesOf(trx, admin);
  if (roles.size === 0 && (await findAdmin(trx, admin))?.operator !== true) return null;
  const secret = await insertSession(trx, admin, userAgent);
  await noteSignIn(trx, admin, roles.keys());
  for (const programme of roles.keys()) {
    await turnTo(trx, programme);
    await recordAudit(trx, { programme, actor: `admin:${admin}`, action: 'signed-in', subject: admin });
  }
  return secret;
}
