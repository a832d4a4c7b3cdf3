import type { MailKind, MailState } from '../domain/mail.js';
import { isId } from './ids.js';
import type { Transaction } from './transaction.js';
import { NEXT_WAVE } from './waves.js';

/** Mails as people see them: to whom, what became of them, and what went wrong. */
export interface MailRecord {
  readonly id: string;
  readonly kind: MailKind;
  readonly state: MailState;
  readonly member: string | null;
  readonly employeeId: string | null;
  readonly to: string;
  readonly sentAt: string | null;
  readonly attempts: number;
  readonly problem: string | null;
  /** Of an invitation: another one went to the same member later. */
  readonly repeated: boolean;
}

interface MailRow {
  id: string;
  kind: string;
  state: MailState;
  member_id: string | null;
  employee_id: string | null;
  recipient: string;
  sent_at: Date | null;
  attempts: number;
  last_problem: string | null;
  repeated: boolean;
}

/** The name that rows have, and the one that people read in the header of the mail. */
const TOLD: Readonly<Record<string, MailKind>> = { 'welcome-back': 'reactivation' };
const STORED = new Map<string, string>(Object.entries(TOLD).map(([stored, told]) => [told, stored]));

const mapper = {
  fromRow: (row: MailRow): MailRecord => ({
    id: row.id,
    kind: TOLD[row.kind] ?? (row.kind as MailKind),
    state: row.state,
    member: row.member_id,
    employeeId: row.employee_id,
    to: row.recipient,
    sentAt: row.sent_at?.toISOString() ?? null,
    attempts: row.attempts,
    problem: row.last_problem,
    repeated: row.repeated,
  }),
};

export interface MailFilter {
  readonly kind?: MailKind | undefined;
  readonly state?: MailState | undefined;
  readonly repeated?: boolean | undefined;
}

/** The kind stands in words: an index of invitations alone answers it. */
const IS_REPEATED = `(o.kind = 'invitation' and exists (select from outbox later
  where later.member_id = o.member_id and later.kind = 'invitation' and later.id > o.id))`;

export async function listMails(
  trx: Transaction,
  importId: string,
  { kind, state, repeated }: MailFilter,
  page: { limit: number; after: string | null },
): Promise<MailRecord[]> {
  const query = trx('outbox as o')
    .leftJoin('members as m', (join) => join.on('m.programme_id', 'o.programme_id').andOn('m.id', 'o.member_id'))
    .where('o.import_id', importId)
    .select('o.id', 'o.kind', 'o.state', 'o.member_id', 'm.employee_id', 'o.recipient', 'o.sent_at', 'o.attempts')
    .select('o.last_problem', trx.raw(`${IS_REPEATED} as repeated`))
    .orderBy('o.id')
    .limit(page.limit);
  if (kind !== undefined) void query.where('o.kind', STORED.get(kind) ?? kind);
  if (state !== undefined) void query.where('o.state', state);
  if (repeated !== undefined) void query.whereRaw(repeated ? IS_REPEATED : `not ${IS_REPEATED}`);
  if (page.after !== null) void query.where('o.id', '>', page.after);
  return ((await query) as MailRow[]).map(mapper.fromRow);
}

export interface MailCounts {
  readonly counts: Readonly<Partial<Record<MailState, number>>>;
  /** When the next wave of invitations goes, if some wait for it. */
  readonly nextWaveAt: string | null;
}

export async function countMails(trx: Transaction, importId: string): Promise<MailCounts> {
  const rows = await trx('outbox')
    .where({ import_id: importId })
    .groupBy('state')
    .select<{ state: MailState; count: number }[]>('state', trx.raw('count(*)::int as count'));
  const wave = await trx.raw<{ rows: { next: Date | null }[] }>(`select ${NEXT_WAVE} as next`);
  const waits = rows.some(({ state, count }) => state === 'pending' && count > 0);
  return {
    counts: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    nextWaveAt: waits ? (wave.rows[0]?.next?.toISOString() ?? null) : null,
  };
}

/** The newest invitation of a member; null: they were never invited. */
export async function findInvitationMail(
  trx: Transaction,
  member: string,
): Promise<Pick<MailRecord, 'state' | 'sentAt' | 'problem'> | null> {
  if (!isId(member)) return null;
  const row = await trx('outbox')
    .where({ member_id: member, kind: 'invitation' })
    .orderBy('id', 'desc')
    .first<Pick<MailRow, 'state' | 'sent_at' | 'last_problem'> | undefined>('state', 'sent_at', 'last_problem');
  if (row === undefined) return null;
  return { state: row.state, sentAt: row.sent_at?.toISOString() ?? null, problem: row.last_problem };
}
