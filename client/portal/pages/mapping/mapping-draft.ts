import type { CustomField, MappedField, Mapping } from '../../api/shapes.js';
import { EMPLOYEE_ID, MEMBER_FIELDS, type MappableField } from '../../../api/contract/member-fields.js';
import { parseFrom } from '../../../api/contract/mapping-paths.js';

/** What an admin does to a mapping, each as a function from one mapping to the next. */
export const NOTHING_MAPPED: Mapping = { fields: [], custom: [], syncKey: EMPLOYEE_ID };
export const MOST_CUSTOM_FIELDS = 10;

/** In the order of the page: what is needed first, then by what it is about. */
export const FIELD_GROUPS = [
  { id: 'needed', members: ['employeeId', 'email'] },
  { id: 'name', members: ['fullName', 'firstName', 'lastName', 'preferredName', 'username'] },
  { id: 'work', members: ['jobTitle', 'department', 'team', 'managerId', 'employmentType'] },
  {
    id: 'place',
    members: ['location', 'addressLine1', 'addressLine2', 'addressLine3', 'city', 'region', 'postalCode', 'country'],
  },
  { id: 'dates', members: ['startDate', 'endDate', 'birthday'] },
  { id: 'contact', members: ['phone', 'personalEmail'] },
] as const satisfies readonly { id: string; members: readonly MappableField[] }[];

const LABELS = new Map<string, string>([
  [EMPLOYEE_ID, 'Employee ID'],
  ...MEMBER_FIELDS.map(({ id, label }) => [id, label] as const),
]);

export function labelOf(field: string, custom: readonly CustomField[] = []): string {
  const own = /^custom\.(.+)$/.exec(field)?.[1];
  if (own !== undefined) return custom.find(({ name }) => name === own)?.label ?? own;
  return LABELS.get(field) ?? field;
}

export const isDateField = (field: string): boolean =>
  MEMBER_FIELDS.some(({ id, kind }) => id === field && kind === 'date');

export function fromOf(mapping: Mapping, member: string): string | null {
  return mapping.fields.find((field) => field.member === member)?.from ?? null;
}

/** @param from null or "" takes the field out of the mapping. */
export function mapField(mapping: Mapping, member: string, from: string | null): Mapping {
  const others = mapping.fields.filter((field) => field.member !== member);
  if (from === null || from === '') return { ...mapping, fields: others };
  const present = mapping.fields.find((field) => field.member === member);
  if (present === undefined) {
    return { ...mapping, fields: inOrder([...others, { member, from, whenEmpty: 'keep' }]) };
  }
  return { ...mapping, fields: mapping.fields.map((field) => (field === present ? { ...field, from } : field)) };
}

export function setWhenEmpty(mapping: Mapping, member: string, whenEmpty: MappedField['whenEmpty']): Mapping {
  const fields = mapping.fields.map((field) => (field.member === member ? { ...field, whenEmpty } : field));
  return { ...mapping, fields };
}

const PLACES = new Map<string, number>(FIELD_GROUPS.flatMap(({ members }) => members).map((id, at) => [id, at]));

/** However a mapping came about, the same one is written the same way. */
function inOrder(fields: readonly MappedField[]): MappedField[] {
  const place = ({ member }: MappedField) => PLACES.get(member) ?? PLACES.size;
  return [...fields].sort((one, other) => place(one) - place(other));
}

/** Where else a provider's field is used, by label: allowed, and mostly a slip. */
export function usedElsewhere(mapping: Mapping, from: string, except: string): string[] {
  if (from === '') return [];
  return [
    ...mapping.fields
      .filter((field) => field.from === from && field.member !== except)
      .map((field) => labelOf(field.member)),
    ...mapping.custom
      .filter((field) => field.from === from && `custom.${field.name}` !== except)
      .map(({ label }) => label),
  ];
}

/** The short name under which a custom field is known to filters; derived so that nobody has to think of one. */
export function customName(label: string, taken: readonly string[]): string {
  const words = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const camel = words
    .map(
      (word, at) =>
        (at === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1).toLowerCase(),
    )
    .join('');
  const stem = (/^[a-z]/.test(camel) ? camel : `field${camel}`).slice(0, 37);
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stem : `${stem}${count}`;
    if (!taken.includes(name)) return name;
  }
}

export function addCustom(mapping: Mapping, field: { label: string; from: string; unique: boolean }): Mapping {
  const label = field.label.trim();
  const name = customName(
    label,
    mapping.custom.map((one) => one.name),
  );
  return { ...mapping, custom: [...mapping.custom, { name, label, from: field.from, unique: field.unique }] };
}

/** A field that is gone, or no longer unique, cannot identify anybody. */
export function replaceCustom(mapping: Mapping, custom: CustomField[]): Mapping {
  const keeps = custom.some((field) => field.unique && mapping.syncKey === `custom.${field.name}`);
  const syncKey = mapping.syncKey.startsWith('custom.') && !keeps ? EMPLOYEE_ID : mapping.syncKey;
  return { ...mapping, custom, syncKey };
}

/** What is wrong with a path or constant, in a sentence; null: nothing. */
export function fromFault(from: string): string | null {
  if (from.trim() === '') return null;
  const parsed = parseFrom(from);
  return parsed.ok ? null : parsed.detail;
}

/** The fields of which a fault speaks, by the pointers into what was sent. */
export function faultsByField(
  mapping: Mapping,
  errors: readonly { readonly pointer: string; readonly detail: string }[],
): Map<string, string> {
  const faults = new Map<string, string>();
  for (const { pointer, detail } of errors) {
    const [, part = '', at = ''] = pointer.split('/');
    const field =
      part === 'fields' && at !== ''
        ? mapping.fields[Number(at)]?.member
        : part === 'custom' && at !== ''
          ? `custom.${mapping.custom[Number(at)]?.name ?? ''}`
          : part;
    if (field !== undefined && !faults.has(field)) faults.set(field, detail);
  }
  return faults;
}
