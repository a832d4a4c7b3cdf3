import { createHash, randomBytes } from 'node:crypto';
import { newId } from './ids.js';
import type { Transaction } from './transaction.js';
import { countInWave, IS_THROTTLED, NEXT_WAVE, openWave } from './waves.js';

/**
 * The outbox: what is to be mailed stands here before SMTP hears of it. A mail is claimed (`sending`) in a transaction
 * that is committed before it is handed over, so a crash leaves a trace of what may be out: an invitation found so is
 * never sent again by itself, everything else is, with the same Message-ID.
 */
export interface NewMail {
  readonly integration: string | null;
  readonly import: string | null;
  readonly member: string | null;
  readonly kind: string;
  /** One mail for each key and programme, for ever: `invitation:<member>`, `report:<import>:<recipient>`. */
  readonly dedupeKey: string;
  readonly recipient: string;
  /** All that the text needs besides ids; never a person's data. */
  readonly payload: object;
}

/** Which mails one delivery takes care of. */
export interface MailScope {
  readonly integration: string;
  /** null: of every import that has ended, and what belongs to none. */
  readonly import: string | null;
  /** null: every kind. */
  readonly kinds: readonly string[] | null;
}

export interface ClaimedMail {
  readonly id: string;
  readonly integration: string;
  readonly import: string | null;
  readonly member: string | null;
  readonly kind: string;
  readonly recipient: string;
  readonly messageId: string;
  readonly payload: unknown;
  /** Which claim this is: a later one takes the right to settle away from a sender that was thought dead. */
  readonly attempt: number;
  readonly deferrals: number;
  /** How the member is greeted. */
  readonly firstName: string | null;
  /** The one-time link in it; only the token's hash is kept. */
  readonly link: { readonly id: string; readonly token: string } | null;
}

/** The rule for an outbox row's message_id, as SQL over its dedupe_key; whoever inserts by `INSERT … SELECT` uses it. */
export const messageIdSql = (dedupeKey: string): string =>
  `'<' || encode(sha256(convert_to(${dedupeKey}, 'UTF8')), 'hex') || '@rollcall>'`;

/** @returns how many were new; one whose key is there already stays as it is, whatever became of it. */
export async function enqueue(trx: Transaction, mails: readonly NewMail[]): Promise<number> {
  if (mails.length === 0) return 0;
  const inserted = await trx.raw<{ rowCount: number }>(
    `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, payload, message_id)
     select rollcall_programme(), m.id, m.integration, m."import", m.member, m.kind, m."dedupeKey", m.recipient, m.payload,
       ${messageIdSql('m."dedupeKey"')}
     from jsonb_to_recordset(cast(? as jsonb)) as m(id uuid, integration uuid, "import" uuid, member uuid, kind text,
       "dedupeKey" text, recipient text, payload jsonb)
     on conflict (programme_id, dedupe_key) do nothing`,
    [JSON.stringify(mails.map((mail) => ({ ...mail, id: newId() })))],
  );
  return inserted.rowCount;
}

const INVITATION_VALID = '14 days';
const TOKEN_BYTES = 32;
/** Its fate decides whether a person is mailed twice: never again by itself. */
const AT_MOST_ONCE = 'invitation';
/** Its row stands already and learns the link's hash; a mail that is sent again makes the link before worthless. */
const AUTHORIZE_INVITE = 'authorize-invite';

/** What a scope's mails are, with :integration, :import, :kinds and :invitations (may they go out now?) bound. */
const IN_SCOPE = `o.programme_id = rollcall_programme() and o.integration_id = :integration
  and (o.import_id = :import or (cast(:import as uuid) is null and (o.import_id is null or exists
    (select 1 from import_runs r where r.id = o.import_id and r.ended_at is not null))))
  and (cast(:kinds as text[]) is null or o.kind = any(:kinds))
  and (:invitations or o.kind <> '${AT_MOST_ONCE}')`;

