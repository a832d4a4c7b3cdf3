import { newId } from './ids.js';
import { messageIdSql } from './outbox.js';
import type { Transaction } from './transaction.js';

/** An invitation that somebody asks for: whatever became of an earlier one, this is another mail with a link of its own. */
interface Standing {
  state: string;
  email: string | null;
  integration_id: string | null;
  integration_state: string | null;
  has_password: boolean;
  import_id: string | null;
  mail_state: string | null;
}

/** @returns the integration whose mails may go now, or why nothing is sent. */
export async function inviteAgain(
  trx: Transaction,
  member: string,
): Promise<{ integration: string } | { refused: string } | null> {
  const standing = await trx('members as m')
    .leftJoin('integrations as i', 'i.id', 'm.integration_id')
    .joinRaw(
      `left join lateral (select o.import_id, o.state as mail_state from outbox o
         where o.member_id = m.id and o.kind = 'invitation' order by o.id desc limit 1) mail on true`,
    )
    .where('m.id', member)
    .forUpdate('m')
    .first<Standing | undefined>(
      'm.state',
      'm.email',
      'm.integration_id',
      'i.state as integration_state',
      'mail.import_id',
      'mail.mail_state',
      trx.raw('exists (select from member_sign_ins s where s.member_id = m.id) as has_password'),
    );
  if (standing === undefined) return null;
  const refused = refusalOf(standing);
  if (refused !== null || standing.integration_id === null) return { refused: refused ?? BY_HAND };
  await trx('invitations').where({ member_id: member }).whereNull('accepted_at').delete();
  const key = `invitation:${member}:${newId()}`;
  // It goes before those that wait for a wave: the day before is earlier than any of theirs.
  await trx.raw(
    `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, payload, message_id, send_after)
     select rollcall_programme(), :id, :integration, :import, :member, 'invitation', cast(:key as text), :email, '{"asked": true}',
       ${messageIdSql('cast(:key as text)')}, rollcall_now() - interval '1 day'`,
    {
      id: newId(),
      integration: standing.integration_id,
      import: standing.import_id,
      member,
      key,
      email: standing.email,
    },
  );
  return { integration: standing.integration_id };
}

const BY_HAND = 'The account was made by hand and belongs to no integration, so Rollcall sends nothing for it.';

const UNDER_WAY: Readonly<Record<string, string>> = {
  pending:
    'An invitation is on its way to this member already; it goes with one of the next waves, or when the mail server takes it.',
  sending: 'An invitation is on its way to this member at this moment.',
  held: 'The invitation waits for a decision with many others: approve or reject them first (…/imports/{import}/removals).',
};

function refusalOf(standing: Standing): string | null {
  const { state, email, integration_state: integration, has_password: hasPassword, mail_state: mail } = standing;
  if (state !== 'active') return 'The account is closing down or erased: nobody is invited to it.';
  if (hasPassword) return 'The member has set a password already, and signs in with it.';
  if (standing.integration_id === null) return BY_HAND;
  if (email === null) return 'The member has no e-mail address to write to.';
  if (integration === 'revoked' || integration === 'removed') {
    return `The integration is ${integration}: no invitations go out until it is authorized and published again.`;
  }
  return mail === null ? null : (UNDER_WAY[mail] ?? null);
}
