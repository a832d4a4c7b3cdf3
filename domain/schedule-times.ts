import type { Cadence } from './cadence.js';

/** A cadence as calendar times, in the shape that a scheduler understands; plain data. */
export type ScheduleTimes =
  | { readonly cron: string; readonly timeZone: string }
  | {
      readonly hour: number | readonly { start: number; end: number; step: number }[];
      readonly minute: number;
      readonly dayOfWeek: number | null;
      readonly daysOfMonth: readonly number[] | null;
      readonly month: readonly number[] | null;
      readonly timeZone: string;
      /** How long after a missed time it is still worth catching up: one period, so an outage costs one import, not many. */
      readonly periodHours: number;
    };

const HOURS = { hour: 1, day: 24, week: 168, month: 744 } as const;

/** The calendar entries of a complete cadence (defaults filled in). The last day of a month is several entries. */
export function scheduleTimes(cadence: Cadence): readonly ScheduleTimes[] {
  const timeZone = cadence.timeZone ?? 'UTC';
  if ('cron' in cadence) return [{ cron: cadence.cron.trim(), timeZone }];
  const [hour = 3, minute = 0] = (cadence.at ?? '03:00').split(':').map(Number);
  const interval = cadence.interval ?? 1;
  const base = {
    hour: cadence.every === 'hour' ? [{ start: hour % interval, end: 23, step: interval }] : hour,
    minute,
    // Ours counts from Monday = 1 to Sunday = 7, the scheduler's from Sunday = 0.
    dayOfWeek: cadence.every === 'week' ? (cadence.weekday ?? 1) % 7 : null,
    daysOfMonth: null,
    month: null,
    timeZone,
    periodHours: cadence.every === 'hour' ? interval : HOURS[cadence.every],
  };
  if (cadence.every !== 'month') return [base];
  if (cadence.dayOfMonth !== 'last') return [{ ...base, daysOfMonth: [cadence.dayOfMonth ?? 1] }];
  return [
    { ...base, daysOfMonth: [31], month: [1, 3, 5, 7, 8, 10, 12] },
    { ...base, daysOfMonth: [30], month: [4, 6, 9, 11] },
    // A leap day in the calendar cannot be told from here: the 28th is the last day that every February has.
    { ...base, daysOfMonth: [28], month: [2] },
  ];
}
