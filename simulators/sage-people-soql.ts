import type { Directory, Employee } from './directory.js';
import type { Incoming, Reply } from './serve.js';

/**
 * Salesforce's side of a Sage People organisation: descriptions of objects and queries of team members, as far as
 * Salesforce's public description of its REST API tells. Only queries of the forms below are understood.
 */
const QUERY =
  /^SELECT (?<fields>[\w., ]+|COUNT\(\)) FROM fHCM2__Team_Member__c(?: WHERE (?:Id > '(?<after>\w+)'|Id IN \((?<ids>['\w, ]+)\)))?(?<order> ORDER BY Id)?(?: LIMIT (?<limit>\d+))?$/;
const MOST_ROWS = 2000;

/** An id of Salesforce has 18 characters. */
export const idOf = ({ id }: { readonly id: number }) => `a2G7E0000${String(id).padStart(7, '0')}UA`;
export const numberOf = (id: string) => Number(id.slice(9, 16));

/** Records are shared one by one: `hide: ["record 7"]` at the control endpoint hides whom they are about, as if there were nobody. */
export const seenBy = (directory: Directory, id: string): Employee | undefined =>
  directory.hides(`record ${numberOf(id)}`) ? undefined : directory.get(numberOf(id));

type Row = Readonly<Record<string, unknown>>;
type Field = readonly [name: string, label: string, type: string, value: (employee: Employee) => unknown];

interface Reference {
  readonly object: string;
  readonly relationship: string;
}

const REFERENCES: Readonly<Record<string, Reference>> = {
  fHCM2__Current_Employment__c: { object: 'fHCM2__Employment_Record__c', relationship: 'fHCM2__Current_Employment__r' },
  fHCM2__Work_Location__c: { object: 'fHCM2__Work_Location__c', relationship: 'fHCM2__Work_Location__r' },
  fHCM2__Manager__c: { object: 'fHCM2__Team_Member__c', relationship: 'fHCM2__Manager__r' },
  fHCM2__User__c: { object: 'User', relationship: 'fHCM2__User__r' },
  ProfileId: { object: 'Profile', relationship: 'Profile' },
};

/** The leads of a company work in Salesforce; the others are not its users. */
const isUser = ({ id }: Employee) => id % 3 === 1;

function objectsOf(directory: Directory): Readonly<Record<string, readonly Field[]>> {
  return {
    fHCM2__Team_Member__c: [
      ['Id', 'Record ID', 'id', idOf],
      ['Name', 'Team Member', 'string', ({ firstName, lastName }) => `${firstName} ${lastName}`],
      ['fHCM2__First_Name__c', 'First Name', 'string', ({ firstName }) => firstName],
      ['fHCM2__Surname__c', 'Surname', 'string', ({ lastName }) => lastName],
      ['fHCM2__Email__c', 'Email', 'email', ({ email }) => email],
      ['fHCM2__Home_Email__c', 'Home Email', 'email', ({ id }) => `home.${id}@home.example`],
      ['fHCM2__Home_Phone__c', 'Phone', 'string', () => '+44 20 7946 0001'],
      ['fHCM2__Home_Address_1__c', 'Home Address 1', 'string', ({ street }) => street],
      ['fHCM2__Department__c', 'Department', 'picklist', ({ team }) => team],
      ['fHCM2__Job_Title__c', 'Job Title', 'string', ({ position }) => position],
      ['fHCM2__Unique_Id__c', 'Unique Id', 'string', ({ id }) => `E${String(id).padStart(4, '0')}`],
      ['fHCM2__Employment_Status__c', 'Employment Status', 'picklist', (one) => STATUS[directory.standing(one)]],
      ['fHCM2__Manager__c', 'Manager', 'reference', ({ managerId }) => managerId && idOf({ id: managerId })],
      ['fHCM2__Current_Employment__c', 'Current Employment', 'reference', ({ id }) => `a1B7E00000${id}`],
      ['fHCM2__User__c', 'User', 'reference', (one) => (isUser(one) ? `0057E00000${one.id}` : null)],
      ['fHCM2__Gender__c', 'Gender', 'picklist', ({ gender }) => gender],
      ['fHCM2__Birth_Date__c', 'Birth Date', 'date', ({ bornOn }) => bornOn],
      ['Shirt__c', 'T-shirt size', 'picklist', ({ custom }) => custom['T-shirt size'] ?? null],
      ['Pay_Grade__c', 'Grade', 'string', ({ id }) => `B${id % 9}`],
      ['Bonus__c', 'Extra', 'currency', () => 1200],
      ['Notes__c', 'Notes', 'textarea', () => 'written by HR'],
    ],
    fHCM2__Employment_Record__c: [
      ['Id', 'Record ID', 'id', ({ id }) => `a1B7E00000${id}`],
      ['Name', 'Employment', 'string', ({ id, startsOn }) => `${startsOn.slice(0, 7)} #${id}`],
      ['fHCM2__Start_Date__c', 'Start Date', 'date', ({ startsOn }) => startsOn],
      ['fHCM2__End_Date__c', 'End Date', 'date', ({ endsOn }) => endsOn],
      ['fHCM2__Work_Location__c', 'Work Location', 'reference', ({ city }) => `a0W7E00000${city.length}`],
    ],
    fHCM2__Work_Location__c: [
      ['Name', 'Work Location', 'string', ({ city }) => `${city} office`],
      ['fHCM2__Address_City__c', 'City', 'string', ({ city }) => city],
    ],
    User: [
      ['Id', 'User ID', 'id', ({ id }) => `0057E00000${id}`],
      ['IsActive', 'Active', 'boolean', (one) => directory.standing(one) !== 'left'],
      ['LastLoginDate', 'Last Login', 'datetime', ({ id }) => `2026-03-0${1 + (id % 8)}T08:15:00.000+0000`],
      ['ProfileId', 'Profile ID', 'reference', () => '00e7E000000000'],
    ],
    Profile: [['Name', 'Name', 'string', ({ id }) => (id === 1 ? 'System Administrator' : 'Team Member')]],
  };
}

const STATUS = { future: 'Pre-Joiner', employed: 'Active', left: 'Leaver' } as const;

/** `null`: it is a question to somebody else. */
export function answerSoql(directory: Directory, { path, query }: Incoming): Reply | null {
  const [, data, , resource = '', object = '', action] = path;
  if (data !== 'data') return null;
  const objects = objectsOf(directory);
  if (resource === 'sobjects' && action === 'describe') return describe(directory, object, objects[object]);
  if (resource === 'queryAll') return lookUp(directory, query.get('q') ?? '');
  return resource === 'query' ? answer(directory, objects, query.get('q') ?? '') : null;
}

/** Which page of the list a query asks for, from 1; 0 for another query. */
export function pageOfQuery(directory: Directory, soql: string): number {
  const { fields, ids, after, limit } = QUERY.exec(soql)?.groups ?? {};
  if (fields === undefined || fields === 'COUNT()' || ids !== undefined) return 0;
  const place = after === undefined ? 0 : directory.placeAfter(numberOf(after));
  return Math.floor(place / Number(limit ?? MOST_ROWS)) + 1;
}

const LOOK_UP = /^SELECT Id, IsDeleted FROM fHCM2__Team_Member__c WHERE Id IN \('(?<id>\w+)'\)$/;

/** With who was deleted, as long as nobody has emptied the bin: `hide: ["recycle-bin"]` at the control endpoint. */
function lookUp(directory: Directory, soql: string): Reply {
  const { id } = LOOK_UP.exec(soql)?.groups ?? {};
  if (id === undefined) return failure('MALFORMED_QUERY', 'unexpected token');
  if (directory.hides('fHCM2__Team_Member__c')) return failure('INVALID_TYPE', 'sObject type is not supported');
  const there = seenBy(directory, id);
  const deleted = directory.hides('recycle-bin') ? undefined : directory.deleted(numberOf(id));
  const found = there ?? deleted;
  const records = found === undefined ? [] : [{ Id: idOf(found), IsDeleted: there === undefined }];
  return { status: 200, body: { totalSize: records.length, done: true, records } };
}

function describe(directory: Directory, object: string, fields: readonly Field[] | undefined): Reply {
  if (fields === undefined || directory.hides(object)) return { status: 404, body: NOT_FOUND };
  const body = {
    name: object,
    fields: visible(directory, fields).map(([name, label, type]) => ({
      name,
      label,
      type,
      custom: name.endsWith('__c'),
      length: type === 'textarea' ? 32_000 : 80,
      referenceTo: [REFERENCES[name]?.object].flatMap((target) => target ?? []),
      relationshipName: REFERENCES[name]?.relationship ?? null,
    })),
  };
  return { status: 200, body };
}

const NOT_FOUND = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }];

const visible = (directory: Directory, fields: readonly Field[]) => fields.filter(([name]) => !directory.hides(name));

function answer(directory: Directory, objects: ReturnType<typeof objectsOf>, soql: string): Reply {
  const parts = QUERY.exec(soql)?.groups;
  if (parts === undefined) return failure('MALFORMED_QUERY', 'unexpected token');
  const { fields = '', after, ids, order, limit } = parts;
  const all = directory.employees();
  if (fields === 'COUNT()') return { status: 200, body: { totalSize: all.length, done: true, records: [] } };
  if (order === undefined && ids === undefined) return failure('MALFORMED_QUERY', 'this simulator wants an order');
  const size = Math.min(MOST_ROWS, Number(limit ?? MOST_ROWS));
  const place = after === undefined ? 0 : directory.placeAfter(numberOf(after));
  const wanted = ids?.split(', ').flatMap((id) => directory.get(numberOf(id.slice(1, -1))) ?? []);
  const paths = fields.split(', ').map((field) => field.split('.'));
  const found = (wanted ?? all).slice(place, place + size);
  try {
    const records = found.map((employee) => row(directory, objects, employee, 'fHCM2__Team_Member__c', paths));
    return { status: 200, body: { totalSize: records.length, done: true, records } };
  } catch (error) {
    if (error instanceof RangeError) return failure('INVALID_FIELD', error.message);
    throw error;
  }
}

/** The fields that were asked for, those of referenced objects inside; null where nothing is referenced. */
function row(
  directory: Directory,
  objects: ReturnType<typeof objectsOf>,
  employee: Employee,
  object: string,
  paths: readonly (readonly string[])[],
): Row {
  const fields = visible(directory, objects[object] ?? []);
  const given: Record<string, unknown> = {
    attributes: { type: object, url: `/services/data/v62.0/sobjects/${object}` },
  };
  const inner = new Map<string, string[][]>();
  for (const [first = '', ...rest] of paths) {
    if (rest.length > 0) inner.set(first, [...(inner.get(first) ?? []), rest]);
    else given[first] = employee.raw[first] ?? valueOf(fields, first, employee);
  }
  for (const [relationship, below] of inner) {
    const [name = '', reference] =
      Object.entries(REFERENCES).find(([, one]) => one.relationship === relationship) ?? [];
    const id = valueOf(fields, name, employee);
    given[relationship] = id === null || !reference ? null : row(directory, objects, employee, reference.object, below);
  }
  return given;
}

function valueOf(fields: readonly Field[], name: string, employee: Employee): unknown {
  const field = fields.find(([known]) => known === name);
  if (field === undefined) throw new RangeError(`No such column '${name}' on entity 'Team Member'`);
  return field[3](employee);
}

function failure(errorCode: string, message: string): Reply {
  return { status: 400, body: [{ message, errorCode }] };
}
