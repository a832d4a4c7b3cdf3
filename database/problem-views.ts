import type { Problem } from '../domain/problem.js';
import type { Transaction } from './transaction.js';

/** Errors and warnings of a run, as they are shown and downloaded. */
export interface ProblemRecord {
  readonly ordinal: number;
  readonly code: string;
  readonly employeeId: string | null;
  readonly field: string | null;
  readonly received: string | null;
  readonly allowed: string | null;
  readonly detail: string;
  readonly fixedBy: Problem['fixedBy'];
}

interface ProblemRow {
  ordinal: number;
  code: string;
  employee_id: string | null;
  field: string | null;
  received: string | null;
  allowed: string | null;
  detail: string;
  fixed_by: Problem['fixedBy'];
}

const mapper = {
  fromRow: (row: ProblemRow): ProblemRecord => ({
    ordinal: row.ordinal,
    code: row.code,
    employeeId: row.employee_id,
    field: row.field,
    received: row.received,
    allowed: row.allowed,
    detail: row.detail,
    fixedBy: row.fixed_by,
  }),
};

export async function listProblems(
  trx: Transaction,
  importId: string,
  severity: Problem['severity'],
  page: { limit: number; after: number },
): Promise<ProblemRecord[]> {
  const query = trx('run_problems')
    .select('ordinal', 'code', 'employee_id', 'field', 'received', 'allowed', 'detail', 'fixed_by')
    .where({ import_id: importId, severity })
    .andWhere('ordinal', '>', page.after)
    .orderBy('ordinal')
    .limit(page.limit);
  const rows = (await query) as ProblemRow[];
  return rows.map(mapper.fromRow);
}

/** What a run found wrong with one person, in words: an error before a warning. */
export async function firstProblemOf(
  trx: Transaction,
  importId: string,
  person: string,
): Promise<{ readonly severity: Problem['severity']; readonly detail: string } | null> {
  const row = await trx('run_problems')
    .where({ import_id: importId, person })
    .orderBy(['severity', 'ordinal'])
    .first<{ severity: Problem['severity']; detail: string } | undefined>('severity', 'detail');
  return row ?? null;
}
