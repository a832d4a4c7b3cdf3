import type { ClaimedMail } from './outbox.js';
import type { Transaction } from './transaction.js';

/** What became of claimed mails. A fate counts only for the claim it belongs to: `attempt` is the fence. */
export interface MailFate {
  readonly mail: ClaimedMail;
  /**
   * `deferred` and `unreachable` were certainly not sent and wait again, the first for a while of its own; `unknown`
   * may be out: an invitation stays so, anything else is sent again.
   */
  readonly fate: 'sent' | 'refused' | 'deferred' | 'unreachable' | 'unknown';
  /** One sentence without a person's data; null when it was sent. */
  readonly problem: string | null;
}

type Settled = 'sent' | 'refused' | 'unknown' | 'pending';

interface SettledRow {
  id: string;
  kind: string;
  state: Settled;
}

const MINUTE = 60;
const LONGEST_WAIT = 60 * MINUTE;
/** 1 + 2 + 4 … + 60 minutes: about five hours of "not now" are a no. */
const MOST_DEFERRALS = 10;

/** The ids stand in it twice: without the array a table that nobody has analyzed yet is read from end to end. */
export async function settle(trx: Transaction, fates: readonly MailFate[]): Promise<void> {
  if (fates.length === 0) return;
  const { rows } = await trx.raw<{ rows: SettledRow[] }>(
    `update outbox o set state = n.state, last_problem = n.problem,
       sent_at = case when n.state = 'sent' then rollcall_now() end,
       send_after = case when n.state = 'pending' then rollcall_now() + n.wait * interval '1 second' else o.send_after end,
       payload = case when n.deferrals > 0 then o.payload || jsonb_build_object('deferrals', n.deferrals) else o.payload end
     from jsonb_to_recordset(cast(? as jsonb)) as n(id uuid, attempt integer, state text, problem text, wait integer, deferrals integer)
     where o.programme_id = rollcall_programme() and o.id = any(cast(? as uuid[])) and o.id = n.id and o.attempts = n.attempt and o.state in ('sending', 'unknown')
     returning o.id, o.kind, o.state`,
    [JSON.stringify(fates.map(toRow)), fates.map(({ mail }) => mail.id)],
  );
  const byState = (state: Settled): string[] => rows.filter((row) => row.state === state).map((row) => row.id);
  const refused = byState('refused');
  const notOut = new Set([...byState('pending'), ...refused]);
  await withdraw(
    trx,
    fates.map((fate) => fate.mail).filter((mail) => mail.kind === 'invitation' && notOut.has(mail.id)),
  );
  await reportRefused(trx, refused);
}

function toRow({ mail, fate, problem }: MailFate): object {
  const deferred = fate === 'deferred' || (fate === 'unknown' && mail.kind !== 'invitation');
  const deferrals = deferred ? mail.deferrals + 1 : mail.deferrals;
  const givenUp = deferred && deferrals > MOST_DEFERRALS;
  const state = givenUp ? 'refused' : deferred || fate === 'unreachable' ? 'pending' : fate;
  const wait = deferred ? Math.min(LONGEST_WAIT, MINUTE * 2 ** mail.deferrals) : 0;
  return { id: mail.id, attempt: mail.attempt, state, problem, wait, deferrals };
}

/** A link that never went out is taken back, and so is "invited" where no other link says so. */
async function withdraw(trx: Transaction, mails: readonly ClaimedMail[]): Promise<void> {
  if (mails.length === 0) return;
  const ids = mails.flatMap((mail) => (mail.link === null ? [] : [mail.link.id]));
  const members = mails.flatMap((mail) => (mail.member === null ? [] : [mail.member]));
  await trx('invitations').whereIn('id', ids).delete();
  await trx('members as m')
    .whereIn('m.id', members)
    .whereNotExists(trx('invitations as i').select(trx.raw('1')).whereRaw('i.member_id = m.id'))
    .update({ first_invited_at: null });
}

/** So that the admin sees which person's address is wrong; it counts among the import's warnings. */
async function reportRefused(trx: Transaction, refused: readonly string[]): Promise<void> {
  if (refused.length === 0) return;
  await trx.raw(
    `with told as (
       insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
       select o.programme_id, o.import_id, 'notify', 'warning', 'mail-refused', m.provider_person_id, m.employee_id, 'email', o.recipient,
         'an address that the mail server delivers to',
         'The mail server refused the invitation to this address; correct it in the HR system. ' || coalesce(o.last_problem, ''), 'hr'
       from outbox o join members m on m.programme_id = o.programme_id and m.id = o.member_id
       where o.programme_id = rollcall_programme() and o.id = any(cast(? as uuid[])) and o.import_id is not null
       returning import_id
     ), many as (
       select import_id, count(*) as more from told group by import_id
     )
     update import_runs r set counts = r.counts
       || jsonb_build_object('warnings', coalesce((r.counts->>'warnings')::bigint, 0) + many.more)
     from many where r.programme_id = rollcall_programme() and r.id = many.import_id`,
    [[...refused]],
  );
}
