import { isObject, isPlain, monthAndDay, plainFields, plainValue } from '../record.js';
import { BIRTH, isAllowed, isCustomField } from './employee.js';
import type { JsonRecord, JsonValue } from '../../domain/employee.js';

/** A person of the API v2 and their employments, as the employee that v1 would give: whoever maps fields sees no difference. */
const PERSON = ['id', 'first_name', 'last_name', 'preferred_name', 'email'] as const;
const LEFT = 'INACTIVE';
/** Statuses that say something; any other leaves the person alone. */
const STATUSES = ['ACTIVE', 'ONBOARDING', 'LEAVE', LEFT];
const TYPES = ['INTERNAL', 'EXTERNAL'];

/** Nothing more has to be known of who has left, and each question costs a request. */
export function hasEmployments({ status, employments }: JsonRecord): boolean {
  return status !== LEFT && (!Array.isArray(employments) || employments.length > 0);
}

/** @param employments the most recent first, as the vendor gives them. */
export function recordOf(person: JsonRecord, employments: readonly JsonRecord[], customFields: boolean): JsonRecord {
  const live = employments.filter(({ status }) => status !== LEFT);
  const [main = null] = live.length > 0 ? live : employments;
  const status = statusOf(person, main);
  return {
    ...plainFields(person, PERSON),
    ...(status === null ? {} : { status }),
    ...(main === null ? {} : describe(main, live.length > 0 ? live : [main])),
    ...(customFields ? customOf(person) : {}),
  };
}

function statusOf(person: JsonRecord, employment: JsonRecord | null): string | null {
  if (person.status === LEFT) return word(LEFT, STATUSES);
  const status = word(employment === null ? person.status : employment.status, STATUSES);
  // The person goes on and all their employments are over: nobody knows.
  return person.status === 'ACTIVE' && status === LEFT.toLowerCase() ? null : status;
}

/** `ACTIVE` is v1's `active`. */
function word(value: JsonValue | undefined, known: readonly string[]): string | null {
  return typeof value === 'string' && known.includes(value) ? value.toLowerCase() : null;
}

/** Several may go on at once: the first of them began it, and it ends with the last, if all of them have an end. */
function describe(main: JsonRecord, live: readonly JsonRecord[]): JsonRecord {
  const starts = live.flatMap((one) => textOf(one.employment_start_date) ?? []).sort();
  const ends = live.map(lastDay);
  const { title } = isObject(main.position) ? main.position : {};
  const type = word(main.type, TYPES);
  return {
    ...(isPlain(title) ? { position: title } : {}),
    ...(type === null ? {} : { employment_type: type }),
    hire_date: starts[0] ?? null,
    contract_end_date: textOf(main.contract_end_date),
    last_working_day: ends.includes(null) ? null : (ends.sort().at(-1) ?? null),
    office: idOf(main.office),
    subcompany: idOf(main.sub_company),
    department: unitOf(main, 'department'),
    team: unitOf(main, 'team'),
    supervisor: idOf(main.supervisor),
  };
}

/** The description and its examples do not agree on the name of the last working day. */
function lastDay({ termination, employment_end_date }: JsonRecord): string | null {
  const { last_working_day, last_working_date, termination_date } = isObject(termination) ? termination : {};
  return (
    textOf(last_working_day) ?? textOf(last_working_date) ?? textOf(termination_date) ?? textOf(employment_end_date)
  );
}

const textOf = (value: JsonValue | undefined): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The names of offices, departments and teams are not told by v2: their ids alone. */
function idOf(value: JsonValue | undefined): JsonRecord | null {
  return isObject(value) && isPlain(value.id) ? { id: value.id } : null;
}

function unitOf({ org_units }: JsonRecord, type: string): JsonRecord | null {
  if (!Array.isArray(org_units)) return null;
  return idOf((org_units as readonly JsonValue[]).find((unit) => isObject(unit) && unit.type === type));
}

interface CustomAttribute {
  readonly key: string;
  readonly label: string;
  readonly meaning: string | null;
  readonly value: JsonValue | undefined;
}

/** One without a label and a meaning may be anything, a bank account too: it is not read. */
function customAttributes({ custom_attributes: attributes }: JsonRecord): CustomAttribute[] {
  if (!Array.isArray(attributes)) return [];
  return (attributes as readonly JsonValue[]).filter(isObject).flatMap(({ id, label, global_id, value }) => {
    const meaning = textOf(global_id);
    const called = textOf(label) ?? meaning;
    if (typeof id !== 'string' || called === null) return [];
    return [{ key: id, label: called, meaning, value }];
  });
}

const isReadable = ({ key, label, meaning }: CustomAttribute) => isCustomField(key) && isAllowed(label, meaning);

function customOf(person: JsonRecord): Record<string, JsonValue> {
  const fields: Record<string, JsonValue> = {};
  for (const attribute of customAttributes(person)) {
    const birthday = attribute.meaning === BIRTH ? monthAndDay(attribute.value) : undefined;
    const value = plainValue(attribute.value);
    if (birthday !== undefined) fields[BIRTH] = birthday;
    else if (attribute.meaning !== BIRTH && value !== undefined && isReadable(attribute)) fields[attribute.key] = value;
  }
  return fields;
}

/** What the customer calls their own attributes, by key. */
export function labelsOf(person: JsonRecord): Readonly<Record<string, string>> {
  const readable = customAttributes(person).filter((one) => one.meaning !== BIRTH && isReadable(one));
  return Object.fromEntries(readable.map(({ key, label }) => [key, label]));
}
