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
    saasUserColumn(run),
  ];
}

/** Of an account made by hand the address that somebody signs in with stays, when it becomes an integration's. */
export function adoptedColumns(run: RunContext): TargetColumn[] {
  return targetColumns(run)
    .filter(({ column }) => column !== 'email')
    .map((one) => (one.column === 'username' ? { ...one, target: 'coalesce(m.username, m.email)' } : one));
}

/** When somebody was last active changes daily and is no reason to change a member; it comes along with other changes. */
function saasUserColumn({ configuration }: RunContext): TargetColumn {
  const shared = { column: 'saas_user', shownAs: 'saasUser' };
  if (configuration.setup.recordType === 'user') return { ...shared, target: 'null', fresh: 'null' };
  const lasting = (row: string) => `${row}.saas_user - 'lastActivityAt'`;
  const target = `case when ${lasting('s')} is distinct from ${lasting('m')} then s.saas_user else m.saas_user end`;
  return { ...shared, target, fresh: 's.saas_user' };
}

/** Columns of several named values: a change shows those of them that differ, under names of their own. */
const isObject = ({ column }: TargetColumn): boolean => column === 'custom' || column === 'saas_user';

function customColumn(run: RunContext): TargetColumn[] {
  const names = run.configuration.mapping?.custom.map((field) => field.name) ?? [];
  if (names.length === 0 && run.cleared.custom.length === 0) return [];
  const cleared = run.cleared.custom.map((name) => ` - '${name}'`).join('');
  return [
    {
      column: 'custom',
      shownAs: 'custom',
      target: `nullif(coalesce(m.custom, '{}')${cleared} || coalesce(s.custom, '{}'), '{}')`,
      // As it would be compared: an empty object would be a difference in the next run.
      fresh: `nullif(s.custom, '{}')`,
    },
  ];
}

/** What a change shows before and after: only what differs; custom fields under their own names. */
export function differences(columns: readonly TargetColumn[]): { before: string; after: string } {
  const plain = columns.filter((column) => !isObject(column));
  const values = (side: (column: TargetColumn) => string) =>
    plain
      .map(
        (column) =>
          `case when m.${column.column} is distinct from ${column.target} then jsonb_build_object('${column.shownAs}', ${side(column)}) else '{}' end`,
      )
      .join(' || ');
  const objects = columns.filter(isObject);
  const inside = (of: (column: TargetColumn) => string, against: (column: TargetColumn) => string) =>
    objects.map((column) => ` || ${objectDifference(column.shownAs, of(column), against(column))}`).join('');
  const member = ({ column }: TargetColumn) => `m.${column}`;
  const target = (column: TargetColumn) => `cast(${column.target} as jsonb)`;
  return {
    before: `${values(member)}${inside(member, target)}`,
    after: `${values((column) => column.target)}${inside(target, member)}`,
  };
}

function objectDifference(name: string, of: string, against: string): string {
  return `coalesce((select jsonb_object_agg('${name}.' || e.key, e.value) from jsonb_each(coalesce(${of}, '{}')) e
    where e.value is distinct from coalesce(${against}, '{}') -> e.key), '{}')`;
}

/**
 * The first values of a new member, without the empty ones. Most are made from two arrays, at a third of the cost of
 * building jsonb pair by pair: on a first import everybody has them.
 */
export function firstValues(columns: readonly TargetColumn[]): string {
  const plain = columns.filter((column) => !isObject(column) && column.fresh !== 'null');
  const objects = columns.filter((column) => isObject(column) && column.fresh !== 'null');
  const names = `cast('{${plain.map((column) => column.shownAs).join(',')}}' as text[])`;
  const values = `array[${plain.map(asText).join(', ')}]`;
  const object = `json_object(${names}, ${values})`;
  const stripped = `case when num_nulls(${plain.map(({ fresh }) => fresh).join(', ')}) = 0 then ${object} else json_strip_nulls(${object}) end`;
  const inside = objects.map(
    ({ shownAs, fresh }) =>
      ` || coalesce((select jsonb_object_agg('${shownAs}.' || e.key, e.value) from jsonb_each(${fresh}) e where e.value <> 'null'), '{}')`,
  );
  return objects.length === 0 ? stripped : `cast(${stripped} as jsonb)${inside.join('')}`;
}

/** The head of a statement that writes change rows, and their first columns. */
export const INSERT = `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id,
  member_version, reason_code, reason_values, before, after)`;

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
