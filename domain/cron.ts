/**
 * A cron expression of five fields, read into the numbers it stands for, so that nothing passes here at which a
 * scheduler would stumble later. What schedulers disagree about (six fields, `@daily`, L, W, #, and a day of month
 * together with a day of week, which some join by "and" and some by "or") is not allowed.
 */
export interface CronTimes {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** null: every one. */
  readonly daysOfMonth: readonly number[] | null;
  readonly months: readonly number[] | null;
  /** Sunday is 0. */
  readonly daysOfWeek: readonly number[] | null;
}

interface Field {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly words?: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const FIELDS = {
  minutes: { name: 'minute', first: 0, last: 59 },
  hours: { name: 'hour', first: 0, last: 23 },
  daysOfMonth: { name: 'day of month', first: 1, last: 31 },
  months: { name: 'month', first: 1, last: 12, words: MONTHS },
  // 7 is a Sunday too.
  daysOfWeek: { name: 'day of week', first: 0, last: 7, words: DAYS },
} as const satisfies Record<string, Field>;
/** In a leap year, as one comes. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const PART = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i;

/** The times, or a sentence that says what is wrong with the expression. */
export function readCron(expression: string): CronTimes | { readonly fault: string } {
  const texts = expression.trim().split(/\s+/);
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = texts;
  if (texts.length !== 5) {
    const example = 'minute, hour, day of month, month, day of week, like "0 3 * * 1-5"';
    return { fault: `must be a cron expression of five fields (${example}), not of ${texts.length}` };
  }
  try {
    const days = readField(FIELDS.daysOfWeek, dayOfWeek);
    const times: CronTimes = {
      minutes: readField(FIELDS.minutes, minute) ?? every(FIELDS.minutes),
      hours: readField(FIELDS.hours, hour) ?? every(FIELDS.hours),
      daysOfMonth: readField(FIELDS.daysOfMonth, dayOfMonth),
      months: readField(FIELDS.months, month),
      daysOfWeek: days === null ? null : unique(days.map((day) => day % 7)),
    };
    return checkDates(times);
  } catch (error) {
    if (error instanceof CronFault) return { fault: error.message };
    throw error;
  }
}

class CronFault extends Error {}

function checkDates(times: CronTimes): CronTimes {
  const { daysOfMonth, months, daysOfWeek } = times;
  if (daysOfMonth !== null && daysOfWeek !== null) {
    throw new CronFault('names a day of month and a day of week; give one of them and "*" for the other');
  }
  const longest = Math.max(...(months ?? every(FIELDS.months)).map((month) => LONGEST[month - 1] ?? 0));
  if (daysOfMonth !== null && Math.min(...daysOfMonth) > longest) {
    throw new CronFault(`names a day (${String(Math.min(...daysOfMonth))}) that its months do not have`);
  }
  return times;
}

/** null for "*". */
function readField(field: Field, text: string): number[] | null {
  if (text === '*') return null;
  return unique(text.split(',').flatMap((part) => readPart(field, part)));
}

function readPart(field: Field, part: string): number[] {
  const match = PART.exec(part);
  if (match === null) {
    throw new CronFault(
      `has "${part}" as ${field.name}; allowed are numbers, "*", ranges "a-b", steps "/n" and commas`,
    );
  }
  const [, from, to, step] = match;
  const start = from === undefined ? field.first : readValue(field, from);
  const open = from === undefined || (to === undefined && step !== undefined);
  const end = open ? field.last : to === undefined ? start : readValue(field, to);
  if (end < start) throw new CronFault(`has the range "${part}" as ${field.name}, which ends before it begins`);
  const stride = step === undefined ? 1 : Number(step);
  if (stride < 1 || stride > field.last - field.first) {
    throw new CronFault(
      `has the step "/${String(step)}" as ${field.name}; allowed are 1 to ${field.last - field.first}`,
    );
  }
  const values: number[] = [];
  for (let value = start; value <= end; value += stride) values.push(value);
  return values;
}

function readValue(field: Field, text: string): number {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  const value = word >= 0 ? word + field.first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= field.first && value <= field.last) return value;
  throw new CronFault(`has "${text}" as ${field.name}; allowed are ${field.first} to ${field.last}`);
}

function every(field: Field): number[] {
  return Array.from({ length: field.last - field.first + 1 }, (_, at) => field.first + at);
}

function unique(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
