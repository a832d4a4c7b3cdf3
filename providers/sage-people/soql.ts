import { InsufficientScope } from '../errors.js';
import { isObject } from '../record.js';
import { isAdditional } from './employee.js';
import type { JsonRecord, JsonValue } from '../../domain/employee.js';
import type { ObjectDescription, SalesforceField } from './schema.js';

/**
 * Salesforce's own query language (SOQL): the second way to people where Sage's API is not installed, and the only one to
 * the users of the application. Names of the package's fields differ between its versions and what a user may see
 * differs between organisations, so only fields that Salesforce describes are asked for.
 */
export const DATA = '/services/data/v62.0';
export const TEAM_MEMBER = 'fHCM2__Team_Member__c';
const EMPLOYMENT = 'fHCM2__Current_Employment__c';
const LOCATION = 'fHCM2__Work_Location__c';
const USER = 'fHCM2__User__c';

/** Fields of the customer's own that are asked for at most: a query stands in the address, which has room for some thousand characters. */
const MOST_ADDITIONAL = 150;
const LONGEST_TEXT = 255;
/** None that holds pay, files or several values in one. */
const PLAIN_TYPES =
  'string picklist multipicklist combobox boolean int double percent date datetime email url reference';

/** Where the fields of Sage's own API stand in a team member, by steps. */
const STANDARD: readonly (readonly [from: readonly string[], to: readonly string[]])[] = [
  [['Id'], ['id']],
  [['Name'], ['fullName']],
  [['fHCM2__First_Name__c'], ['firstName']],
  [['fHCM2__Surname__c'], ['lastName']],
  [['fHCM2__Email__c'], ['emailAddress']],
  [['fHCM2__Department__c'], ['hrDepartment']],
  [['fHCM2__Job_Title__c'], ['currentEmployment', 'jobTitle']],
  [
    [EMPLOYMENT, 'Name'],
    ['currentEmployment', 'name'],
  ],
  [
    [EMPLOYMENT, 'fHCM2__Start_Date__c'],
    ['currentEmployment', 'startDate'],
  ],
  [
    [EMPLOYMENT, 'fHCM2__End_Date__c'],
    ['currentEmployment', 'endDate'],
  ],
  [
    [EMPLOYMENT, LOCATION, 'Name'],
    ['workAddress', 'name'],
  ],
  [
    [EMPLOYMENT, LOCATION, 'fHCM2__Address_City__c'],
    ['workAddress', 'city'],
  ],
];
const USER_FACTS: typeof STANDARD = [
  [
    [USER, 'IsActive'],
    ['user', 'isActive'],
  ],
  [
    [USER, 'ProfileId', 'Name'],
    ['user', 'profile'],
  ],
  [
    [USER, 'LastLoginDate'],
    ['user', 'lastLogin'],
  ],
];

/** A column of a query and where its value goes in a record as Sage's own API gives it. */
interface Column {
  readonly path: readonly string[];
  readonly to: readonly string[];
}

export interface Columns {
  readonly standard: readonly Column[];
  readonly additional: readonly { readonly name: string; readonly source: string }[];
}

/** Gives the description of an object; null where there is none or nobody may see it. */
export type Describe = (object: string) => Promise<ObjectDescription | null>;

/** What of a team member can be asked for. Null: there are no team members here. */
export async function columnsOf(
  describe: Describe,
  wanted: { people: boolean; additional: boolean; users: boolean },
): Promise<Columns | null> {
  const member = await describe(TEAM_MEMBER);
  if (member === null) return null;
  const known = new Map<string, ObjectDescription | null>([[TEAM_MEMBER, member]]);
  const standard: Column[] = [];
  for (const [from, to] of [...(wanted.people ? STANDARD : ID_ALONE), ...(wanted.users ? USER_FACTS : [])]) {
    const path = await visiblePath(from, describe, known);
    if (path !== null) standard.push({ path, to });
  }
  if (wanted.people && !standard.some(({ to }) => to[1] === 'endDate')) throw new InsufficientScope(END_HIDDEN);
  return { standard, additional: wanted.additional ? additionalOf(member) : [] };
}

const ID_ALONE: typeof STANDARD = [[['Id'], ['id']]];

const END_HIDDEN =
  'Sage People does not show to these credentials when employments end, so nobody can tell who has left. Let the user that ' +
  'the app runs as read the Current Employment of team members and its Start Date and End Date.';

/** The steps as a query names them (a reference by its relationship); null where one of them is not to be seen. */
async function visiblePath(
  from: readonly string[],
  describe: Describe,
  known: Map<string, ObjectDescription | null>,
): Promise<readonly string[] | null> {
  const path: string[] = [];
  let object = TEAM_MEMBER;
  for (const [at, name] of from.entries()) {
    if (!known.has(object)) known.set(object, await describe(object));
    const field = known.get(object)?.fields.find((candidate) => candidate.name === name);
    if (field === undefined) return null;
    if (at === from.length - 1) return [...path, name];
    const [target] = field.referenceTo;
    if (target === undefined || field.relationshipName === null) return null;
    path.push(field.relationshipName);
    object = target;
  }
  return null;
}

function additionalOf({ fields }: ObjectDescription): Columns['additional'] {
  const taken = new Set(STANDARD.map(([[first]]) => first));
  return fields
    .filter((field) => field.custom && !taken.has(field.name) && isReadable(field))
    .map(({ name, label }) => ({ name: label, source: name }))
    .sort((one, other) => (one.source < other.source ? -1 : 1))
    .slice(0, MOST_ADDITIONAL);
}

const isReadable = ({ name, label, type, length }: SalesforceField): boolean =>
  PLAIN_TYPES.split(' ').includes(type) && length <= LONGEST_TEXT && isAdditional(name, label);

export const selected = ({ standard, additional }: Columns): string =>
  [...standard.map(({ path }) => path.join('.')), ...additional.map(({ source }) => source)].join(', ');

/**
 * A row as Sage's own API would give it, still to be filtered like one; `user` beside, where it was asked for. Without an
 * employment nobody knows whether the person has left.
 */
export function asEmployee(row: JsonRecord, { standard, additional }: Columns): JsonRecord {
  const record: Record<string, JsonValue> = {};
  const groups: Record<string, Record<string, JsonValue> | null> = {};
  for (const { path, to } of standard) {
    const value = path.reduce<JsonValue | undefined>((inner, step) => (isObject(inner) ? inner[step] : undefined), row);
    const [name = '', inner] = to;
    if (inner === undefined) record[name] = value ?? null;
    else if (value !== undefined) (groups[name] ??= {})[inner] = value;
  }
  // The title stands at the team member, who has one even without an employment.
  if (groups.currentEmployment?.endDate === undefined) groups.currentEmployment = null;
  const additionalFields = additional.map(({ name, source }) => ({ name, source, value: row[source] ?? null }));
  return { ...record, ...groups, additionalFields };
}
