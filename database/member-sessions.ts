import { createHash, randomBytes } from 'node:crypto';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * Sessions of members on their own page. Members share machines at work more often than admins do, and come rarely: a
 * session ends after two hours without a request, and after a day in any case. Only the cookie's SHA-256 is kept.
 */
export interface MemberSession {
  readonly id: string;
  readonly programme: string;
  readonly member: string;
  /** Its last request was noted more than a minute ago. */
  readonly stale: boolean;
}

/** What a member's own page tells. */
export interface MemberAccount {
  readonly programmeName: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly state: 'active' | 'closing-down';
  /** The last day of access: over where the account is closing down; null: none is known. */
  readonly accessEndsOn: string | null;
  /** The day on which everything personal is erased; null: none is known. */
  readonly dataEndsOn: string | null;
}

/** Somebody who may have meant this address: one in each programme that knows it. */
export interface MemberLogin {
  readonly programme: string;
  readonly member: string;
  readonly passwordHash: string;
}

const IDLE = '2 hours';
const LONGEST = '1 day';
const SECRET_BYTES = 32;
/** Of one address in how many programmes a password is compared: each comparison is dear. */
const MOST_PROGRAMMES = 5;

/** Read in a sweep: an address names no programme. */
export async function findMemberLogins(trx: Transaction, emailKey: string): Promise<MemberLogin[]> {
  const { rows } = await trx.raw<{ rows: MemberLogin[] }>(
    `select s.programme_id as programme, s.member_id as member, s.password_hash as "passwordHash"
     from member_keys k join member_sign_ins s on s.programme_id = k.programme_id and s.member_id = k.member_id
       join members m on m.programme_id = k.programme_id and m.id = k.member_id and m.state <> 'deleted'
     where k.kind = 'email' and k.value = ? order by s.programme_id limit ${MOST_PROGRAMMES}`,
    [emailKey],
  );
  return rows;
}

/** @returns the cookie's value; always a new one. */
export async function insertMemberSession(trx: Transaction, programme: string, member: string): Promise<string> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  await trx('member_sessions')
    .where({ member_id: member })
    .where('expires_at', '<=', trx.raw('rollcall_now()'))
    .delete();
  await trx('member_sessions').insert({
    programme_id: programme,
    id: newId(),
    member_id: member,
    hash: digest(secret),
    expires_at: trx.raw(`rollcall_now() + interval '${LONGEST}'`),
  });
  return secret;
}

/** Read in a sweep; a member whose data was erased has none. */
export async function findMemberSession(trx: Transaction, secret: string): Promise<MemberSession | null> {
  const { rows } = await trx.raw<{ rows: MemberSession[] }>(
    `select s.id, s.programme_id as programme, s.member_id as member,
       s.last_seen_at < rollcall_now() - interval '1 minute' as stale
     from member_sessions s join members m on m.programme_id = s.programme_id and m.id = s.member_id and m.state <> 'deleted'
     where s.hash = ? and s.expires_at > rollcall_now() and s.last_seen_at > rollcall_now() - interval '${IDLE}'`,
    [digest(secret)],
  );
  return rows[0] ?? null;
}

export async function noteMemberSeen(trx: Transaction, session: string): Promise<void> {
  await trx('member_sessions')
    .where({ id: session })
    .update({ last_seen_at: trx.raw('rollcall_now()') });
}

export async function endMemberSession(trx: Transaction, session: string): Promise<void> {
  await trx('member_sessions').where({ id: session }).delete();
}

export async function deleteEndedMemberSessions(trx: Transaction): Promise<void> {
  await trx('member_sessions').where('expires_at', '<=', trx.raw('rollcall_now()')).delete();
}

export async function findMemberAccount(trx: Transaction, member: string): Promise<MemberAccount | null> {
  const { rows } = await trx.raw<{ rows: MemberAccount[] }>(
    `select p.name as "programmeName", coalesce(m.preferred_name, m.first_name, m.full_name) as name, m.email, m.state,
       (case when m.state = 'closing-down' then m.close_down_started_on else m.ends_on end)::text as "accessEndsOn",
       (case when m.state = 'closing-down' then m.close_down_ends_on else m.ends_on + p.grace_days end)::text as "dataEndsOn"
     from members m join programmes p on p.id = m.programme_id where m.id = ? and m.state <> 'deleted'`,
    [member],
  );
  return rows[0] ?? null;
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
