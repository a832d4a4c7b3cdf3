import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * A run of some people alone reads and judges the whole directory, since whether somebody may have an address or a key is
 * a question about all; but only these people's changes are made, and nobody is absent for it.
 */
export type OnlyPeople = { readonly employeeId: string } | { readonly persons: readonly string[] };

/** Those with whom an import had trouble: error rows, and changes that lost against somebody else's. */
export async function troubledPeople(trx: Transaction, importId: string): Promise<string[]> {
  const rows = await trx('changes')
    .where({ import_id: importId })
    .where((any) => void any.where({ kind: 'error' }).orWhereIn('outcome', ['conflict', 'stale']))
    .distinct<{ person: string }[]>('person');
  return rows.map(({ person }) => person);
}

/** SQL over a row with the columns named; `true` for a run of everybody. */
export function isWanted(
  { only }: RunContext,
  columns: { readonly person: string; readonly employeeId: string },
): string {
  if (only === null) return 'true';
  return 'persons' in only
    ? `${columns.person} = any(cast(:wanted as text[]))`
    : `${columns.employeeId} = any(cast(:wanted as text[]))`;
}

export const wantedBinding = ({ only }: RunContext): readonly string[] =>
  only === null ? [] : 'persons' in only ? only.persons : [only.employeeId];

/** Takes out what the plan intends for anybody else. */
export async function keepWanted(trx: Transaction, run: RunContext): Promise<void> {
  if (run.only === null) return;
  const bindings = { import: run.import, wanted: wantedBinding(run) };
  const change = isWanted(run, { person: 'person', employeeId: 'employee_id' });
  await trx.raw(`delete from changes where import_id = :import and (${change}) is not true`, bindings);
}

/** What is wrong with others is not this run's to tell; that nobody is there is. */
export async function tellWanted(trx: Transaction, run: RunContext): Promise<void> {
  const { only } = run;
  if (only === null) return;
  const bindings = { import: run.import, wanted: wantedBinding(run) };
  const mine = isWanted(run, { person: 'person', employeeId: 'employee_id' });
  await trx.raw(
    `delete from run_problems where import_id = :import and person is not null and (${mine}) is not true`,
    bindings,
  );
  if ('persons' in only) return;
  const found: unknown = await trx(peopleTable(run.import)).where({ employee_id: only.employeeId }).first(trx.raw('1'));
  if (found !== undefined) return;
  const detail = `The HR system has nobody with the employee ID "${only.employeeId}".`;
  await trx('run_problems').insert({
    programme_id: run.programme,
    import_id: run.import,
    phase: 'plan',
    severity: 'error',
    code: 'person-not-found',
    person: only.employeeId,
    employee_id: only.employeeId,
    field: 'employeeId',
    received: only.employeeId,
    allowed: 'the employee ID of somebody in the directory',
    detail,
    fixed_by: 'admin',
  });
  await trx.raw(
    `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, reason_code, reason_values)
     values (:programme, :import, nextval('plan_ordinal'), 'error', :id, :id, 'problem', jsonb_build_object('code', 'person-not-found', 'detail', cast(:detail as text)))`,
    { programme: run.programme, import: run.import, id: only.employeeId, detail },
  );
}
