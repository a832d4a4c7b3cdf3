import { isSensitive } from '../../domain/privacy.js';
import { DateReader, idText, isObject, isPlain, monthAndDay, plainFields, plainObject, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';

export const EMPLOYEES = 'employees';
/** Relations that come whole instead of as ids. */
export const EXPANDED = 'employments,groups,manager,work_location';
export const CUSTOM_FIELDS = 'custom_fields';

/** What may leave this provider; gender, ethnicity, marital status, ssn, pay and the vendor's raw data end here. */
const PLAIN = [
  'id',
  'remote_id',
  'employee_number',
  'first_name',
  'last_name',
  'preferred_name',
  'display_full_name',
  'username',
  'work_email',
  'personal_email',
  'mobile_phone_number',
  'employment_status',
  'remote_was_deleted',
] as const;
/** Written as instants and meant as dates. */
const DATES = ['hire_date', 'start_date', 'termination_date'] as const;
const EMPLOYMENT = ['job_title', 'employment_type'] as const;
const LOCATION = ['name', 'street_1', 'street_2', 'city', 'state', 'zip_code', 'country'] as const;
const WRITTEN_DATE = /^(\d{4}-\d{2}-\d{2})T/;

const STATUSES: Readonly<Record<string, EmploymentFacts['status']>> = {
  ACTIVE: 'employed',
  PENDING: 'employed',
  INACTIVE: 'left',
};

export function filterRecord(raw: JsonRecord, customFields: boolean): JsonRecord {
  const kept = plainFields(raw, PLAIN);
  for (const name of DATES) if (isPlain(raw[name])) kept[name] = asWritten(raw[name]);
  const birthday = monthAndDay(raw.date_of_birth);
  return {
    ...kept,
    ...(birthday === undefined ? {} : { date_of_birth: birthday }),
    employment: newestEmployment(raw.employments),
    department: groupOf(raw.groups, 'DEPARTMENT'),
    team: groupOf(raw.groups, 'TEAM'),
    work_location: plainObject(raw.work_location, LOCATION),
    manager: plainObject(raw.manager, ['id', 'remote_id']),
    ...(customFields ? { [CUSTOM_FIELDS]: customFieldsOf(raw.custom_fields) } : {}),
  };
}

/** The vendor keeps a history in no order; without dates the first one counts. */
function newestEmployment(value: JsonValue | undefined): JsonRecord | null {
  const since = ({ effective_date: date }: JsonRecord) => (typeof date === 'string' ? date : '');
  const [newest] = listOf(value).sort((one, other) =>
    since(one) < since(other) ? 1 : since(one) > since(other) ? -1 : 0,
  );
  return newest === undefined ? null : plainFields(newest, EMPLOYMENT);
}

function groupOf(value: JsonValue | undefined, type: string): JsonRecord | null {
  const found = listOf(value).find((group) => group.type === type);
  return found === undefined ? null : plainFields(found, ['name']);
}

function customFieldsOf(value: JsonValue | undefined): JsonRecord {
  if (!isObject(value)) return {};
  const entries = Object.entries(value).flatMap(([name, field]): [string, JsonValue][] => {
    const plain = plainValue(field);
    return plain === undefined || isSensitive(name) ? [] : [[name, plain]];
  });
  // fromEntries defines own properties, so a field called __proto__ is a field like any other.
  return Object.fromEntries(entries);
}

const asWritten = (value: JsonValue): JsonValue =>
  typeof value === 'string' ? (WRITTEN_DATE.exec(value)?.[1] ?? value) : value;

function listOf(value: JsonValue | undefined): JsonRecord[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

/** The HR system's own id, since a new link may change Merge's. A date of termination may be still to come. */
export function readEmployment(record: JsonRecord): EmploymentFacts {
  const dates = new DateReader();
  const status = typeof record.employment_status === 'string' ? STATUSES[record.employment_status] : undefined;
  const facts: EmploymentFacts = {
    personId: idText(record.remote_id) ?? idText(record.id),
    status: record.remote_was_deleted === true ? 'left' : (status ?? 'unknown'),
    startsOn: dates.read('start_date', record.start_date ?? record.hire_date),
    endsOn: dates.read('termination_date', record.termination_date),
  };
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}
