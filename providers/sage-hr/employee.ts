import { isSensitive } from '../../domain/privacy.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';
import type { CustomField } from './schema.js';

/** The lists that together are the directory: a person stands in the one or the other by whether they left. */
export const EMPLOYEES = 'employees';
export const TERMINATED = 'terminated-employees';

/**
 * What may leave this provider of a person. Everything else is dropped before anybody sees it: gender, home_phone and
 * picture_url, and whatever the vendor will add one day. Of date_of_birth only month and day remain.
 */
const ALLOWED = [
  'id',
  'email',
  'first_name',
  'last_name',
  'employment_start_date',
  'termination_date',
  'team',
  'team_id',
  'position',
  'position_id',
  'reports_to_employee_id',
  'work_phone',
  'mobile_phone',
  'street_first',
  'street_second',
  'city',
  'post_code',
  'country',
  'employee_number',
  'employment_status',
] as const;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
/** Longest piece of an unreadable date that is quoted. */
const MOST_QUOTED = 40;

/** The allowed fields of one record, and of them only plain values: nothing rides along inside an object. */
export function filterRecord(raw: JsonRecord): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  for (const name of ALLOWED) {
    const value = raw[name];
    if (isPlain(value)) kept[name] = value;
  }
  const birth = raw.date_of_birth;
  if (typeof birth === 'string' && isDate(birth)) kept.date_of_birth = birth.slice(5);
  return kept;
}

/**
 * Custom fields by their label, sensitive ones left out. Of two with one label the older (lower id) has it, the other
 * is `label (id)`: so a mapping does not change its meaning when somebody adds a namesake.
 */
export function customFieldsByLabel(fields: readonly CustomField[]): JsonRecord {
  const byLabel = new Map<string, JsonValue>();
  const ordered = [...fields].sort((one, other) => Number(one.id) - Number(other.id));
  for (const { id, label, value } of ordered) {
    const plain = plainValue(value);
    if (plain === undefined || isSensitive(label)) continue;
    byLabel.set(byLabel.has(label) ? `${label} (${id})` : label, plain);
  }
  // fromEntries defines own properties, so a field labelled __proto__ is a field like any other.
  return Object.fromEntries(byLabel);
}

/** Status is expressed by which list a person stands in; `employment_status` is the type of contract (README.md). */
export function readEmployment(record: JsonRecord, list: string): EmploymentFacts {
  const unreadable: { field: string; received: string }[] = [];
  const date = (field: string): string | null => {
    const value = record[field];
    if (value === undefined || value === null || value === '') return null;
    const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
    if (isDate(text)) return text;
    unreadable.push({ field, received: text.slice(0, MOST_QUOTED) });
    return null;
  };
  const left = list === TERMINATED;
  const facts: EmploymentFacts = {
    personId:
      typeof record.id === 'number' || (typeof record.id === 'string' && record.id !== '') ? `${record.id}` : null,
    status: left ? 'left' : 'employed',
    startsOn: date('employment_start_date'),
    endsOn: left ? date('termination_date') : null,
  };
  return unreadable.length === 0 ? facts : { ...facts, unreadable };
}

/** True for a calendar date that exists, written `YYYY-MM-DD`. */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  if (year < '0001') return false;
  const days = DAYS_OF_MONTH[Number(month) - 1];
  if (days === undefined || day < '01' || Number(day) > days) return false;
  return month !== '02' || day !== '29' || new Date(Date.UTC(Number(year), 1, 29)).getUTCMonth() === 1;
}

function plainValue(value: unknown): JsonValue | undefined {
  if (Array.isArray(value)) return value.filter(isPlain);
  return isPlain(value) ? value : undefined;
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
