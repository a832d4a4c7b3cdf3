import { isSensitive } from '../../domain/privacy.js';
import { DateReader, idText, isObject, isPlain, plainFields, plainObject, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';

export const EMPLOYEES = 'employees';

/** All nineteen fields of the vendor's list; nothing else may leave this provider but additional fields. */
const PLAIN = ['id', 'hrDepartment', 'fullName', 'firstName', 'lastName', 'emailAddress'] as const;
const EMPLOYMENT = ['startDate', 'name', 'jobTitle', 'endDate', 'active'] as const;
const ADDRESS = ['name', 'line1', 'line2', 'line3', 'city', 'region', 'postalCode', 'country'] as const;

/** Additional fields stand in `customFields` by their source, the API name: their name is the customer's to change. */
export function filterRecord(raw: JsonRecord, customFields: boolean): JsonRecord {
  const kept: Record<string, JsonValue> = {
    ...plainFields(raw, PLAIN),
    currentEmployment: plainObject(raw.currentEmployment, EMPLOYMENT),
    workAddress: plainObject(raw.workAddress, ADDRESS),
  };
  return customFields ? { ...kept, customFields: additionalFields(raw.additionalFields) } : kept;
}

function additionalFields(fields: JsonValue | undefined): JsonRecord {
  if (!Array.isArray(fields)) return {};
  const entries = (fields as readonly JsonValue[]).flatMap((field): [string, JsonValue][] => {
    if (!isObject(field) || typeof field.source !== 'string') return [];
    const { source, name, value } = field;
    const plain = plainValue(value);
    if (plain === undefined || isSensitive(meaning(source)) || (isPlain(name) && isSensitive(String(name)))) return [];
    return [[source, plain]];
  });
  // fromEntries defines own properties, so a field called __proto__ is a field like any other.
  return Object.fromEntries(entries);
}

/** `fHCM2__Birth_Date__c` means "Birth_Date"; of a dotted source the last name counts as well as all of them. */
const meaning = (source: string): string => source.replace(/fHCM2__|__[cr]\b/g, ' ').replaceAll('.', ' ');

/** `active` and the last day tell it; without an employment nobody knows, and the person stays as they are. */
export function readEmployment(record: JsonRecord): EmploymentFacts {
  const dates = new DateReader();
  const employment = isObject(record.currentEmployment) ? record.currentEmployment : null;
  const status = employment === null ? 'unknown' : employment.active === false ? 'left' : 'employed';
  const facts: EmploymentFacts = {
    personId: idText(record.id),
    status,
    startsOn: dates.read('currentEmployment.startDate', employment?.startDate),
    endsOn: dates.read('currentEmployment.endDate', employment?.endDate),
  };
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}
