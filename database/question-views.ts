import { HOLD_CAUSES, type HoldCauses, type HoldDecision } from '../domain/import.js';
import type { Cause } from '../domain/decision.js';
import { describeReason, type ReasonValues } from '../domain/reasons.js';
import { CALLED, containing, fieldChanges, isCalled, type ChangeRecord } from './change-views.js';
import { CAUSE } from './holds.js';
import type { Transaction } from './transaction.js';

/** A question about people who are held, as whoever shall decide sees it; and afterwards, what became of it. */
export interface QuestionRecord {
  readonly id: string;
  /** The import that asked. */
  readonly import: string;
  readonly state: HoldDecision | 'open';
  readonly planDigest: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  readonly membersBefore: number | null;
  /** Who waits still, by what holds them; after the end of the question nobody does. */
  readonly waiting: HoldCauses;
  readonly decisions: readonly {
    readonly decision: 'approved' | 'rejected';
    readonly at: string;
    readonly by: Decider;
    readonly people: number;
    /** The run that carries it out. */
    readonly import: string | null;
  }[];
}

/** Somebody who administers is named; of an operator and of a program it is told what they are. */
export interface Decider {
  readonly kind: 'admin' | 'operator' | 'program';
  readonly name: string | null;
}

interface DecisionRow {
  decision: 'approved' | 'rejected';
  at: Date;
  actor: string | null;
  name: string | null;
  people: number;
  import: string | null;
}

interface QuestionRow {
  id: string;
  import_id: string;
  state: HoldDecision | 'open';
  digest: string;
  created_at: Date;
  expires_at: Date;
  members_before: number | null;
}

/** The newest question that the import has asked. */
export async function findQuestionRecord(trx: Transaction, importId: string): Promise<QuestionRecord | null> {
  const row = await trx('removal_holds as h')
    .join('import_runs as r', 'r.id', 'h.import_id')
    .select('h.id', 'h.import_id', 'h.state', 'h.digest', 'h.created_at', 'h.expires_at', 'r.members_before')
    .where({ 'h.import_id': importId })
    .orderBy('h.created_at', 'desc')
    .first<QuestionRow | undefined>();
  if (row === undefined) return null;
  return {
    id: row.id,
    import: row.import_id,
    state: row.state,
    planDigest: row.digest,
    askedAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    membersBefore: row.members_before,
    waiting: await countWaiting(trx, row),
    decisions: await listDecisions(trx, row.id),
  };
}

async function countWaiting(trx: Transaction, { id, state }: QuestionRow): Promise<HoldCauses> {
  const rows: { cause: Cause; people: number }[] =
    state !== 'open'
      ? []
      : await trx('removal_hold_members')
          .where({ hold_id: id })
          .whereNull('decision')
          .groupBy('cause')
          .select('cause', trx.raw('count(*)::int as people'));
  const counted = new Map(rows.map(({ cause, people }) => [cause, people]));
  return Object.fromEntries(HOLD_CAUSES.map((cause) => [cause, counted.get(cause) ?? 0])) as HoldCauses;
}

/** Each command that has decided something, newest first. */
async function listDecisions(trx: Transaction, hold: string): Promise<QuestionRecord['decisions']> {
  const { rows } = await trx.raw<{ rows: DecisionRow[] }>(
    `select d.decision, d.at, d.people, o.actor, a.name, r.id as import
     from (select m.decision, m.request_key, max(m.decided_at) as at, count(distinct m.member_id)::int as people
           from removal_hold_members m where m.hold_id = :hold and m.decision is not null group by m.decision, m.request_key) d
     join removal_holds h on h.id = :hold
     left join operations o on o.id::text = d.request_key
     left join programme_admins a on a.programme_id = h.programme_id and o.actor = 'admin:' || a.admin_id
     left join import_runs r on r.integration_id = h.integration_id and r.request_key = d.request_key
     order by d.at desc`,
    { hold },
  );
  return rows.map(({ at, actor, name, ...row }) => ({ ...row, at: at.toISOString(), by: decider(actor, name) }));
}

function decider(actor: string | null, name: string | null): Decider {
  if (name !== null) return { kind: 'admin', name };
  return { kind: actor?.startsWith('token:') === true ? 'program' : 'operator', name: null };
}

