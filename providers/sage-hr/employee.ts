import { isSensitive } from '../../domain/privacy.js';
import { DateReader, idText, isPlain, monthAndDay, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';
import type { CustomField } from './schema.js';

/** The lists that together are the directory: a person stands in the one or the other by whether they left. */
export const EMPLOYEES = 'employees';
export const TERMINATED = 'terminated-employees';

/** Of `YYYY-MM-DD`; what is longer is an instant, which this vendor does not send. */
const DATE_LENGTH = 10;

/**
 * What may leave this provider of a person. Everything else is dropped before anybody sees it: gender, home_phone and
 * picture_url, and whatever the vendor will add one day. Of date_of_birth only month and day remain. Named one by one: to
 * copy by a list of names costs ten times as much, and everybody of every import passes here.
 */
export function filterRecord(raw: JsonRecord): JsonRecord {
  const { date_of_birth: born } = raw;
  return {
    id: plain(raw.id),
    email: plain(raw.email),
    first_name: plain(raw.first_name),
    last_name: plain(raw.last_name),
    employment_start_date: plain(raw.employment_start_date),
    termination_date: plain(raw.termination_date),
    team: plain(raw.team),
    team_id: plain(raw.team_id),
    position: plain(raw.position),
    position_id: plain(raw.position_id),
    reports_to_employee_id: plain(raw.reports_to_employee_id),
    work_phone: plain(raw.work_phone),
    mobile_phone: plain(raw.mobile_phone),
    street_first: plain(raw.street_first),
    street_second: plain(raw.street_second),
    city: plain(raw.city),
    post_code: plain(raw.post_code),
    country: plain(raw.country),
    employee_number: plain(raw.employee_number),
    employment_status: plain(raw.employment_status),
    date_of_birth: typeof born === 'string' && born.length === DATE_LENGTH ? monthAndDay(born) : undefined,
  };
}

const plain = (value: JsonValue | undefined): JsonValue | undefined => (isPlain(value) ? value : undefined);

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
  const dates = new DateReader();
  const left = list === TERMINATED;
  const facts: EmploymentFacts = {
    personId: idText(record.id),
    status: left ? 'left' : 'employed',
    startsOn: dates.read('employment_start_date', record.employment_start_date),
    endsOn: left ? dates.read('termination_date', record.termination_date) : null,
  };
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}
