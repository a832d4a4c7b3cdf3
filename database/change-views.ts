import type { ChangeKind, ChangeOutcome } from '../domain/import.js';
import { MEMBER_FIELDS } from '../domain/member.js';
import { describeReason, type ReasonValues } from '../domain/reasons.js';
import type { Transaction } from './transaction.js';

/** The changes of a run, one a person, each with before, after and the reason in words. */
export interface ChangeRecord {
  readonly ordinal: number;
  readonly kind: ChangeKind;
  readonly outcome: ChangeOutcome | null;
  readonly member: string | null;
  /** As the member is called now, else as the HR system called them then; nobody's after the erasure. */
  readonly name: string | null;
  readonly employeeId: string | null;
  readonly email: string | null;
  readonly reason: string;
  readonly fields: readonly { readonly name: string; readonly before: string | null; readonly after: string | null }[];
}

interface ChangeRow {
  ordinal: number;
  kind: ChangeKind;
  outcome: ChangeOutcome | null;
  member_id: string | null;
  name: string | null;
  employee_id: string | null;
  email: string | null;
  reason_code: string;
  reason_values: ReasonValues | null;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
  deleted_at: Date | null;
}

const mapper = {
  fromRow: (row: ChangeRow): ChangeRecord => ({
    ordinal: row.ordinal,
    kind: row.kind,
    outcome: row.outcome,
    member: row.member_id,
    name: row.name,
    employeeId: row.employee_id,
    email: row.email,
    reason: reasonOf(row),
    fields: fieldChanges(row.before ?? {}, row.after ?? {}),
  }),
};

/** Where the details are gone, the sentence says so: a list without fields would look like a change without any. */
function reasonOf({ reason_code: code, reason_values: values, deleted_at: deletedAt }: ChangeRow): string {
  const reason = describeReason(code, values);
  return deletedAt === null
    ? reason
    : `${reason} The details, older than the retention period, were deleted on ${deletedAt.toISOString().slice(0, 10)}.`;
}

export interface ChangeFilter {
  readonly kind?: ChangeKind | undefined;
  readonly outcome?: ChangeOutcome | undefined;
  /** A part of a name, an address or an employee ID. */
  readonly search?: string | undefined;
}

/** In the order in which the run plans and applies them, so a running import's page can be followed. */
export async function listChanges(
  trx: Transaction,
  importId: string,
  filter: ChangeFilter,
  page: { limit: number; after: number },
): Promise<ChangeRecord[]> {
  const query = selectChanges(trx)
    .where('c.import_id', importId)
    .andWhere('c.ordinal', '>', page.after)
    .orderBy('c.ordinal')
    .limit(page.limit);
  if (filter.kind !== undefined) void query.where('c.kind', filter.kind);
  if (filter.outcome !== undefined) void query.whereRaw(`${OUTCOME} = ?`, [filter.outcome]);
  if (filter.search !== undefined) void query.whereRaw(isCalled(), { pattern: containing(filter.search) });
  const rows = (await query) as ChangeRow[];
  return rows.map(mapper.fromRow);
}

export interface OutcomeCount {
  readonly kind: ChangeKind;
  readonly outcome: ChangeOutcome | null;
  readonly people: number;
}

/** What became of a run's changes: its counts are of the plan, of which some may wait or be overtaken. */
export async function countOutcomes(trx: Transaction, importId: string): Promise<OutcomeCount[]> {
  const { rows } = await trx.raw<{ rows: OutcomeCount[] }>(
    `select c.kind, ${OUTCOME} as outcome, count(*)::int as people
     from changes c join import_runs r on r.programme_id = c.programme_id and r.id = c.import_id
     where c.import_id = ? group by 1, 2 order by 1, 2`,
    [importId],
  );
  return rows;
}

export interface DatedChange extends Omit<ChangeRecord, 'ordinal'> {
  /** When the run took its look. */
  readonly at: string;
  readonly import: string;
}

/** Runs of an integration that are looked through, newest first: a change has no index of its own person. */
const MOST_RUNS = 200;
const MOST_CHANGES = 100;

/** What runs did to one person, newest first; reviews did nothing. */
export async function listChangesOf(
  trx: Transaction,
  of: { readonly member: string } | { readonly integration: string; readonly employeeId: string },
): Promise<DatedChange[]> {
  const runs = trx('import_runs').select('id').whereNot({ lane: 'review' }).orderBy('id', 'desc').limit(MOST_RUNS);
  if ('integration' in of) void runs.where({ integration_id: of.integration });
  const query = selectChanges(trx)
    .select('c.import_id', 'r.as_of')
    .whereIn('c.import_id', runs)
    .orderBy([{ column: 'c.import_id', order: 'desc' }, 'c.ordinal'])
    .limit(MOST_CHANGES);
  void query.where('member' in of ? { 'c.member_id': of.member } : { 'c.employee_id': of.employeeId });
  const rows = (await query) as (ChangeRow & { import_id: string; as_of: Date })[];
  return rows.map((row) => {
    const { kind, outcome, member, name, employeeId, email, reason, fields } = mapper.fromRow(row);
    const change = { kind, outcome, member, name, employeeId, email, reason, fields };
    return { at: row.as_of.toISOString(), import: row.import_id, ...change };
  });
}

/** What a slice has applied is told by the run's position alone: writing it to each row would double the writing. */
const OUTCOME = `coalesce(c.outcome, case when c.kind <> 'error' and r.kind <> 'review' and c.ordinal <= r.applied_through
  then 'applied' end)`;

/** While a run of very many is gone through, its later changes are whole still. */
const STRIPPED = 'c.ordinal <= r.details_deleted_through';

/** SQL for what people call the member `m`, or somebody of the change `c` who is none (yet). */
export const CALLED = `coalesce(m.full_name, nullif(concat_ws(' ', m.first_name, m.last_name), ''), c.after->>'fullName',
  nullif(concat_ws(' ', c.after->>'firstName', c.after->>'lastName'), ''))`;

/** SQL that finds a part of what somebody is known by; binds :pattern. */
export function isCalled(): string {
  return `(${CALLED} ilike :pattern or c.email ilike :pattern or c.employee_id ilike :pattern)`;
}

export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}

function selectChanges(trx: Transaction) {
  return trx('changes as c')
    .join('import_runs as r', (join) => join.on('r.programme_id', 'c.programme_id').andOn('r.id', 'c.import_id'))
    .leftJoin('members as m', (join) => join.on('m.programme_id', 'c.programme_id').andOn('m.id', 'c.member_id'))
    .select('c.ordinal', 'c.kind', 'c.member_id', 'c.employee_id', 'c.email', 'c.reason_code', 'c.reason_values')
    .select('c.before', 'c.after', trx.raw(`case when ${STRIPPED} then r.details_deleted_at end as deleted_at`))
    .select(trx.raw(`${CALLED} as name`), trx.raw(`${OUTCOME} as outcome`));
}

const ORDER = new Map<string, number>(
  ['employeeId', ...MEMBER_FIELDS.map((field) => field.id)].map((id, at) => [id, at]),
);

export function fieldChanges(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): ChangeRecord['fields'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const place = (name: string) => ORDER.get(name) ?? ORDER.size;
  return names
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, before: asText(before[name]), after: asText(after[name]) }));
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
