import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { SaasUser } from '../domain/employee.js';
import type { Mapping } from '../domain/mapping.js';
import { MEMBER_FIELDS } from '../domain/member.js';
import type { ReadPerson } from '../domain/person-reader.js';
import type { Transaction } from './transaction.js';

/** A person as one record describes them, and where that record stood. */
export interface StagedPerson extends ReadPerson {
  /** The list's place among the lists of its provider. */
  readonly list: number;
  readonly page: number;
  /** From 0, within the page. */
  readonly place: number;
  /** Null where nobody asked for it. */
  readonly saasUser: SaasUser | null;
}

/** How people of one mapping are written for COPY: fields that it does not fill would cost on both sides. */
export interface PeopleFormat {
  readonly columns: string;
  /**
   * As bytes, at once when a page has been read: as objects, people who wait for their commit survive the garbage
   * collector's quick rounds, and it copies all they hold.
   */
  readonly encode: (people: readonly StagedPerson[]) => Buffer;
}

const FIXED_COLUMNS = [
  'provider_person_id',
  'list',
  'page',
  'place',
  'standing',
  'sync_key',
  'employee_id',
  'email_key',
  'ends_on',
  'role',
  'outside',
  'segment_values',
  'custom',
  'saas_user',
  'problems',
] as const;

export function peopleFormat(mapping: Mapping): PeopleFormat {
  const mapped = new Set<string>(['username', ...mapping.fields.map((field) => field.member)]);
  const fields = MEMBER_FIELDS.flatMap(({ id, column }, at) => (mapped.has(id) ? [{ column, at }] : []));
  const places = fields.map(({ at }) => at);
  return {
    columns: [...FIXED_COLUMNS, ...fields.map(({ column }) => column)].join(', '),
    encode: (people) => Buffer.from(encode(people, places)),
  };
}

/**
 * Stages people with COPY, six times as fast as inserts. It goes through a temporary table, because Postgres refuses
 * COPY under row-level security.
 */
export async function copyPeople(
  trx: Transaction,
  target: string,
  columns: string,
  pages: readonly Buffer[],
): Promise<void> {
  await trx.raw(`create temporary table arriving on commit drop as select ${columns} from ${target} with no data`);
  await copyInto(trx, `copy arriving (${columns}) from stdin`, pages);
  await trx.raw(`insert into ${target} (${columns}) select ${columns} from arriving`);
  await trx.raw('drop table arriving');
}

/** COPY on the transaction's own connection. */
async function copyInto(trx: Transaction, statement: string, pages: readonly Buffer[]): Promise<void> {
  const client = (await (trx.client as { acquireConnection(): Promise<unknown> }).acquireConnection()) as ClientBase;
  await pipeline(Readable.from(pages), client.query(copyFrom(statement)));
}

/** Postgres' COPY text format. */
function encode(people: readonly StagedPerson[], places: readonly number[]): string {
  let text = '';
  for (const person of people) {
    const { personId, list, page, place, standing, custom, saasUser, problems } = person;
    text += `${copyText(personId)}\t${list}\t${page}\t${place}\t${standing}\t${copyText(person.syncKey)}\t${copyText(person.employeeId)}\t${copyText(person.emailKey)}\t${person.endsOn ?? '\\N'}\t${copyText(person.role)}\t${person.outside ? 't' : 'f'}\t${copyArray(person.segmentValues)}\t${copyJson(custom)}\t${copyJson(saasUser)}\t${copyJson(problems.length === 0 ? null : problems)}`;
    for (const at of places) text += `\t${copyText(person.values[at] ?? null)}`;
    text += '\n';
  }
  return text;
}

function copyJson(value: object | null): string {
  return value === null ? '\\N' : copyText(JSON.stringify(value));
}

/** As Postgres writes an array of texts. */
function copyArray(values: readonly (string | null)[] | null): string {
  if (values === null) return '\\N';
  const items = values.map((value) => (value === null ? 'NULL' : `"${value.replace(/["\\]/g, '\\$&')}"`));
  return copyText(`{${items.join(',')}}`);
}

const COPY_SPECIAL = /[\\\t\n\r]/;
const COPY_ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(value: string | null): string {
  if (value === null) return '\\N';
  if (!COPY_SPECIAL.test(value)) return value;
  return value.replace(/[\\\t\n\r]/g, (character) => COPY_ESCAPES[character] ?? character);
}
