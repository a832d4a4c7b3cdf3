import {
  findImportRecord,
  findImportsIntegration,
  listImportRecords,
  type ImportFilter,
  type ImportRecord,
} from '../../database/import-views.js';
import {
  countOutcomes,
  listChanges as readChanges,
  type ChangeFilter,
  type ChangeRecord,
  type OutcomeCount,
} from '../../database/change-views.js';
import { listProblems as readProblems, type ProblemRecord } from '../../database/problem-views.js';
import { listImportDays as readDays, type ImportDay } from '../../database/import-days.js';
import {
  countMails,
  listMails as readMails,
  type MailCounts,
  type MailFilter,
  type MailRecord,
} from '../../database/mail-views.js';
import { isId } from '../../database/ids.js';
import type { Transaction } from '../../database/transaction.js';
import type { Problem } from '../../domain/problem.js';
import { enter, pageById, pageByNumber, toList, type Call, type List, type PageRequest } from './context.js';
import { requireIntegration, type ImportPlace, type Place } from './places.js';
import { notFound, Refusal } from './refusals.js';

export type ImportView = ImportRecord;
export type ChangeView = ChangeRecord;
export type ProblemView = ProblemRecord;

export function listImports(
  call: Call,
  place: Place,
  filter: ImportFilter,
  page: PageRequest,
): Promise<List<ImportView>> {
  const { limit, after } = pageById(page);
  return enter(call, place.programme, 'read', async (trx) => {
    await requireIntegration(trx, place.integration);
    const rows = await listImportRecords(trx, place.integration, filter, { limit: limit + 1, after });
    return toList(rows, limit, (last) => last.id);
  });
}

export function getImport(call: Call, place: ImportPlace): Promise<ImportView> {
  return inImport(call, place, async (_, record) => record);
}

export function listChanges(
  call: Call,
  place: ImportPlace,
  filter: ChangeFilter,
  page: PageRequest,
): Promise<List<ChangeView>> {
  const { limit, after } = pageByNumber(page);
  return inImport(call, place, async (trx) => {
    const rows = await readChanges(trx, place.import, filter, { limit: limit + 1, after });
    return toList(rows, limit, (last) => String(last.ordinal));
  });
}

const DAYS_SHOWN = 90;

/** Day by day, for a chart: how many members there were, who joined and who left. */
export function listImportDays(
  call: Call,
  place: Place,
  { days = DAYS_SHOWN }: { days?: number | undefined },
): Promise<{ items: ImportDay[]; next: null }> {
  return enter(call, place.programme, 'read', async (trx, { timeZone }) => {
    await requireIntegration(trx, place.integration);
    return { items: await readDays(trx, place.integration, { days, timeZone }), next: null };
  });
}

export function listOutcomes(call: Call, place: ImportPlace): Promise<{ items: OutcomeCount[]; next: null }> {
  return inImport(call, place, async (trx) => ({ items: await countOutcomes(trx, place.import), next: null }));
}

export function listProblems(
  call: Call,
  place: ImportPlace,
  severity: Problem['severity'],
  page: PageRequest,
): Promise<List<ProblemView>> {
  const { limit, after } = pageByNumber(page);
  return inImport(call, place, async (trx, { counts, detailsDeletedAt }) => {
    const had = severity === 'error' ? counts.error : counts.warnings;
    if (detailsDeletedAt !== null && had > 0)
      throw new Refusal('details-deleted', goneDetail(had, severity, detailsDeletedAt));
    const rows = await readProblems(trx, place.import, severity, { limit: limit + 1, after });
    return toList(rows, limit, (last) => String(last.ordinal));
  });
}

/** An empty list would look as if nothing had been wrong. */
function goneDetail(had: number, severity: Problem['severity'], deletedAt: string): string {
  const what = had === 1 ? `one ${severity}` : `${had} ${severity}s`;
  return `The import had ${what}; what they were, older than the retention period, was deleted on ${deletedAt.slice(0, 10)}. Its counts stay.`;
}

/** What it mails to members and to those who look after it, and how many wait. */
export function listMails(
  call: Call,
  place: ImportPlace,
  filter: MailFilter,
  page: PageRequest,
): Promise<List<MailRecord> & MailCounts> {
  const { limit, after } = pageById(page);
  return inImport(call, place, async (trx) => {
    const rows = await readMails(trx, place.import, filter, { limit: limit + 1, after });
    return { ...toList(rows, limit, (last) => last.id), ...(await countMails(trx, place.import)) };
  });
}

/** For the command line, which knows an import by its id alone. */
export async function resolveImport(call: Call, programme: string, id: string): Promise<ImportPlace> {
  const integration = await enter(call, programme, 'read', (trx) => findImportsIntegration(trx, id));
  if (integration === null) throw notFound('import');
  return { programme, integration, import: id };
}

function inImport<T>(
  call: Call,
  place: ImportPlace,
  work: (trx: Transaction, record: ImportRecord) => Promise<T>,
): Promise<T> {
  return enter(call, place.programme, 'read', async (trx) => {
    await requireIntegration(trx, place.integration);
    const record = isId(place.import) ? await findImportRecord(trx, place.integration, place.import) : null;
    if (record === null) throw notFound('import');
    return work(trx, record);
  });
}
