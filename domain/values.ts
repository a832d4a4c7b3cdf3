import { DateTime } from 'luxon';
import type { JsonValue } from './employee.js';

/**
 * How a received value becomes a member's value (interfaces.md, rule 4): text trimmed and NFC, "" is null, numbers
 * become text, lists are joined, dates are calendar dates. These run for each person and field, so the common cases
 * come first and allocate nothing.
 */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly allowed: string };

const PLAIN_ASCII = /^[!-~](?:[ -~]*[!-~])?$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const MONTH_DAY = /^(\d{2})-(\d{2})$/;
const EMAIL = /^[^\s@,;:<>()[\]"\\]{1,64}@(?:[^\s@.,;:<>()[\]"\\]{1,63}\.)+[^\s@.,;:<>()[\]"\\]{2,63}$/;
/** Postgres keeps no NUL in text and no half of a surrogate pair in JSON: either would fail a whole slice of people. */
export const UNKEEPABLE = /[\0\p{Cs}]/u;
/** A zero-width space that came along with copy and paste would make another person of the address. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/u;
/** Most dates need no calendar. */
const DAYS_OF_EVERY_MONTH = 28;
const LONGEST_TEXT = 1000;
/** What must be unique stands in an index, whose entries are limited in length. */
export const LONGEST_KEY = 255;
const LONGEST_EMAIL = 254;

export interface DateReading {
  /** Tokens of luxon, such as `dd/MM/yyyy`; null: only ISO 8601 is understood. */
  readonly dateFormat: string | null;
  /** The zone in which instants are read as dates. */
  readonly zone: string;
}

export function readText(value: JsonValue | undefined): Read<string | null> {
  if (typeof value === 'string') {
    if (value === '') return { ok: true, value: null };
    const plain = PLAIN_ASCII.test(value);
    const text = plain ? value : value.trim().normalize('NFC');
    if (text.length > LONGEST_TEXT) return { ok: false, allowed: `at most ${LONGEST_TEXT} characters` };
    if (!plain && UNKEEPABLE.test(text)) return { ok: false, allowed: 'text without NUL or broken characters' };
    return { ok: true, value: text === '' ? null : text };
  }
  if (value === null || value === undefined) return { ok: true, value: null };
  if (typeof value === 'number' || typeof value === 'boolean') return { ok: true, value: String(value) };
  if (Array.isArray(value)) {
    const parts = value.map((part: JsonValue) => (typeof part === 'object' ? null : String(part)));
    if (parts.every((part) => part !== null)) return readText(parts.join(', '));
  }
  return { ok: false, allowed: 'text, a number, or a list of them' };
}

/** Text that identifies somebody. */
export function readKey(value: JsonValue | undefined): Read<string | null> {
  const text = readText(value);
  if (!text.ok || text.value === null || text.value.length <= LONGEST_KEY) return text;
  return { ok: false, allowed: `at most ${LONGEST_KEY} characters` };
}

export function readEmail(value: JsonValue | undefined): Read<string | null> {
  const text = readText(value);
  if (!text.ok || text.value === null) return text;
  if (text.value.length <= LONGEST_EMAIL && EMAIL.test(text.value) && !INVISIBLE.test(text.value)) return text;
  return { ok: false, allowed: 'one e-mail address like ada.park@acme.example' };
}

export function readDate(value: JsonValue | undefined, reading: DateReading): Read<string | null> {
  const text = readText(value);
  if (!text.ok || text.value === null) return text;
  const date = dateOf(text.value, reading);
  return date === null || !ISO_DATE.test(date) || !isRealDate(date)
    ? { ok: false, allowed: datesSaid(reading) }
    : { ok: true, value: date };
}

function dateOf(text: string, { dateFormat, zone }: DateReading): string | null {
  if (ISO_DATE.test(text)) return text;
  if (ISO_INSTANT.test(text)) return dateInZone(text, zone);
  return dateFormat === null ? null : isoDate(DateTime.fromFormat(text, dateFormat, { zone: 'utc' }));
}

const datesSaid = ({ dateFormat }: DateReading): string =>
  `a date like 2026-03-31${dateFormat === null ? '' : ` or ${dateFormat}`}`;

/** A company's people share their days, and a zone's calendar costs more than all else that is done to a record. */
const known = new Map<string, string | null>();
const MOST_KNOWN = 20_000;

function dateInZone(instant: string, zone: string): string | null {
  const key = `${zone} ${instant}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const date = isoDate(DateTime.fromISO(instant.replace(' ', 'T'), { zone }));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, date);
  return date;
}

const isoDate = (date: DateTime): string | null => (date.isValid ? date.toISODate() : null);

/** `MM-DD`: the year of birth is never kept. */
export function readMonthDay(value: JsonValue | undefined, reading: DateReading): Read<string | null> {
  const text = typeof value === 'string' ? value.trim() : '';
  if (MONTH_DAY.test(text) && isRealDate(`2000-${text}`)) return { ok: true, value: text };
  const date = readDate(value, reading);
  if (!date.ok) return { ok: false, allowed: `a day of the year like 05-17, or ${datesSaid(reading)}` };
  return { ok: true, value: date.value === null ? null : date.value.slice(5) };
}

export function isRealDate(date: string): boolean {
  const month = Number(date.slice(5, 7));
  const day = Number(date.slice(8, 10));
  // Postgres has no year 0, and one such value would fail the rows of everybody staged with it.
  if (date.startsWith('0000') || month < 1 || month > 12 || day < 1) return false;
  if (day <= DAYS_OF_EVERY_MONTH) return true;
  return day <= new Date(Date.UTC(Number(date.slice(0, 4)), month, 0)).getUTCDate();
}
