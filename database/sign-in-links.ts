import { createHash, randomBytes } from 'node:crypto';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * One-time links that sign an admin in. Only the token's SHA-256 is kept. A link that is mailed is its own outbox row:
 * its token is made when the mail goes out, stands in the mail alone, and a mail that is sent again makes the link
 * before worthless.
 */
export type LinkPurpose = 'printed' | 'sign-in' | 'invite';

export interface LinkMail {
  readonly id: string;
  readonly purpose: 'sign-in' | 'invite';
  readonly recipient: string;
  readonly name: string;
  readonly payload: unknown;
  readonly token: string;
}

/** A mail waits for minutes, somebody on leave for days; what a terminal shows is used at once. */
export const SIGN_IN_MINUTES = 15;
export const INVITE_DAYS = 7;
const VALID: Readonly<Record<LinkPurpose, string>> = {
  printed: '60 minutes',
  'sign-in': `${SIGN_IN_MINUTES} minutes`,
  invite: `${INVITE_DAYS} days`,
};
/** Of one account in a quarter of an hour: whoever asks on and on for links of somebody else fills no inbox. */
const MOST_SIGN_IN_LINKS = 5;
const TOKEN_BYTES = 32;
const KEPT = '30 days';

/** @returns the token, which is shown once. */
export async function insertPrintedLink(trx: Transaction, admin: string): Promise<string> {
  const token = newToken();
  await trx('sign_in_links').insert({
    ...linkRow(trx, admin, 'printed'),
    token_hash: digest(token),
  });
  return token;
}

/** Puts the mail of an invitation where it will be sent from. */
export async function insertInvite(trx: Transaction, admin: string, payload: object): Promise<void> {
  await trx('sign_in_links').insert({
    ...linkRow(trx, admin, 'invite'),
    mail: 'pending',
    payload: JSON.stringify(payload),
  });
}

/** For somebody who is known and has access anywhere; for anybody else nothing happens, at the same cost. */
export async function requestSignInLink(trx: Transaction, emailKey: string): Promise<void> {
  await trx.raw(
    `insert into sign_in_links (id, admin_id, purpose, mail, expires_at)
     select :id, a.id, 'sign-in', 'pending', rollcall_now() + cast(:valid as interval) from admins a
     where a.email_key = :emailKey
       and (a.operator or exists (select from programme_admins p where p.admin_id = a.id and p.removed_at is null))
       and (select count(*) from sign_in_links l where l.admin_id = a.id and l.purpose = 'sign-in'
         and l.created_at > rollcall_now() - cast(:valid as interval)) < ${MOST_SIGN_IN_LINKS}`,
    { id: newId(), emailKey, valid: VALID['sign-in'] },
  );
}

/** Spends the link. @returns whose it was; null where it was used, has ended or never was. */
export async function spendLink(trx: Transaction, token: string): Promise<string | null> {
  const rows = await trx<{ admin_id: string; token_hash: Buffer; used_at: Date | null }>('sign_in_links')
    .where({ token_hash: digest(token) })
    .whereNull('used_at')
    .andWhere('expires_at', '>', trx.raw('rollcall_now()'))
    .update({ used_at: trx.raw('rollcall_now()') }, ['admin_id']);
  return rows[0]?.admin_id ?? null;
}

/** The links that were not used yet lose their worth: somebody chose a password, or access was taken. */
export async function endLinks(trx: Transaction, admin: string): Promise<void> {
  await trx('sign_in_links')
    .where({ admin_id: admin })
    .whereNull('used_at')
    .update({ used_at: trx.raw('rollcall_now()') });
}

const DUE = `l.mail = 'pending' and l.used_at is null and l.expires_at > rollcall_now()`;

/** The next mail that waits, with a token of its own; null when there is none. */
export async function claimLinkMail(trx: Transaction): Promise<LinkMail | null> {
  const token = newToken();
  const { rows } = await trx.raw<{ rows: Omit<LinkMail, 'token'>[] }>(
    `update sign_in_links l set token_hash = ? from admins a
     where a.id = l.admin_id and l.id = (select l.id from sign_in_links l where ${DUE} order by l.id limit 1 for update skip locked)
     returning l.id, l.purpose, l.payload, a.email as recipient, a.name`,
    [digest(token)],
  );
  return rows[0] === undefined ? null : { ...rows[0], token };
}

export async function settleLinkMail(trx: Transaction, id: string, fate: 'sent' | 'refused'): Promise<void> {
  await trx('sign_in_links').where({ id }).update({ mail: fate });
}

export async function countLinkMails(trx: Transaction): Promise<number> {
  const { rows } = await trx.raw<{ rows: { waiting: number }[] }>(
    `select count(*) as waiting from sign_in_links l where ${DUE}`,
  );
  return rows[0]?.waiting ?? 0;
}

export async function deleteOldLinks(trx: Transaction): Promise<void> {
  await trx('sign_in_links').whereRaw(`expires_at < rollcall_now() - interval '${KEPT}'`).delete();
}

function linkRow(trx: Transaction, admin: string, purpose: LinkPurpose) {
  return {
    id: newId(),
    admin_id: admin,
    purpose,
    expires_at: trx.raw('rollcall_now() + ?::interval', [VALID[purpose]]),
  };
}

const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');
const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
