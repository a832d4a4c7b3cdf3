import { createHash } from 'node:crypto';
import type { MemberState } from '../domain/member.js';
import type { Database } from './connection.js';
import { acrossProgrammes, inProgramme, type Transaction } from './transaction.js';

/** One-time links of invitations: only the token's SHA-256 is kept, and a link opens once. */
export interface Invitation {
  readonly id: string;
  readonly programme: string;
  readonly programmeName: string;
  readonly signInUrl: string | null;
  readonly member: string;
  readonly memberState: MemberState;
  /** How the member is greeted. */
  readonly name: string | null;
  readonly email: string | null;
  readonly state: 'open' | 'used' | 'expired';
}

interface InvitationRow {
  id: string;
  programme_id: string;
  programme_name: string;
  sign_in_url: string | null;
  member_id: string;
  member_state: MemberState;
  name: string | null;
  email: string | null;
  accepted_at: Date | null;
  expired: boolean;
}

const mapper = {
  fromRow: (row: InvitationRow): Invitation => ({
    id: row.id,
    programme: row.programme_id,
    programmeName: row.programme_name,
    signInUrl: row.sign_in_url,
    member: row.member_id,
    memberState: row.member_state,
    name: row.name,
    email: row.email,
    state: row.accepted_at !== null ? 'used' : row.expired ? 'expired' : 'open',
  }),
};

/** The link names no programme, so its invitation is looked for across all of them. */
export async function findInvitation(db: Database, token: string): Promise<Invitation | null> {
  const row = await acrossProgrammes(db, (trx) =>
    trx('invitations as i')
      .join('members as m', (join) => join.on('m.programme_id', 'i.programme_id').andOn('m.id', 'i.member_id'))
      .join('programmes as p', 'p.id', 'i.programme_id')
      .select('i.id', 'i.programme_id', 'p.name as programme_name', 'p.sign_in_url', 'i.member_id', 'i.accepted_at')
      .select('m.state as member_state', 'm.email')
      .select(trx.raw('coalesce(m.preferred_name, m.first_name, m.full_name) as name'))
      .select(trx.raw('(i.expires_at <= rollcall_now()) as expired'))
      .where('i.token_hash', createHash('sha256').update(token).digest())
      .first<InvitationRow | undefined>(),
  );
  return row === undefined ? null : mapper.fromRow(row);
}

/** @returns false when the link was used, or its time ended, in the meantime: two clicks set one password. */
export function acceptInvitation(db: Database, invitation: Invitation, passwordHash: string): Promise<boolean> {
  return inProgramme(db, invitation.programme, async (trx) => {
    const accepted = await trx('invitations')
      .where({ id: invitation.id })
      .whereNull('accepted_at')
      .andWhere('expires_at', '>', trx.raw('rollcall_now()'))
      .whereExists(trx('members').select(trx.raw('1')).where({ id: invitation.member, state: 'active' }))
      .update({ accepted_at: trx.raw('rollcall_now()') });
    if (accepted === 0) return false;
    await keepPassword(trx, invitation, passwordHash);
    return true;
  });
}

/** The password of a member from now on. */
export async function keepPassword(
  trx: Transaction,
  { programme, member }: { readonly programme: string; readonly member: string },
  passwordHash: string,
): Promise<void> {
  await trx('member_sign_ins')
    .insert({ programme_id: programme, member_id: member, password_hash: passwordHash })
    .onConflict(['programme_id', 'member_id'])
    .merge(['password_hash']);
}
