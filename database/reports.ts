import { CHANGE_KINDS, type ChangeKind } from '../domain/import.js';
import { findImportRecord, type ImportRecord } from './import-views.js';
import { findIntegration } from './integrations.js';
import { findProgramme } from './programmes.js';
import type { Ending } from '../domain/import-ending.js';
import type { LiveSettings } from '../domain/configuration.js';
import type { Transaction } from './transaction.js';

/** Who writes a mail, as the reader knows them. */
export interface Sender {
  readonly programmeName: string;
  readonly signInUrl: string | null;
  readonly integrationName: string;
}

/** All that a run's report is made of. */
export interface ReportFacts extends Sender {
  readonly run: ImportRecord;
  readonly live: Partial<LiveSettings>;
  readonly createdBy: string;
  /** Active members of the integration. */
  readonly members: number;
  /** No import of this integration came through before it. */
  readonly first: boolean;
  readonly mailsRefused: number;
}

/** An admin who signed in is told at their address, as long as they look after the programme. */
const READER = `coalesce((select a.email from programme_admins a
  where 'admin:' || a.admin_id = i.created_by and a.removed_at is null), i.created_by)`;

export async function findSender(trx: Transaction, programme: string, integration: string): Promise<Sender | null> {
  const [owner, found] = [await findProgramme(trx, programme), await findIntegration(trx, integration)];
  if (owner === null || found === null) return null;
  return { programmeName: owner.name, signInUrl: owner.signInUrl, integrationName: found.name };
}

/** Whom an integration belongs to, and who looks after it. */
export interface Owner {
  readonly programmeName: string;
  readonly integrationName: string;
  readonly live: Partial<LiveSettings>;
  readonly createdBy: string;
  /** The import has not ended; true also where none is meant. */
  readonly open: boolean;
}

/** The row of the integration is locked: what is told of it and what is written of it agree. */
export async function findOwner(
  trx: Transaction,
  ref: { readonly integration: string; readonly import: string | null },
): Promise<Owner | null> {
  const { rows } = await trx.raw<{ rows: Owner[] }>(
    `select p.name as "programmeName", i.name as "integrationName", i.live, ${READER} as "createdBy",
       not exists (select from import_runs where id = :import and ended_at is not null) as open
     from integrations i join programmes p on p.id = i.programme_id where i.id = :integration for update of i`,
    { ...ref },
  );
  return rows[0] ?? null;
}

interface Before {
  created_by: string;
  live: Partial<LiveSettings>;
  came_through: boolean;
  refused: number;
  members: number;
}

/** The facts as they will be with that ending; null when there is no such run, or a revoke has ended and reported it. */
export async function findReportFacts(
  trx: Transaction,
  ref: { readonly programme: string; readonly integration: string; readonly import: string },
  ending: Ending,
): Promise<ReportFacts | null> {
  const sender = await findSender(trx, ref.programme, ref.integration);
  const found = await findImportRecord(trx, ref.integration, ref.import);
  if (sender === null || found === null || found.failure?.code === 'cancelled-by-revoke') return null;
  const { rows } = await trx.raw<{ rows: Before[] }>(
    `with before as (
       select r.* from import_runs r join import_runs this on this.id = :import
       where r.integration_id = :integration and r.kind = 'import' and r.id <> this.id and r.ended_at is not null
         and (r.created_at, r.id) < (this.created_at, this.id)
     )
     select ${READER} as created_by, i.live, exists (select 1 from before where state not in ('failed', 'cancelled')) as came_through,
       (select count(*) from run_problems where import_id = :import and code = 'mail-refused') as refused,
       (select count(*) from members where integration_id = :integration and state = 'active') as members
     from integrations i where i.id = :integration`,
    { integration: ref.integration, import: ref.import },
  );
  const before = rows[0];
  if (before === undefined) return null;
  const endedEarly = ending.state === 'failed' || ending.state === 'cancelled';
  const run = {
    ...found,
    counts: endedEarly ? await countApplied(trx, found) : found.counts,
    state: ending.state,
    failure: ending.failureCode === null ? null : { code: ending.failureCode, detail: ending.failureDetail ?? '' },
    impact: { ...found.impact, membersAfter: before.members },
  };
  return {
    ...sender,
    run,
    live: before.live,
    createdBy: before.created_by,
    members: before.members,
    first: run.kind === 'import' && !before.came_through,
    mailsRefused: before.refused,
  };
}

/** The counts of a run are those of its plan; of one that was stopped half-way, the reader wants what it did. */
async function countApplied(trx: Transaction, run: ImportRecord): Promise<ImportRecord['counts']> {
  const { rows } = await trx.raw<{ rows: { kind: ChangeKind; count: number }[] }>(
    `select c.kind, count(*) as count from changes c join import_runs r on r.id = c.import_id
     where c.import_id = ? and c.kind <> 'error' and c.ordinal <= r.applied_through and coalesce(c.outcome, 'applied') = 'applied'
     group by c.kind`,
    [run.id],
  );
  const none = Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, 0]));
  const { error } = run.counts;
  return { ...run.counts, ...none, error, ...Object.fromEntries(rows.map(({ kind, count }) => [kind, count])) };
}
