import {
  COUNTED,
  HOLD_CAUSES,
  type HoldCauses,
  type HoldDecision,
  type ImportCounts,
  type ImportKind,
  type ImportPhase,
  type ImportState,
  type ImportTrigger,
} from '../domain/import.js';
import type { Transaction } from './transaction.js';

/** Import runs as people see them; running ones as they stand in this moment. */
export interface ImportRecord {
  readonly id: string;
  readonly kind: ImportKind;
  readonly trigger: ImportTrigger;
  readonly state: ImportState;
  readonly phase: ImportPhase;
  readonly progress: {
    readonly done: number | null;
    readonly total: number | null;
    readonly perSecond: number | null;
    readonly secondsLeft: number | null;
  };
  readonly complete: { readonly proven: boolean; readonly code: string; readonly reason: string } | null;
  readonly counts: ImportCounts;
  readonly impact: { readonly membersBefore: number | null; readonly membersAfter: number | null };
  readonly held: {
    readonly count: number;
    readonly causes: HoldCauses;
    readonly planDigest: string;
    readonly question: string | null;
    readonly expiresAt: string | null;
    readonly decision: HoldDecision | null;
  } | null;
  /** The import whose changes it puts back, or as a review would put back. */
  readonly undo: { readonly import: string; readonly only: 'removals' | null; readonly review: boolean } | null;
  readonly undoneBy: string | null;
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Since when errors, warnings and what its changes were in detail are gone; null: they are kept. */
  readonly detailsDeletedAt: string | null;
}

interface ImportRow {
  id: string;
  integration_id: string;
  kind: ImportKind;
  lane: 'write' | 'review';
  undoes: string | null;
  undoes_only: 'removals' | null;
  undone_by: string | null;
  trigger: ImportTrigger;
  state: ImportState;
  phase: ImportPhase;
  done: number | null;
  total: number | null;
  phase_seconds: number | null;
  proof: 'proven' | 'incomplete' | null;
  proof_code: string | null;
  proof_detail: string | null;
  counts: Partial<Record<string, number>>;
  held: { count: number; causes: Partial<HoldCauses>; planDigest: string; question: string | null } | null;
  hold_state: HoldDecision | 'open' | null;
  hold_expires_at: Date | null;
  members_before: number | null;
  members_after: number | null;
  failure_code: string | null;
  failure_detail: string | null;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  details_deleted_at: Date | null;
}

export interface ImportFilter {
  readonly kind?: ImportKind;
  readonly state?: ImportState;
}

const mapper = {
  fromRow: (row: ImportRow): ImportRecord => ({
    id: row.id,
    kind: row.kind,
    trigger: row.trigger,
    state: row.state,
    phase: row.phase,
    progress: progress(row),
    complete:
      row.proof === null
        ? null
        : { proven: row.proof === 'proven', code: row.proof_code ?? row.proof, reason: row.proof_detail ?? '' },
    counts: Object.fromEntries(COUNTED.map((kind) => [kind, row.counts[kind] ?? 0])) as ImportCounts,
    impact: { membersBefore: row.members_before, membersAfter: row.members_after },
    held: held(row),
    undo: row.undoes === null ? null : { import: row.undoes, only: row.undoes_only, review: row.lane === 'review' },
    undoneBy: row.undone_by,
    failure: row.failure_code === null ? null : { code: row.failure_code, detail: row.failure_detail ?? '' },
    startedAt: (row.started_at ?? row.created_at).toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    detailsDeletedAt: row.details_deleted_at?.toISOString() ?? null,
  }),
};

export async function findImportRecord(
  trx: Transaction,
  integration: string,
  id: string,
): Promise<ImportRecord | null> {
  const row = await imports(trx).where({ 'r.id': id, 'r.integration_id': integration }).first<ImportRow | undefined>();
  return row === undefined ? null : mapper.fromRow(row);
}

/** For those who know an import's id alone. */
export async function findImportsIntegration(trx: Transaction, id: string): Promise<string | null> {
  const row = await trx<{ id: string; integration_id: string }>('import_runs')
    .select('integration_id')
    .where({ id })
    .first();
  return row?.integration_id ?? null;
}

/** Newest first. */
export async function listImportRecords(
  trx: Transaction,
  integration: string,
  filter: ImportFilter,
  page: { limit: number; after: string | null },
): Promise<ImportRecord[]> {
  const query = imports(trx)
    .where('r.integration_id', integration)
    .orderBy([
      { column: 'r.created_at', order: 'desc' },
      { column: 'r.id', order: 'desc' },
    ])
    .limit(page.limit);
  if (filter.kind !== undefined) void query.where('r.kind', filter.kind);
  if (filter.state !== undefined) void query.where('r.state', filter.state);
  if (page.after !== null) {
    const last = trx('import_runs').select('created_at', 'id').where({ id: page.after });
    void query.whereRaw('(r.created_at, r.id) < (?)', [last]);
  }
  return ((await query) as ImportRow[]).map(mapper.fromRow);
}

/** The newest run of each integration that is no review. */
export async function newestImportRecords(
  trx: Transaction,
  integrations: readonly string[],
): Promise<Map<string, ImportRecord>> {
  const rows = (await imports(trx)
    .joinRaw(
      `join lateral (select n.id from import_runs n where n.integration_id = r.integration_id and n.lane <> 'review'
         order by n.created_at desc, n.id desc limit 1) newest on newest.id = r.id`,
    )
    .whereIn('r.integration_id', integrations)) as ImportRow[];
  return new Map(rows.map((row) => [row.integration_id, mapper.fromRow(row)]));
}

function imports(trx: Transaction) {
  return trx('import_runs as r')
    .select('r.*')
    .select(trx.raw('extract(epoch from rollcall_now() - r.phase_started_at)::float8 as phase_seconds'))
    .select(
      trx.raw(`(select u.id from import_runs u where u.undoes = r.id and u.kind = 'undo' and u.lane = 'write'
        and (u.applied_through is not null or u.ended_at is null) order by u.id desc limit 1) as undone_by`),
    )
    .select('hold.state as hold_state', 'hold.expires_at as hold_expires_at')
    .joinRaw(
      `left join lateral (select h.state, h.expires_at from removal_holds h
         where h.import_id = (r.held->>'question')::uuid order by h.created_at desc limit 1) hold on true`,
    );
}

/** The rate is that of the phase so far; nothing is said before there is something to measure. */
function progress(row: ImportRow): ImportRecord['progress'] {
  const { done, total } = row;
  if (row.state !== 'running') return { done, total, perSecond: null, secondsLeft: null };
  const seconds = row.phase_seconds ?? 0;
  const perSecond = done !== null && done > 0 && seconds > 0 ? round(done / seconds) : null;
  const left = done !== null && total !== null ? Math.max(0, total - done) : null;
  const secondsLeft = left !== null && perSecond !== null && perSecond > 0 ? Math.ceil(left / perSecond) : null;
  return { done, total, perSecond, secondsLeft };
}

function held(row: ImportRow): ImportRecord['held'] {
  if (row.held === null) return null;
  const { causes } = row.held;
  return {
    count: row.held.count,
    causes: Object.fromEntries(HOLD_CAUSES.map((cause) => [cause, causes[cause] ?? 0])) as HoldCauses,
    planDigest: row.held.planDigest,
    question: row.held.question,
    expiresAt: row.hold_expires_at?.toISOString() ?? null,
    decision: row.hold_state === 'open' ? null : row.hold_state,
  };
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}
