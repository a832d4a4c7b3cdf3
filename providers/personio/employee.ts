import { isSensitive } from '../../domain/privacy.js';
import { DateReader, idText, isObject, isPlain, monthAndDay, plainFields, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';
import type { Attribute } from './schema.js';

export const EMPLOYEES = 'employees';

/** What may leave this provider. Pay, gender, picture, and whatever the vendor will add one day are not asked for. */
const PLAIN = ['first_name', 'last_name', 'preferred_name', 'email', 'status', 'position', 'employment_type'] as const;
const DATES = ['hire_date', 'contract_end_date', 'termination_date', 'last_working_day'] as const;
/** Objects with an id and a name. */
const GROUPS = ['subcompany', 'office', 'department', 'team'] as const;
const SUPERVISOR = 'supervisor';
export const STANDARD: readonly string[] = ['id', ...PLAIN, ...DATES, ...GROUPS, SUPERVISOR];
/** Without it nobody can tell who has left. */
export const STATUS = 'status';

const CUSTOM = /^dynamic_\d+$/;
export const BIRTH = 'date_of_birth';
/** `2014-11-09T00:00:00+01:00` is a local midnight: the date is the one that is written, in whatever zone. */
const WRITTEN_DATE = /^(\d{4}-\d{2}-\d{2})T/;

const STATUSES: Readonly<Record<string, EmploymentFacts['status']>> = {
  active: 'employed',
  leave: 'employed',
  onboarding: 'employed',
  inactive: 'left',
};

export const isCustomField = (key: string): boolean => CUSTOM.test(key);

/** The keys of the customer's own attributes that may be read: none that is sensitive by its label or meaning. */
export function customKeys(granted: ReadonlyMap<string, Attribute>): readonly string[] {
  return [...granted]
    .filter(([key, { label, universalId }]) => CUSTOM.test(key) && isAllowed(label, universalId))
    .map(([key]) => key);
}

export function isAllowed(label: string, universalId: string | null): boolean {
  if (universalId === BIRTH) return true;
  return !isSensitive(label) && !isSensitive(universalId ?? '');
}

/**
 * The allowed attributes of one employee, their wrappers taken off. Custom ones are known by their key, since labels are
 * the customer's to change.
 */
export function filterRecord(raw: JsonRecord): JsonRecord {
  const values = Object.fromEntries(Object.entries(raw).map(([key, attribute]) => [key, valueOf(attribute)]));
  const kept = plainFields(values, ['id', ...PLAIN]);
  for (const name of DATES) if (isPlain(values[name])) kept[name] = asWritten(values[name]);
  for (const name of GROUPS) {
    const group = values[name];
    if (group === null) kept[name] = null;
    else if (isObject(group))
      kept[name] = isObject(group.attributes) ? plainFields(group.attributes, ['id', 'name']) : null;
  }
  if (SUPERVISOR in values) kept[SUPERVISOR] = supervisorOf(values[SUPERVISOR]);
  return { ...kept, ...customOf(raw) };
}

/** An employee without one has null here or an empty list. */
function supervisorOf(value: JsonValue | undefined): JsonRecord | null {
  if (!isObject(value) || !isObject(value.attributes)) return null;
  const id = valueOf(value.attributes.id);
  return isPlain(id) && id !== null ? { id } : null;
}

function customOf(raw: JsonRecord): Record<string, JsonValue> {
  const fields: Record<string, JsonValue> = {};
  let birthday: string | undefined;
  for (const [key, attribute] of Object.entries(raw)) {
    if (!isObject(attribute)) continue;
    const meaning = typeof attribute.universal_id === 'string' ? attribute.universal_id : null;
    if (meaning === BIRTH) birthday = monthAndDay(attribute.value);
    else if (CUSTOM.test(key) && isAllowed(typeof attribute.label === 'string' ? attribute.label : key, meaning)) {
      const plain = plainValue(attribute.value);
      if (plain !== undefined) fields[key] = plain;
    }
  }
  return birthday === undefined ? fields : { ...fields, [BIRTH]: birthday };
}

const valueOf = (attribute: JsonValue | undefined): JsonValue | undefined =>
  isObject(attribute) ? attribute.value : undefined;

const asWritten = (value: JsonValue): JsonValue =>
  typeof value === 'string' ? (WRITTEN_DATE.exec(value)?.[1] ?? value) : value;

/** `inactive` is the only word for having left; the last working day says when, where it is given. */
export function readEmployment(record: JsonRecord): EmploymentFacts {
  const dates = new DateReader();
  const status = typeof record.status === 'string' ? STATUSES[record.status.toLowerCase()] : undefined;
  const lastDay = dates.read('last_working_day', record.last_working_day);
  const facts: EmploymentFacts = {
    personId: idText(record.id),
    status: status ?? 'unknown',
    startsOn: dates.read('hire_date', record.hire_date),
    endsOn: lastDay ?? dates.read('termination_date', record.termination_date),
  };
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}
