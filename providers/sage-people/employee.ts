import { isSensitive } from '../../domain/privacy.js';
import { DateReader, idText, isObject, plainFields, plainObject, plainValue } from '../record.js';
import type { EmploymentFacts, JsonRecord, JsonValue } from '../../domain/employee.js';
import type { SaasUserFacts } from '../provider.js';

export const EMPLOYEES = 'employees';

/** All nineteen fields of the vendor's list; nothing else may leave this provider but additional fields. */
const PLAIN = ['id', 'hrDepartment', 'fullName', 'firstName', 'lastName', 'emailAddress'] as const;
const EMPLOYMENT = ['startDate', 'name', 'jobTitle', 'endDate', 'active'] as const;
const ADDRESS = ['name', 'line1', 'line2', 'line3', 'city', 'region', 'postalCode', 'country'] as const;

export function filterRecord(raw: JsonRecord, additional: boolean): JsonRecord {
  const kept: Record<string, JsonValue> = {
    ...plainFields(raw, PLAIN),
    currentEmployment: plainObject(raw.currentEmployment, EMPLOYMENT),
    workAddress: plainObject(raw.workAddress, ADDRESS),
  };
  return additional ? { ...kept, additionalFields: additionalFields(raw.additionalFields) } : kept;
}

/** By their name; of two with one name the first by source has it, the other is `name (source)`. */
function additionalFields(fields: JsonValue | undefined): JsonRecord {
  if (!Array.isArray(fields)) return {};
  const readable = (fields as readonly JsonValue[]).flatMap((field) => {
    if (!isObject(field) || typeof field.source !== 'string') return [];
    const { source } = field;
    const name = typeof field.name === 'string' && field.name.trim() !== '' ? field.name.trim() : source;
    const value = plainValue(field.value);
    return value === undefined || !isAdditional(source, name) ? [] : [{ source, name, value }];
  });
  const byName = new Map<string, JsonValue>();
  for (const { source, name, value } of readable.sort((one, other) => (one.source < other.source ? -1 : 1))) {
    byName.set(byName.has(name) ? `${name} (${source})` : name, value);
  }
  // fromEntries defines own properties, so a field called __proto__ is a field like any other.
  return Object.fromEntries(byName);
}

/** A birthday would come with its year, and where people live is nobody's business. */
const PRIVATE = /\b(birth\w*|home(?! ?e ?-?mail))\b/i;

/** May a field beside the standard ones be read, by its API name and its label? */
export function isAdditional(source: string, label: string): boolean {
  return [meaning(source), label].every((name) => !isSensitive(name) && !PRIVATE.test(name.replaceAll('_', ' ')));
}

/** `fHCM2__Birth_Date__c` means "Birth_Date"; of a dotted source the last name counts as well as all of them. */
const meaning = (source: string): string => source.replace(/fHCM2__|__[cr]\b/g, ' ').replaceAll('.', ' ');

/** Of a user of Salesforce: profile, status and last login, under `user`. */
export function withUser(record: JsonRecord, user: JsonValue | undefined): JsonRecord {
  return isObject(user) ? { ...record, user: plainFields(user, ['profile', 'isActive', 'lastLogin']) } : record;
}

/** The team member as a user of Salesforce, who many are not. */
export const saasUser: SaasUserFacts = {
  facts: ['id', 'role', 'status', 'lastActivityAt'],
  read(record) {
    const { profile = null, isActive = null, lastLogin = null } = isObject(record.user) ? record.user : {};
    const login = typeof lastLogin === 'string' ? new Date(lastLogin) : null;
    return {
      id: idText(record.id),
      role: typeof profile === 'string' ? profile : null,
      status: typeof isActive === 'boolean' ? (isActive ? 'Active' : 'Inactive') : null,
      lastActivityAt: login === null || Number.isNaN(login.getTime()) ? null : login.toISOString(),
    };
  },
};

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
