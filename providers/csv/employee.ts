import { canonicalText } from '../../domain/segment.js';
import { DateReader, idText, isObject } from '../record.js';
import { DECIDING, LINE } from './schema.js';
import type { EmploymentFacts, JsonRecord } from '../../domain/employee.js';

/** What status columns say, in five languages; any other word leaves the person alone until the mapping names it. */
const EMPLOYED = [
  'active',
  'employed',
  'current',
  'aktiv',
  'beschäftigt',
  'actif',
  'active',
  'activo',
  'actief',
  'on leave',
];
const LEFT = [
  'left',
  'leaver',
  'inactive',
  'terminated',
  'ausgeschieden',
  'inaktiv',
  'inactif',
  'parti',
  'inactivo',
  'baja',
  'inactief',
  'uit dienst',
];
const WORDS = new Map<string, 'employed' | 'left'>([
  ...EMPLOYED.map((word) => [canonicalText(word), 'employed'] as const),
  ...LEFT.map((word) => [canonicalText(word), 'left'] as const),
]);

/** A file without a status column lists those who are employed; an end date still counts. */
export function readEmployment(record: JsonRecord): EmploymentFacts {
  const place = placeOf(record);
  const fault = faultOf(record);
  if (fault !== null) {
    return {
      personId: null,
      status: 'unknown',
      startsOn: null,
      endsOn: null,
      place,
      unusable: {
        detail: fault.detail,
        allowed: 'one value for each column of the first line',
      },
    };
  }
  const dates = new DateReader();
  const status = record.status === undefined ? 'employed' : statusOf(record.status);
  const startsOn = dates.read('startDate', record.startDate);
  const endsOn = dates.read('endDate', record.endDate);
  // Whoever has an end date that nobody can read may have left: they stay as they are.
  const mayHaveLeft = dates.unreadable.some(({ field }) => field === 'endDate') && status === 'employed';
  const facts = {
    personId: idText(record.employeeId),
    status: mayHaveLeft ? 'unknown' : status,
    startsOn,
    endsOn,
    place,
  } as const;
  return dates.unreadable.length === 0 ? facts : { ...facts, unreadable: dates.unreadable };
}

/** Why nobody can be read from a line, and which one it is. */
export function faultOf(record: JsonRecord): { readonly place: string; readonly detail: string } | null {
  const { fault } = lineOf(record);
  return fault === null ? null : { place: placeOf(record), detail: `It ${fault}; nobody was read from it.` };
}

const placeOf = (record: JsonRecord): string => `Line ${lineOf(record).number}`;

function statusOf(value: JsonRecord[string]): EmploymentFacts['status'] {
  return (typeof value === 'string' ? WORDS.get(canonicalText(value)) : undefined) ?? 'unknown';
}

function lineOf(record: JsonRecord): { readonly number: number; readonly fault: string | null } {
  const line = record[LINE];
  if (!isObject(line)) throw new TypeError('A record of a file has lost its line.');
  return { number: Number(line.number), fault: typeof line.fault === 'string' ? line.fault : null };
}

export const isCustomField = (name: string): boolean => name !== LINE && !Object.hasOwn(DECIDING, name);
