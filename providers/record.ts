import { isRealDate } from '../domain/values.js';
import type { JsonRecord, JsonValue } from '../domain/employee.js';
import type { SaasUserFacts } from './provider.js';

/** What providers have in common when they copy allow-listed values out of a vendor's records. */
type Plain = string | number | boolean | null;

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Longest piece of an unreadable date that is quoted. */
const MOST_QUOTED = 40;

export function isPlain(value: unknown): value is Plain {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isObject(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The named fields, and of them only plain values: nothing rides along inside an object. */
export function plainFields(raw: JsonRecord, names: readonly string[]): Record<string, JsonValue> {
  const kept: Record<string, JsonValue> = {};
  for (const name of names) {
    const value = raw[name];
    if (isPlain(value)) kept[name] = value;
  }
  return kept;
}

/** The same of an object inside; null where there is none. */
export function plainObject(value: unknown, names: readonly string[]): JsonRecord | null {
  return isObject(value) ? plainFields(value, names) : null;
}

/** A plain value, or a list of such; anything else is dropped. */
export function plainValue(value: unknown): JsonValue | undefined {
  if (Array.isArray(value)) return value.filter(isPlain);
  return isPlain(value) ? value : undefined;
}

/** `MM-DD` of a date of birth: the year is never kept. */
export function monthAndDay(value: unknown): string | undefined {
  return typeof value === 'string' && isDate(value.slice(0, 10)) ? value.slice(5, 10) : undefined;
}

/** The id as text; null where there is none. */
export function idText(value: unknown): string | null {
  return typeof value === 'number' || (typeof value === 'string' && value !== '') ? `${value}` : null;
}

/** True for a calendar date that exists, written `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  return DATE.test(text) && isRealDate(text);
}

/** Reads dates of one record, and remembers those that cannot be read. */
export class DateReader {
  readonly unreadable: { field: string; received: string }[] = [];

  /** @param understand gives `YYYY-MM-DD`, or null for what is no date; plain dates are understood anyway. */
  read(field: string, value: unknown, understand: (text: string) => string | null = () => null): string | null {
    if (value === undefined || value === null || value === '') return null;
    const text = typeof value === 'string' ? value.trim() : JSON.stringify(value);
    if (isDate(text)) return text;
    const date = understand(text);
    if (date !== null && isDate(date)) return date;
    this.unreadable.push({ field, received: text.slice(0, MOST_QUOTED) });
    return null;
  }
}

/** The user of a vendor whose records tell an id and perhaps a status in the vendor's own word. */
export function saasUserFrom(idField: string, statusField?: string): SaasUserFacts {
  return {
    facts: statusField === undefined ? ['id'] : ['id', 'status'],
    read: (record) => {
      const status = statusField === undefined ? null : record[statusField];
      return {
        id: idText(record[idField]),
        role: null,
        status: typeof status === 'string' && status !== '' ? status : null,
        lastActivityAt: null,
      };
    },
  };
}
