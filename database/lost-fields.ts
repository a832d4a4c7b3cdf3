import { MEMBER_FIELDS } from '../domain/member.js';
import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * A permission that was taken away looks like a field that is empty for everybody. Where members have values in it,
 * that is no wish to erase them: they are kept, and the run says so once.
 */
export interface LostField {
  /** A member field's id, `custom.<name>` or `role`. */
  readonly field: string;
  readonly members: number;
}

/** Fewer may have become empty by themselves. */
export const LEAST_MEMBERS = 3;

interface Watched {
  readonly field: string;
  /** SQL over a staged person `s`: whether the HR system gave a value. */
  readonly given: string;
  /** SQL over a member `m`: whether there is one to lose. */
  readonly held: string;
}

export async function findLostFields(trx: Transaction, run: RunContext): Promise<LostField[]> {
  if (run.membersBefore < LEAST_MEMBERS) return [];
  const empty = await findEmptyFields(trx, run);
  // On most runs there is none, and members need not be looked at.
  if (empty.length === 0) return [];
  const held = empty.map(({ held: is }, at) => `count(*) filter (where ${is})::int as h${at}`);
  const { rows } = await trx.raw<{ rows: Readonly<Record<string, number>>[] }>(
    `select ${held.join(', ')} from members m where m.integration_id = :integration and m.state = 'active'`,
    bindingsOf(run),
  );
  return empty.flatMap(({ field }, at) => {
    const members = rows[0]?.[`h${at}`] ?? 0;
    return members >= LEAST_MEMBERS ? [{ field, members }] : [];
  });
}

/** Fields in which none of the employed has a value; where nobody is employed, that says nothing. */
async function findEmptyFields(trx: Transaction, run: RunContext): Promise<Watched[]> {
  const watched = watchedFields(run);
  const given = watched.map(({ given: is }, at) => `coalesce(bool_or(${is}), false) as g${at}`);
  const { rows } = await trx.raw<{ rows: Readonly<Record<string, boolean | number>>[] }>(
    `select count(*)::int as employed, ${given.join(', ')} from ${peopleTable(run.import)} s where s.standing = 'employed'`,
    bindingsOf(run),
  );
  const counts = rows[0] ?? {};
  return (counts.employed ?? 0) === 0 ? [] : watched.filter((_, at) => counts[`g${at}`] === false);
}

const bindingsOf = (run: RunContext) => ({ integration: run.integration, role: run.roles[0] ?? null });

function watchedFields({ configuration: { mapping } }: RunContext): Watched[] {
  const mapped = new Set<string>(mapping?.fields.map(({ member }) => member));
  const plain = MEMBER_FIELDS.filter(({ id }) => mapped.has(id)).map(({ id, column }) => ({
    field: id,
    given: `s.${column} is not null`,
    held: `m.${column} is not null`,
  }));
  const custom = (mapping?.custom ?? []).map(({ name }) => ({
    field: `custom.${name}`,
    given: `jsonb_exists(s.custom, '${name}')`,
    held: `jsonb_exists(m.custom, '${name}')`,
  }));
  // Without a value everybody gets the first role.
  const role = { field: 'role', given: 's.role is distinct from :role', held: 'm.role is distinct from :role' };
  return [...plain, ...custom, ...(mapping?.role !== undefined && 'from' in mapping.role ? [role] : [])];
}

/** One warning for a field, whoever it concerns. */
export async function saveLostFields(trx: Transaction, run: RunContext, lost: readonly LostField[]): Promise<void> {
  await trx('import_runs')
    .where({ id: run.import })
    .update({ lost_fields: lost.map(({ field }) => field) });
  if (lost.length === 0) return;
  await trx('run_problems').insert(
    lost.map(({ field, members }) => ({
      programme_id: run.programme,
      import_id: run.import,
      phase: 'segment',
      severity: 'warning',
      code: 'field-lost',
      field,
      allowed: 'a value for somebody',
      detail: `The HR system gives nobody a value in "${field}" any more; ${members} members keep theirs. A permission may have been taken away; if the field is really gone, take it out of the mapping.`,
      fixed_by: 'admin',
    })),
  );
}
