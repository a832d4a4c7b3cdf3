import { EMPLOYEE_ID, MEMBER_FIELDS, memberField } from '../domain/member.js';
import type { RunContext } from './run-context.js';

/**
 * The pieces of SQL that plan and provisioning share, made from the mapping once: the value each member column shall
 * have. Because both use the same expression, what the plan compares is what provisioning writes.
 */
export interface TargetColumn {
  /** The member's column, and the name under which a change shows it. */
  readonly column: string;
  readonly shownAs: string;
  /** SQL over `s` (staged person) and `m` (member) for the value it shall have. */
  readonly target: string;
  /** SQL over `s` alone for a person who has no member yet. */
  readonly fresh: string;
}

export function targetColumns(run: RunContext): TargetColumn[] {
  const mapped = new Map<string, 'keep' | 'erase'>(
    run.configuration.mapping?.fields.map((field) => [field.member, field.whenEmpty]),
  );
  // Without a mapping of its own the user name is the e-mail, and follows it.
  if (!mapped.has('username')) mapped.set('username', 'keep');
  const columns = MEMBER_FIELDS.flatMap((field): TargetColumn[] => {
    const whenEmpty = mapped.get(field.id);
    const column = field.column;
    if (whenEmpty !== undefined) {
      const erases = whenEmpty === 'erase' && !run.lost.includes(field.id);
      const target = erases ? `s.${column}` : `coalesce(s.${column}, m.${column})`;
      return [{ column, shownAs: field.id, target, fresh: `s.${column}` }];
    }
    return run.cleared.fields.includes(field.id) ? [{ column, shownAs: field.id, target: 'null', fresh: 'null' }] : [];
  });
  return [
    // Without it a new employee number would change the sync key in the HR system and never here.
    {
      column: 'employee_id',
      shownAs: EMPLOYEE_ID,
      target: 'coalesce(s.employee_id, m.employee_id)',
      fresh: 's.employee_id',
    },
    ...columns,
    { column: 'role', shownAs: 'role', target: run.lost.includes('role') ? 'm.role' : 's.role', fresh: 's.role' },
    ...customColumn(run),
  ];
}

function customColumn(run: RunContext): TargetColumn[] {
  const names = run.configuration.mapping?.custom.map((field) => field.name) ?? [];
  if (names.length === 0 && run.cleared.custom.length === 0) return [];
  const cleared = run.cleared.custom.map((name) => ` - '${name}'`).join('');
  return [
    {
      column: 'custom',
      shownAs: 'custom',
      target: `nullif(coalesce(m.custom, '{}')${cleared} || coalesce(s.custom, '{}'), '{}')`,
      fresh: 's.custom',
    },
  ];
}

/** What a change shows before and after: only what differs; custom fields under their own names. */
export function differences(columns: readonly TargetColumn[]): { before: string; after: string } {
  const plain = columns.filter((column) => column.column !== 'custom');
  const values = (side: (column: TargetColumn) => string) =>
    plain
      .map(
        (column) =>
          `case when m.${column.column} is distinct from ${column.target} then jsonb_build_object('${column.shownAs}', ${side(column)}) else '{}' end`,
      )
      .join(' || ');
  const custom = columns.find((column) => column.column === 'custom');
  const customBefore = custom === undefined ? '' : ` || ${customDifference('m.custom', custom.target)}`;
  const customAfter = custom === undefined ? '' : ` || ${customDifference(custom.target, 'm.custom')}`;
  return {
    before: `${values((column) => `m.${column.column}`)}${customBefore}`,
    after: `${values((column) => column.target)}${customAfter}`,
  };
}

function customDifference(of: string, against: string): string {
  return `coalesce((select jsonb_object_agg('custom.' || e.key, e.value) from jsonb_each(coalesce(${of}, '{}')) e
    where e.value is distinct from coalesce(${against}, '{}') -> e.key), '{}')`;
}

/**
 * The first values of a new member, without the empty ones. Most are made from two arrays, at a third of the cost of
 * building jsonb pair by pair: on a first import everybody has them.
 */
export function firstValues(columns: readonly TargetColumn[]): string {
  const plain = columns.filter((column) => column.column !== 'custom' && column.fresh !== 'null');
  const names = `cast('{${plain.map((column) => column.shownAs).join(',')}}' as text[])`;
  const values = `array[${plain.map(asText).join(', ')}]`;
  const object = `json_object(${names}, ${values})`;
  const stripped = `case when array_position(${values}, null) is null then ${object} else json_strip_nulls(${object}) end`;
  if (!columns.some((column) => column.column === 'custom')) return stripped;
  return `cast(${stripped} as jsonb)
    || coalesce((select jsonb_object_agg('custom.' || e.key, e.value) from jsonb_each(s.custom) e), '{}')`;
}

/** A date as JSON writes it, whatever the server's DateStyle. */
function asText({ shownAs, fresh }: TargetColumn): string {
  return memberField(shownAs)?.kind === 'date' ? `to_char(${fresh}, 'YYYY-MM-DD')` : `cast(${fresh} as text)`;
}

/** True when any column differs. */
export function differs(columns: readonly TargetColumn[]): string {
  const members = columns.map((column) => `m.${column.column}`).join(', ');
  const targets = columns.map((column) => column.target).join(', ');
  return `(${members}) is distinct from (${targets})`;
}
