import type { Cadence } from './cadence.js';
import { clockGaps, type ClockGap } from './clock-changes.js';
import { readCron, type CronTimes } from './cron.js';

/** A cadence as calendar times, in the shape that a scheduler understands; plain data. */
export interface ScheduleTimes {
  readonly timeZone: string;
  readonly calendars: readonly CalendarTimes[];
  /** How long after a missed time it is still worth catching up: one period, so an outage costs one import, not many. */
  readonly catchUpHours: number;
}

export interface CalendarTimes extends CronTimes {
  /** null: every year. */
  readonly years: readonly YearRange[] | null;
}

export interface YearRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** A schedule is put anew long before these are over: at each publish, change of the setup, and by the reconcile pass. */
const YEARS_AHEAD = 6;
const LEAP_YEARS: readonly YearRange[] = [{ start: 2024, end: 2096, step: 4 }];
const OTHER_YEARS: readonly YearRange[] = [2025, 2026, 2027].map((start) => ({ start, end: 2099, step: 4 }));
const MINUTES_OF_AN_HOUR = 60;

/**
 * The calendar entries of a complete cadence (defaults filled in).
 *
 * @param now clocks that are put forward are looked for in its year and those after it: a time they jump over is made
 *   up for at the first minute that exists, since a scheduler would leave that day out.
 */
export function scheduleTimes(cadence: Cadence, now: Date): ScheduleTimes {
  const timeZone = cadence.timeZone ?? 'UTC';
  const calendars = 'cron' in cadence ? [ofCron(cadence.cron)] : ofCadence(cadence);
  const madeUp = clockGaps(timeZone, now.getUTCFullYear(), YEARS_AHEAD).flatMap((gap) => makeUp(gap, calendars));
  return { timeZone, calendars: [...calendars, ...madeUp], catchUpHours: catchUpHours(calendars) };
}

function ofCron(expression: string): CalendarTimes {
  const times = readCron(expression);
  if ('fault' in times) throw new Error(`The cron expression "${expression}" ${times.fault}.`);
  return { ...times, years: null };
}

function ofCadence(cadence: Exclude<Cadence, { cron: string }>): CalendarTimes[] {
  const [hour = 3, minute = 0] = (cadence.at ?? '03:00').split(':').map(Number);
  const interval = cadence.interval ?? 1;
  const base: CalendarTimes = {
    minutes: [minute],
    // The same times every day, that of the setup among them; an interval that does not divide the day starts anew each day.
    hours: cadence.every === 'hour' ? everyHours(hour % interval, interval) : [hour],
    daysOfMonth: null,
    months: null,
    // Ours counts from Monday = 1 to Sunday = 7, the scheduler's from Sunday = 0.
    daysOfWeek: cadence.every === 'week' ? [(cadence.weekday ?? 1) % 7] : null,
    years: null,
  };
  if (cadence.every !== 'month') return [base];
  if (cadence.dayOfMonth !== 'last') return [{ ...base, daysOfMonth: [cadence.dayOfMonth ?? 1] }];
  return [
    { ...base, daysOfMonth: [31], months: [1, 3, 5, 7, 8, 10, 12] },
    { ...base, daysOfMonth: [30], months: [4, 6, 9, 11] },
    { ...base, daysOfMonth: [28], months: [2], years: OTHER_YEARS },
    { ...base, daysOfMonth: [29], months: [2], years: LEAP_YEARS },
  ];
}

function everyHours(first: number, interval: number): number[] {
  return Array.from({ length: Math.ceil((24 - first) / interval) }, (_, at) => first + at * interval);
}

type Day = Pick<ClockGap, 'year' | 'month' | 'day'>;

/** An entry of that one day, unless nothing is lost or another time comes within the hour anyway. */
function makeUp(gap: ClockGap, calendars: readonly CalendarTimes[]): CalendarTimes[] {
  const minutes = calendars.filter((calendar) => isOn(calendar, gap)).flatMap(minutesOfDay);
  const lost = minutes.some((minute) => minute >= gap.from && minute < gap.to);
  const soon = minutes.some((minute) => minute >= gap.to && minute < gap.to + MINUTES_OF_AN_HOUR);
  if (!lost || soon) return [];
  return [
    {
      minutes: [gap.to % MINUTES_OF_AN_HOUR],
      hours: [Math.floor(gap.to / MINUTES_OF_AN_HOUR)],
      daysOfMonth: [gap.day],
      months: [gap.month],
      daysOfWeek: null,
      years: [{ start: gap.year, end: gap.year, step: 1 }],
    },
  ];
}

/** Is the entry about that day? */
export function isOn({ daysOfMonth, months, daysOfWeek, years }: CalendarTimes, { year, month, day }: Day): boolean {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return (
    (daysOfMonth?.includes(day) ?? true) &&
    (months?.includes(month) ?? true) &&
    (daysOfWeek?.includes(weekday) ?? true) &&
    (years?.some(({ start, end, step }) => year >= start && year <= end && (year - start) % step === 0) ?? true)
  );
}

function minutesOfDay({ hours, minutes }: CalendarTimes): number[] {
  return hours.flatMap((hour) => minutes.map((minute) => hour * MINUTES_OF_AN_HOUR + minute));
}

const DAY_HOURS = 24;
const WEEK_HOURS = 168;
const MONTH_HOURS = 744;

function catchUpHours(calendars: readonly CalendarTimes[]): number {
  const [first] = calendars;
  if (first === undefined) return DAY_HOURS;
  const aDay = first.hours.length * first.minutes.length;
  if (aDay > 1) return Math.ceil(DAY_HOURS / aDay);
  if (first.daysOfMonth !== null || first.months !== null) return MONTH_HOURS;
  if (first.daysOfWeek?.length === 1) return WEEK_HOURS;
  return DAY_HOURS;
}
