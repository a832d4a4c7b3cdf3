import { createHash, randomBytes } from 'node:crypto';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * Sessions of people who administer. The cookie is 256 random bits and only its SHA-256 is kept. A session ends after
 * half a day without a request, which is a night at a desk that was left open, and after 30 days whatever happens, so
 * that a stolen cookie is worth something for a month at most.
 */
export interface AdminSession {
  readonly id: string;
  readonly admin: string;
  readonly name: string;
  readonly email: string;
  readonly operator: boolean;
  readonly passwordHash: string | null;
  /** When it ends if nothing more is asked, and when it ends anyway. */
  readonly expiresAt: Date;
  /** Its last request was noted more than a minute ago. */
  readonly stale: boolean;
  /** A link opened it a moment ago: whoever reads the mails of the address may choose a new password. */
  readonly mayReset: boolean;
}

export interface SessionRecord {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly userAgent: string | null;
}

const IDLE = '12 hours';
const LONGEST = '30 days';
const SECRET_BYTES = 32;
/** "Last seen" is for people to recognise a session by, and for the idle time: a minute is exact enough. */
const NOTED_EVERY = '1 minute';
const LONGEST_USER_AGENT = 200;
/** Time enough to choose a password; a desk that is left open is no way to somebody's account. */
const RESET_WITHIN = '15 minutes';
/** More than anybody has devices; the oldest makes room. */
const MOST_SESSIONS = 50;

/** Still good: neither idle for too long nor too old. */
const LIVING = `s.expires_at > rollcall_now() and s.last_seen_at > rollcall_now() - interval '${IDLE}'`;

interface SessionRow {
  id: string;
  admin_id: string;
  name: string;
  email: string;
  operator: boolean;
  password_hash: string | null;
  expires_at: Date;
  stale: boolean;
  may_reset: boolean;
}

const mapper = {
  fromRow: (row: SessionRow): AdminSession => ({
    id: row.id,
    admin: row.admin_id,
    name: row.name,
    email: row.email,
    operator: row.operator,
    passwordHash: row.password_hash,
    expiresAt: row.expires_at,
    stale: row.stale,
    mayReset: row.may_reset,
  }),
};

/** @returns the cookie's value, which is shown once; always a new one, so that nobody can choose it beforehand. */
export async function insertSession(trx: Transaction, admin: string, userAgent: string | null): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await trx('admin_sessions').insert({
    id: newId(),
    admin_id: admin,
    hash: digest(secret),
    user_agent: shortened(userAgent),
    expires_at: trx.raw(`rollcall_now() + interval '${LONGEST}'`),
  });
  const kept = trx('admin_sessions').select('id').where({ admin_id: admin }).orderBy('id', 'desc').limit(MOST_SESSIONS);
  await trx('admin_sessions').where({ admin_id: admin }).whereNotIn('id', kept).delete();
  return secret;
}

export async function findSession(trx: Transaction, secret: string): Promise<AdminSession | null> {
  const { rows } = await trx.raw<{ rows: SessionRow[] }>(
    `select s.id, s.admin_id, a.name, a.email, a.operator, a.password_hash,
       least(s.expires_at, rollcall_now() + interval '${IDLE}') as expires_at,
       s.last_seen_at < rollcall_now() - interval '${NOTED_EVERY}' as stale,
       s.created_at > rollcall_now() - interval '${RESET_WITHIN}' and exists (
         -- A link is spent in the transaction that opens its session, so both have the same moment.
         select from sign_in_links l where l.admin_id = s.admin_id and l.used_at = s.created_at
       ) as may_reset
     from admin_sessions s join admins a on a.id = s.admin_id where s.hash = ? and ${LIVING}`,
    [digest(secret)],
  );
  return rows[0] === undefined ? null : mapper.fromRow(rows[0]);
}

export async function noteSeen(trx: Transaction, session: string): Promise<void> {
  await trx('admin_sessions')
    .where({ id: session })
    .update({ last_seen_at: trx.raw('rollcall_now()') });
}

/** Newest first. */
export async function listSessions(trx: Transaction, admin: string): Promise<SessionRecord[]> {
  const rows = await trx('admin_sessions as s')
    .select<{ id: string; created_at: Date; last_seen_at: Date; user_agent: string | null }[]>(
      's.id',
      's.created_at',
      's.last_seen_at',
      's.user_agent',
    )
    .where('s.admin_id', admin)
    .whereRaw(LIVING)
    .orderBy('s.id', 'desc');
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    userAgent: row.user_agent,
  }));
}

/** @returns false where the admin has no such session. */
export async function endSession(trx: Transaction, admin: string, session: string): Promise<boolean> {
  return (await trx('admin_sessions').where({ admin_id: admin, id: session }).delete()) > 0;
}

export async function endOtherSessions(trx: Transaction, admin: string, kept: string): Promise<void> {
  await trx('admin_sessions').where({ admin_id: admin }).whereNot({ id: kept }).delete();
}

export async function deleteEndedSessions(trx: Transaction): Promise<void> {
  await trx('admin_sessions as s').whereRaw(`not (${LIVING})`).delete();
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** What a browser says of itself, as far as somebody can recognise it by that. */
function shortened(userAgent: string | null): string | null {
  const text = userAgent?.replace(/\p{Cc}/gu, ' ').trim() ?? '';
  return text === '' ? null : text.slice(0, LONGEST_USER_AGENT);
}
