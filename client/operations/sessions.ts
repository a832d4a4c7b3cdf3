import { z } from 'zod';
import { rolesOf, setPasswordHash, type AdminRole } from '../../database/admins.js';
import {
  endOtherSessions,
  endSession as end,
  findSession,
  listSessions as readSessions,
  noteSeen,
  type AdminSession,
} from '../../database/admin-sessions.js';
import { isId } from '../../database/ids.js';
import { listProgrammesOf, type Programme } from '../../database/programmes.js';
import { endLinks } from '../../database/sign-in-links.js';
import { acrossProgrammes, inAccounts } from '../../database/transaction.js';
import { pagesAt, publicUrl } from '../../config/public-addresses.js';
import { hashPassword, isPassword, passwordFault } from './passwords.js';
import type { Actor, Context } from './context.js';
import { notFound, readBody, Refusal } from './refusals.js';
import { takeTry } from './tries.js';

/** Somebody signed in, and what they may do: both are looked up with each request, so that what is taken away is gone. */
export interface SignedIn {
  readonly session: AdminSession;
  readonly roles: ReadonlyMap<string, AdminRole>;
  readonly actor: Actor;
}

export interface SessionView {
  readonly admin: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly operator: boolean;
    readonly hasPassword: boolean;
    readonly mayReset: boolean;
  };
  readonly programmes: {
    readonly id: string;
    readonly name: string;
    readonly timeZone: string;
    readonly role: 'operator' | AdminRole;
  }[];
  readonly expiresAt: string;
  readonly links: { readonly temporalUi: string | null; readonly mail: string | null };
}

/** Who holds this cookie; one that has ended or never was is refused in the same words. */
export async function authenticateSession(context: Context, secret: string): Promise<SignedIn> {
  const found = await acrossProgrammes(context.db, async (trx) => {
    const session = await findSession(trx, secret);
    return session === null ? null : { session, roles: await rolesOf(trx, session.admin) };
  });
  if (found === null) throw new Refusal('unauthorized', 'The session has ended; sign in again.');
  const { session, roles } = found;
  if (session.stale) await inAccounts(context.db, (trx) => noteSeen(trx, session.id));
  const name = `admin:${session.admin}`;
  const actor: Actor = session.operator ? { role: 'operator', name } : { role: 'person', name, programmes: roles };
  return { session, roles, actor };
}

export async function describeSession(context: Context, { session, roles }: SignedIn): Promise<SessionView> {
  const { admin: id, name, email, operator } = session;
  const found = await listProgrammesOf(context.db, operator ? null : [...roles.keys()]);
  return {
    admin: { id, name, email, operator, hasPassword: session.passwordHash !== null, mayReset: session.mayReset },
    programmes: found.map((programme: Programme) => ({
      id: programme.id,
      name: programme.name,
      timeZone: programme.timeZone,
      role: operator ? ('operator' as const) : (roles.get(programme.id) ?? 'viewer'),
    })),
    expiresAt: session.expiresAt.toISOString(),
    links: operator ? linksOf(context) : { temporalUi: null, mail: null },
  };
}

function linksOf({ environment }: Context): SessionView['links'] {
  const { ROLLCALL_TEMPORAL_UI_URL: temporalUi, ROLLCALL_MAIL_SINK_URL: sink } = environment;
  return {
    temporalUi: temporalUi ?? null,
    mail: sink === undefined ? null : pagesAt(publicUrl(environment)).mails(),
  };
}

export const passwordSchema = z.strictObject({ password: z.string(), current: z.string().optional() });

/** Sets or replaces the password; whoever else is signed in with this account has to sign in again. */
export async function changePassword(context: Context, { session }: SignedIn, body: unknown): Promise<void> {
  const { password, current } = readBody(passwordSchema, body);
  const fault = passwordFault(password);
  if (fault !== null) {
    const faults = [{ pointer: '/password', detail: fault.replace(/^The password /, '').replace(/\.$/, '') }];
    throw new Refusal('invalid-body', fault, faults);
  }
  if (session.passwordHash !== null && !session.mayReset) await requireCurrent(context, session, current);
  const passwordHash = await hashPassword(password);
  await inAccounts(context.db, async (trx) => {
    await setPasswordHash(trx, session.admin, passwordHash);
    await endOtherSessions(trx, session.admin, session.id);
    await endLinks(trx, session.admin);
  });
}

/** A stolen cookie must not become the account: the password that is replaced has to be known, and cannot be guessed. */
async function requireCurrent(context: Context, session: AdminSession, current: string | undefined): Promise<void> {
  const forgive = await takeTry(context, { kind: 'password', account: session.admin, address: session.id });
  if (current === undefined || !(await isPassword(session.passwordHash, current))) {
    const detail = current === undefined ? 'is missing; give the password that you have now' : 'is not your password';
    throw new Refusal('invalid-body', `/current ${detail}.`, [{ pointer: '/current', detail }]);
  }
  await forgive();
}

export interface SessionItem {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly userAgent: string | null;
}

export async function listSessions(
  context: Context,
  { session }: SignedIn,
): Promise<{ items: SessionItem[]; next: null }> {
  const rows = await acrossProgrammes(context.db, (trx) => readSessions(trx, session.admin));
  const items = rows.map((row) => ({
    id: row.id,
    current: row.id === session.id,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    userAgent: row.userAgent,
  }));
  return { items, next: null };
}

/** One of one's own; somebody else's does not exist. */
export async function endSession(context: Context, { session }: SignedIn, id: string): Promise<void> {
  const ended = isId(id) && (await inAccounts(context.db, (trx) => end(trx, session.admin, id)));
  if (!ended) throw notFound('session');
}
