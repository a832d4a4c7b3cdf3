import type { Problem } from '../domain/problem.js';
import type { Transaction } from './transaction.js';

/** Errors and warnings of a run, as they are shown and downloaded. */
export interface ProblemRecord {
  readonly ordinal: number;
  readonly code: string;
  /** Whom it concerns, where that is a member. */
  readonly member: string | null;
  readonly name: string | null;
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
  member_id: string | null;
  name: string | null;
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
    member: row.member_id,
    name: row.name,
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
  const query = trx('run_problems as p')
    .join('import_runs as r', (join) => join.on('r.programme_id', 'p.programme_id').andOn('r.id', 'p.import_id'))
    .leftJoin('members as m', (join) =>
      join.on('m.integration_id', 'r.integration_id').andOn('m.provider_person_id', 'p.person'),
    )
    .select('p.ordinal', 'p.code', 'p.employee_id', 'p.field', 'p.received', 'p.allowed', 'p.detail', 'p.fixed_by')
    .select(
      trx.raw(
        `m.id as member_id, coalesce(m.full_name, nullif(concat_ws(' ', m.first_name, m.last_name), '')) as name`,
      ),
    )
    .where({ 'p.import_id': importId, 'p.severity': severity })
    .andWhere('p.ordinal', '>', page.after)
    .orderBy('p.ordinal')
    .limit(page.limit);
  const rows = (await query) as ProblemRow[];
  return rows.map(mapper.fromRow);
}

/** What a run found wrong with one person, in words: an error before a warning. */
export async function firstProblemOf(
  trx: Transaction,
  importId: string,
  who: { readonly person: string } | { readonly employeeId: string },
): Promise<{ readonly severity: Problem['severity']; readonly detail: string } | null> {
  const row = await trx('run_problems')
    .where({ import_id: importId, ...('person' in who ? who : { employee_id: who.employeeId }) })
    .orderBy(['severity', 'ordinal'])
    .first<{ severity: Problem['severity']; detail: string } | undefined>('severity', 'detail');
  return row ?? null;
}