/** What is true no more: an account that is open again or closed meanwhile, or an address that is somebody else's by now. */
const IS_VAIN = `(o.kind = '${AT_MOST_ONCE}' and (due.member_state is distinct from 'active' or due.email is null))
  or (o.kind = 'close-down' and (due.member_state is distinct from 'closing-down' or exists (select from member_keys k
    where k.kind = 'email' and k.value = o.payload->>'key' and k.member_id <> o.member_id)))
  or (o.kind = 'welcome-back' and due.member_state is distinct from 'active')`;

interface ClaimedRow {
  id: string;
  integration_id: string;
  import_id: string | null;
  member_id: string | null;
  kind: string;
  recipient: string;
  message_id: string;
  payload: { deferrals?: number; invite?: string; asked?: boolean };
  attempts: number;
  state: 'sending' | 'suppressed';
  first_name: string | null;
}

/**
 * Takes up to `limit` due mails, with the links of their invitations. A member who is no longer active gets none: that
 * row is `suppressed`. After revoke no invitation is claimed; the lock makes revoke wait for a claim under way.
 * @param links false where the platform has its own sign-in, so that no link of ours is needed.
 */
export async function claim(trx: Transaction, scope: MailScope, limit: number, links: boolean): Promise<ClaimedMail[]> {
  const bound = await bind(trx, scope, 'lock');
  const isWaved = bound.invitations && (scope.kinds?.includes(AT_MOST_ONCE) ?? true);
  const room = isWaved ? await openWave(trx) : limit;
  // With a little room left, nothing else is claimed beside it: the next claim finds the wave full.
  const bindings = { ...bound, limit: room === 0 ? limit : Math.min(limit, room), hasRoom: room > 0 };
  const { rows } = await trx.raw<{ rows: ClaimedRow[] }>(
    `with due as (
       select o.id, m.state as member_state, m.email, coalesce(m.preferred_name, m.first_name, m.full_name) as first_name
       from outbox o left join members m on m.programme_id = o.programme_id and m.id = o.member_id
       where o.state = 'pending' and o.send_after <= rollcall_now() and (:hasRoom or not ${IS_THROTTLED}) and ${IN_SCOPE}
       order by o.send_after limit :limit for update of o skip locked
     )
     update outbox o set
       state = case when ${IS_VAIN} then 'suppressed' else 'sending' end,
       attempts = o.attempts + 1,
       recipient = case when o.kind = '${AT_MOST_ONCE}' then coalesce(due.email, o.recipient) else o.recipient end
     from due where o.programme_id = rollcall_programme() and o.id = due.id
     returning o.id, o.integration_id, o.import_id, o.member_id, o.kind, o.recipient, o.message_id, o.payload, o.attempts,
       o.state, due.first_name`,
    bindings,
  );
  const sending = rows.filter((row) => row.state === 'sending');
  const claimed = sending.map((row) => fromRow(row, links));
  if (isWaved)
    await countInWave(
      trx,
      sending.filter(({ kind, payload }) => kind === AT_MOST_ONCE && payload.asked !== true).length,
    );
  await invite(trx, claimed);
  await openAuthorize(trx, claimed);
  return claimed;
}

function fromRow(row: ClaimedRow, links: boolean): ClaimedMail {
  const linked =
    row.kind === AUTHORIZE_INVITE ? row.payload.invite : row.kind === AT_MOST_ONCE && links ? newId() : undefined;
  return {
    id: row.id,
    integration: row.integration_id,
    import: row.import_id,
    member: row.member_id,
    kind: row.kind,
    recipient: row.recipient,
    messageId: row.message_id,
    payload: row.payload,
    attempt: row.attempts,
    deferrals: row.payload.deferrals ?? 0,
    firstName: row.first_name,
    link: linked === undefined ? null : { id: linked, token: randomBytes(TOKEN_BYTES).toString('base64url') },
  };
}

