import type { Mapping } from './mapping.js';
import { EMPLOYEE_ID, MEMBER_FIELDS } from './member.js';
import type { ReadPerson } from './person-reader.js';
import type { Problem } from './problem.js';

/** What a mapping makes of some people, those first at whom an admin has to look: errors, warnings, empty values. */
export interface MappingPreview {
  /** People who were looked at. */
  readonly people: number;
  readonly errors: number;
  readonly warnings: number;
  /** Mapped fields in which somebody who is employed has no value, most of them first. */
  readonly empty: readonly { readonly field: string; readonly people: number }[];
  readonly items: readonly PreviewedPerson[];
}

export interface PreviewedPerson {
  readonly employeeId: string | null;
  readonly standing: ReadPerson['standing'];
  /** By member field, `custom.<name>` or `role`; null where there is no value. */
  readonly values: Readonly<Record<string, string | null>>;
  readonly problems: readonly Pick<Problem, 'severity' | 'field' | 'received' | 'allowed' | 'detail'>[];
}

const MOST_SHOWN = 20;

export function previewMapping(mapping: Mapping, people: readonly ReadPerson[]): MappingPreview {
  const fields = mappedFields(mapping);
  const all = people.map((person) => ({ person, values: valuesOf(person, fields) }));
  const empty = fields
    .map((field) => ({ field, people: all.filter((one) => isAsked(one.person) && one.values[field] === null).length }))
    .filter((one) => one.people > 0)
    .sort((one, other) => other.people - one.people);
  const weight = ({ person, values }: (typeof all)[number]) =>
    (person.standing === 'left' ? -1 : 0) +
    1e6 * count(person, 'error') +
    1e3 * count(person, 'warning') +
    (isAsked(person) ? fields.filter((field) => values[field] === null).length : 0);
  return {
    people: people.length,
    errors: people.filter((person) => count(person, 'error') > 0).length,
    warnings: people.filter((person) => count(person, 'warning') > 0).length,
    empty,
    items: all
      .sort((one, other) => weight(other) - weight(one))
      .slice(0, MOST_SHOWN)
      .map(({ person, values }) => ({
        employeeId: person.employeeId,
        standing: person.standing,
        values,
        problems: person.problems.map(({ severity, field, received, allowed, detail }) => ({
          severity,
          field,
          received,
          allowed,
          detail,
        })),
      })),
  };
}

/** Of leavers nothing but the key is read. */
const isAsked = ({ standing }: ReadPerson): boolean => standing !== 'left' && standing !== 'unknown';

const count = ({ problems }: ReadPerson, severity: Problem['severity']): number =>
  problems.filter((problem) => problem.severity === severity).length;

function mappedFields({ fields, custom }: Mapping): string[] {
  const mapped = new Set<string>(fields.map(({ member }) => member));
  return [
    ...MEMBER_FIELDS.map(({ id }) => id as string).filter((id) => mapped.has(id)),
    ...custom.map(({ name }) => `custom.${name}`),
  ];
}

function valuesOf(person: ReadPerson, fields: readonly string[]): Record<string, string | null> {
  const mapped = new Map<string, string | null>(MEMBER_FIELDS.map(({ id }, at) => [id, person.values[at] ?? null]));
  for (const [name, value] of Object.entries(person.custom ?? {})) mapped.set(`custom.${name}`, value);
  const own = fields.map((field) => [field, mapped.get(field) ?? null] as const);
  return Object.fromEntries([[EMPLOYEE_ID, person.employeeId], ...own, ['role', person.role]]);
}