/** The import whose question of the integration is open at present. */
export async function findAskingImport(trx: Transaction, integration: string): Promise<string | null> {
  const open = await trx('removal_holds')
    .where({ integration_id: integration, state: 'open' })
    .first<{ import_id: string } | undefined>('import_id');
  return open?.import_id ?? null;
}

export interface HeldPerson extends Pick<
  ChangeRecord,
  'ordinal' | 'name' | 'employeeId' | 'email' | 'reason' | 'fields'
> {
  readonly member: string;
  readonly cause: Cause;
  readonly decision: 'approved' | 'rejected' | null;
  readonly protected: boolean;
  /** Somebody or something has closed the account since, or it was erased. */
  readonly gone: boolean;
}

interface HeldRow {
  ordinal: number;
  member_id: string;
  name: string | null;
  employee_id: string | null;
  email: string | null;
  cause: Cause;
  decision: 'approved' | 'rejected' | null;
  protected: boolean;
  gone: boolean;
  reason_code: string;
  reason_values: ReasonValues | null;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}

export interface HeldFilter {
  readonly cause?: Cause | undefined;
  readonly decision?: 'waiting' | 'approved' | 'rejected' | undefined;
  readonly search?: string | undefined;
}

/** Whom a question is about, in the order of the plan; each with the reason that the plan gave. */
export async function listHeldPeople(
  trx: Transaction,
  question: { readonly id: string; readonly import: string },
  filter: HeldFilter,
  page: { limit: number; after: number },
): Promise<HeldPerson[]> {
  const query = trx('changes as c')
    .join('members as m', (join) => join.on('m.programme_id', 'c.programme_id').andOn('m.id', 'c.member_id'))
    .joinRaw(
      `join removal_hold_members d on d.hold_id = ? and d.member_id = c.member_id
      and d.cause = case when c.kind = 'created' then 'invitation' else ${CAUSE} end`,
      [question.id],
    )
    .select('c.ordinal', 'c.member_id', 'c.employee_id', 'c.email', 'c.reason_code', 'c.reason_values', 'c.before')
    .select('c.after', 'd.cause', 'd.decision', 'm.protected', trx.raw(`${CALLED} as name`))
    .select(trx.raw(`m.state <> 'active' as gone`))
    .where({ 'c.import_id': question.import })
    .andWhere('c.ordinal', '>', page.after)
    .orderBy('c.ordinal')
    .limit(page.limit);
  if (filter.cause !== undefined) void query.where('d.cause', filter.cause);
  if (filter.decision === 'waiting') void query.whereNull('d.decision');
  else if (filter.decision !== undefined) void query.where('d.decision', filter.decision);
  if (filter.search !== undefined) void query.whereRaw(isCalled(), { pattern: containing(filter.search) });
  const rows = (await query) as HeldRow[];
  return rows.map((row) => ({
    ordinal: row.ordinal,
    member: row.member_id,
    name: row.name,
    employeeId: row.employee_id,
    email: row.email,
    cause: row.cause,
    reason: describeReason(row.reason_code, row.reason_values),
    fields: fieldChanges(row.before ?? {}, row.after ?? {}),
    decision: row.decision,
    protected: row.protected,
    gone: row.gone,
  }));
}

/** How the open question differs from one that somebody saw; null: that one is not known. */
export async function differenceSince(
  trx: Transaction,
  integration: string,
  digest: string,
): Promise<{ readonly added: number; readonly gone: number } | null> {
  const { rows } = await trx.raw<{ rows: { added: number; gone: number }[] }>(
    `with seen as (
       select id from removal_holds where integration_id = :integration and (digest = :digest or :digest = any(earlier_digests))
       order by id desc limit 1
     ), open as (
       select id from removal_holds where integration_id = :integration and state = 'open'
     ), was as (
       select d.member_id, d.cause from removal_hold_members d join seen on seen.id = d.hold_id
     ), is_now as (
       select d.member_id, d.cause from removal_hold_members d join open on open.id = d.hold_id where d.decision is null
     )
     select (select count(*) from (select * from is_now except select * from was) a)::int as added,
       (select count(*) from (select * from was except select * from is_now) g)::int as gone
     from seen`,
    { integration, digest },
  );
  return rows[0] ?? null;
}
