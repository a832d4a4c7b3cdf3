import { createHash, randomBytes } from 'node:crypto';
import type { Database } from './connection.js';
import { newId } from './ids.js';
import { keepPassword } from './invitations.js';
import { acrossProgrammes, inProgramme, turnTo, type Transaction } from './transaction.js';

/**
 * One-time links with which a member chooses another password, made like those that sign admins in: a link is its own
 * outbox row, its token stands in the mail alone, and only the token's SHA-256 is kept. A link opens one account of one
 * programme; an address that several programmes know gets one from each.
 */
export interface PasswordLink {
  readonly id: string;
  readonly programme: string;
  readonly programmeName: string;
  readonly member: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly state: 'open' | 'used' | 'expired';
}

export interface PasswordMail {
  readonly id: string;
  readonly programme: string;
  readonly programmeName: string;
  readonly recipient: string;
  readonly name: string | null;
  readonly token: string;
}

/** A mail waits for minutes; who has the inbox later shall not have the account. */
export const PASSWORD_LINK_MINUTES = 60;
/** Of one account within that time: whoever asks on and on for somebody else fills no inbox. */
const MOST_LINKS = 5;
/** Of one address, as for the sign-in. */
const MOST_PROGRAMMES = 5;
const KEPT = '30 days';
const TOKEN_BYTES = 32;

/** Whoever has a password here, or was sent a link to choose one; a platform that signs people in itself sends none. */
const HAS_A_DOOR = `(exists (select from member_sign_ins s where s.programme_id = m.programme_id and s.member_id = m.id)
  or m.state = 'active' and exists (select from invitations i where i.programme_id = m.programme_id and i.member_id = m.id))`;

/** For every account of that address; for an address that nobody has nothing happens. In a transaction of accounts. */
export async function requestPasswordLinks(trx: Transaction, emailKey: string): Promise<void> {
  const { rows } = await trx.raw<{ rows: { programme: string; member: string }[] }>(
    `select m.programme_id as programme, m.id as member
     from member_keys k join members m on m.programme_id = k.programme_id and m.id = k.member_id and m.state <> 'deleted'
     where k.kind = 'email' and k.value = ? and ${HAS_A_DOOR} order by m.programme_id limit ${MOST_PROGRAMMES}`,
    [emailKey],
  );
  for (const { programme, member } of rows) {
    await turnTo(trx, programme);
    await trx.raw(
      `insert into password_links (programme_id, id, member_id, expires_at)
       select :programme, :id, :member, rollcall_now() + interval '${PASSWORD_LINK_MINUTES} minutes'
       where (select count(*) from password_links l where l.member_id = :member
         and l.created_at > rollcall_now() - interval '${PASSWORD_LINK_MINUTES} minutes') < ${MOST_LINKS}`,
      { programme, member, id: newId() },
    );
  }
}

interface LinkRow extends Omit<PasswordLink, 'state'> {
  used_at: Date | null;
  expired: boolean;
}

/** The link names no programme, so it is looked for across all of them. */
export async function findPasswordLink(db: Database, token: string): Promise<PasswordLink | null> {
  const { rows } = await acrossProgrammes(db, (trx) =>
    trx.raw<{ rows: LinkRow[] }>(
      `select l.id, l.programme_id as programme, p.name as "programmeName", l.member_id as member, m.email,
         coalesce(m.preferred_name, m.first_name, m.full_name) as name, l.used_at, l.expires_at <= rollcall_now() as expired
       from password_links l join programmes p on p.id = l.programme_id
         join members m on m.programme_id = l.programme_id and m.id = l.member_id and m.state <> 'deleted'
       where l.token_hash = ?`,
      [digest(token)],
    ),
  );
  if (rows[0] === undefined) return null;
  const { used_at: usedAt, expired, ...link } = rows[0];
  return { ...link, state: usedAt !== null ? 'used' : expired ? 'expired' : 'open' };
}

/**
 * Sets the password and ends whatever else opened the account: sessions, other links, invitations.
 * @returns false where the link was used, or its time ended, in the meantime: two clicks set one password.
 */
export function spendPasswordLink(db: Database, link: PasswordLink, passwordHash: string): Promise<boolean> {
  return inProgramme(db, link.programme, async (trx) => {
    const now = trx.raw('rollcall_now()');
    const spent = await trx('password_links')
      .where({ id: link.id })
      .whereNull('used_at')
      .andWhere('expires_at', '>', now)
      .update({ used_at: now });
    if (spent === 0) return false;
    await keepPassword(trx, link, passwordHash);
    await trx('member_sessions').where({ member_id: link.member }).delete();
    await trx('password_links').where({ member_id: link.member }).whereNull('used_at').update({ used_at: now });
    await trx('invitations').where({ member_id: link.member }).whereNull('accepted_at').update({ accepted_at: now });
    return true;
  });
}

const DUE = `password_links l join programmes p on p.id = l.programme_id
  join members m on m.programme_id = l.programme_id and m.id = l.member_id and m.email is not null
  where l.mail = 'pending' and l.used_at is null and l.expires_at > rollcall_now()`;

/** The next mail that waits, with a token of its own; null when there is none. In a transaction of accounts. */
export async function claimPasswordMail(trx: Transaction): Promise<PasswordMail | null> {
  const { rows } = await trx.raw<{ rows: Omit<PasswordMail, 'token'>[] }>(
    `select l.id, l.programme_id as programme, p.name as "programmeName", m.email as recipient,
       coalesce(m.preferred_name, m.first_name, m.full_name) as name
     from ${DUE} order by l.id limit 1`,
  );
  if (rows[0] === undefined) return null;
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await turnTo(trx, rows[0].programme);
  await trx('password_links')
    .where({ id: rows[0].id })
    .update({ token_hash: digest(token) });
  return { ...rows[0], token };
}

export async function settlePasswordMail(trx: Transaction, id: string, fate: 'sent' | 'refused'): Promise<void> {
  await trx('password_links').where({ id }).update({ mail: fate });
}

export async function countPasswordMails(trx: Transaction): Promise<number> {
  const { rows } = await trx.raw<{ rows: { waiting: number }[] }>(`select count(*) as waiting from ${DUE}`);
  return rows[0]?.waiting ?? 0;
}

export async function deleteOldPasswordLinks(trx: Transaction): Promise<void> {
  await trx('password_links').whereRaw(`expires_at < rollcall_now() - interval '${KEPT}'`).delete();
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