async function invite(trx: Transaction, claimed: readonly ClaimedMail[]): Promise<void> {
  const invited = claimed.flatMap((mail) => (mail.kind === AT_MOST_ONCE && mail.member !== null ? [mail.member] : []));
  if (invited.length === 0) return;
  const links = claimed.flatMap(({ kind, member, link }) =>
    kind === AT_MOST_ONCE && link !== null ? [{ member, ...link }] : [],
  );
  await trx.raw(
    `with invited as (
       update members set first_invited_at = coalesce(first_invited_at, rollcall_now())
       where programme_id = rollcall_programme() and id = any(cast(:invited as uuid[]))
     )
     insert into invitations (programme_id, id, member_id, token_hash, expires_at)
     select rollcall_programme(), link.id, link.member, link.hash, rollcall_now() + interval '${INVITATION_VALID}'
     from unnest(cast(:ids as uuid[]), cast(:members as uuid[]), cast(:hashes as bytea[])) as link(id, member, hash)`,
    {
      invited,
      ids: links.map((link) => link.id),
      members: links.map((link) => link.member),
      hashes: links.map((link) => hashOf(link.token)),
    },
  );
}

async function openAuthorize(trx: Transaction, claimed: readonly ClaimedMail[]): Promise<void> {
  for (const { kind, link } of claimed) {
    if (kind !== AUTHORIZE_INVITE || link === null) continue;
    await trx('authorize_invites')
      .where({ id: link.id })
      .update({ token_hash: hashOf(link.token) });
  }
}

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * What an earlier attempt left in `sending`: nobody knows whether it is out. To be called when nobody else delivers the
 * same scope; one who is thought dead and is not can still tell the fate of its mails.
 */
export async function recover(trx: Transaction, scope: MailScope): Promise<{ unknown: number; again: number }> {
  const { rows } = await trx.raw<{ rows: { state: string }[] }>(
    `update outbox o set state = case when o.kind = '${AT_MOST_ONCE}' then 'unknown' else 'pending' end,
       last_problem = 'The sender was stopped while the mail was in its hands; nobody knows whether it went out.'
     where o.state = 'sending' and ${IN_SCOPE} returning o.state`,
    { ...scope, invitations: true },
  );
  const unknown = rows.filter((row) => row.state === 'unknown').length;
  return { unknown, again: rows.length - unknown };
}

export interface Waiting {
  readonly left: number;
  /** In how many seconds the first of it is due (0: now); null when there is nothing. */
  readonly dueIn: number | null;
  /** Where invitations wait for the next wave: in how many seconds it goes. */
  readonly nextWaveIn: number | null;
}

/** What is still to go. */
export async function waiting(trx: Transaction, scope: MailScope): Promise<Waiting> {
  const { rows } = await trx.raw<{ rows: { left: number; due_in: number | null; next_wave_in: number | null }[] }>(
    `select count(*) as left,
       extract(epoch from min(case when ${IS_THROTTLED} then greatest(o.send_after, wave.next) else o.send_after end) - rollcall_now())::float8 as due_in,
       extract(epoch from min(case when ${IS_THROTTLED} then wave.next end) - rollcall_now())::float8 as next_wave_in
     from outbox o cross join (select ${NEXT_WAVE} as next) wave where o.state = 'pending' and ${IN_SCOPE}`,
    await bind(trx, scope, 'look'),
  );
  const { left = 0, due_in: due = null, next_wave_in: wave = null } = rows[0] ?? {};
  return { left, dueIn: inSeconds(due), nextWaveIn: inSeconds(wave) };
}

const inSeconds = (seconds: number | null): number | null =>
  seconds === null ? null : Math.max(0, Math.ceil(seconds));

async function bind(trx: Transaction, scope: MailScope, how: 'lock' | 'look') {
  const query = trx<{ id: string; state: string }>('integrations').select('state').where({ id: scope.integration });
  if (how === 'lock') void query.forShare();
  const row = await query.first();
  const invitations = row !== undefined && row.state !== 'revoked' && row.state !== 'removed';
  return { ...scope, invitations };
}

/** Invitations of an integration that was removed will never go out. */
export async function suppressInvitations(trx: Transaction, integration: string): Promise<void> {
  await trx('outbox')
    .where({ integration_id: integration, kind: AT_MOST_ONCE })
    .whereIn('state', ['pending', 'held'])
    .update({ state: 'suppressed' });
}
