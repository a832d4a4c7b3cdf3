import { describe, expect, test } from '@jest/globals';
import { cadenceSchema, completeCadence, type Cadence } from '../../domain/cadence.js';
import { clockGaps } from '../../domain/clock-changes.js';
import { readCron } from '../../domain/cron.js';
import { newId } from '../../database/ids.js';
import { scheduleTimes } from '../../domain/schedule-times.js';

const NOW = new Date('2027-01-05T12:34:56.789Z');
const times = (cadence: Cadence) => scheduleTimes({ timeZone: 'UTC', ...cadence }, NOW);
const AT = { at: '04:30' };

describe('a cadence as calendar times', () => {
  test.each<[Cadence, object, number]>([
    [{ every: 'day', ...AT }, { hours: [4], minutes: [30], daysOfWeek: null, daysOfMonth: null, months: null }, 24],
    [{ every: 'hour', interval: 6, ...AT }, { hours: [4, 10, 16, 22], minutes: [30] }, 6],
    [{ every: 'hour', interval: 5, at: '03:00' }, { hours: [3, 8, 13, 18, 23] }, 5],
    [{ every: 'hour', interval: 24, ...AT }, { hours: [4] }, 24],
    [{ every: 'week', weekday: 7, ...AT }, { daysOfWeek: [0] }, 168],
    [{ every: 'week', weekday: 1, ...AT }, { daysOfWeek: [1] }, 168],
    [{ every: 'month', dayOfMonth: 15, ...AT }, { daysOfMonth: [15], months: null }, 744],
    [{ cron: ' 0 3 * * 1-5 ' }, { hours: [3], minutes: [0], daysOfWeek: [1, 2, 3, 4, 5] }, 24],
    [{ cron: '*/15 8-17 * * *' }, { minutes: [0, 15, 30, 45] }, 1],
  ])('%j', (cadence, first, catchUpHours) => {
    const made = times(cadence);
    expect(made.calendars[0]).toMatchObject(first);
    expect(made).toMatchObject({ timeZone: 'UTC', catchUpHours });
    expect(made.calendars).toHaveLength(1);
  });

  test('the last day of the month is one day in every month of every year', () => {
    const { calendars } = times({ every: 'month', dayOfMonth: 'last' });
    for (let year = 2026; year < 2099; year += 1) {
      const days = calendars
        .filter(({ years }) => years?.some((r) => year >= r.start && (year - r.start) % r.step === 0) ?? true)
        .flatMap(({ months, daysOfMonth }) => (months ?? []).map((month) => [month, ...(daysOfMonth ?? [])]));
      const last = Array.from({ length: 12 }, (_, at) => [at + 1, new Date(Date.UTC(year, at + 1, 0)).getUTCDate()]);
      expect(days.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))).toEqual(last);
    }
  });

  test('ten thousand daily integrations are spread over the hour, none of whose minutes has many', () => {
    const minutes = new Map<string, number>();
    for (let made = 0; made < 10_000; made += 1) {
      const { at = '' } = completeCadence(undefined, newId(), 'Europe/London') as { at?: string };
      minutes.set(at, (minutes.get(at) ?? 0) + 1);
    }
    expect(minutes.size).toBe(60);
    expect(Math.max(...minutes.values())).toBeLessThan(300);
  });
});

describe('clocks that are put forward', () => {
  test.each([
    ['Europe/London', '2027-03-28', '01:00', '02:00'],
    ['Europe/Berlin', '2027-03-28', '02:00', '03:00'],
    ['America/New_York', '2027-03-14', '02:00', '03:00'],
    ['Australia/Sydney', '2027-10-03', '02:00', '03:00'],
    ['Australia/Lord_Howe', '2027-10-03', '02:00', '02:30'],
    ['America/Santiago', '2027-09-05', '00:00', '01:00'],
  ])('%s on %s from %s to %s', (zone, date, from, to) => {
    const [year, month, day] = date.split('-').map(Number);
    const minute = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
    const found = clockGaps(zone, 2027, 1);
    expect(found).toContainEqual({ year, month, day, from: minute(from), to: minute(to) });
    expect(found).toHaveLength(1);
  });

  test('happens nowhere where they stay as they are', () => {
    expect(clockGaps('UTC', 2027, 6)).toEqual([]);
    expect(clockGaps('Asia/Tokyo', 2027, 6)).toEqual([]);
  });

  test('a time that they jump over is made up for, unless another comes soon', () => {
    const madeUp = (cadence: Cadence) => scheduleTimes(cadence, NOW).calendars.slice(1);
    const timeZone = 'Europe/London';
    const daily = madeUp({ every: 'day', at: '01:30', timeZone });
    expect(daily).toHaveLength(6);
    expect(daily[0]).toMatchObject({ hours: [2], minutes: [0], daysOfMonth: [28], months: [3] });
    expect(madeUp({ every: 'day', at: '02:00', timeZone })).toEqual([]);
    expect(madeUp({ every: 'hour', at: '00:30', timeZone })).toEqual([]);
    expect(madeUp({ every: 'week', weekday: 7, at: '01:30', timeZone })).toHaveLength(6);
    expect(madeUp({ every: 'week', weekday: 1, at: '01:30', timeZone })).toEqual([]);
    expect(madeUp({ every: 'month', dayOfMonth: 28, at: '01:30', timeZone })).toHaveLength(2);
    expect(madeUp({ cron: '30 1,13 * * *', timeZone })).toHaveLength(6);
  });
});

describe('a cron expression', () => {
  test.each([
    ['0 3 * *', /five fields .* not of 4/],
    ['0 0 3 * * 1', /not of 6/],
    ['@daily', /not of 1/],
    ['61 3 * * *', /has "61" as minute; allowed are 0 to 59/],
    ['*/61 3 * * *', /has the step "\/61" as minute/],
    ['0 24 * * *', /has "24" as hour; allowed are 0 to 23/],
    ['0 3 31 2 *', /names a day \(31\) that its months do not have/],
    ['0 3 31 4,6 *', /names a day \(31\)/],
    ['0 3 1 * 1', /names a day of month and a day of week/],
    ['0 3 L * *', /has "L" as day of month/],
    ['0 3 * * 1#2', /has "1#2" as day of week/],
    ['0 5-3 * * *', /range "5-3" as hour, which ends before it begins/],
    ['0 3 * FOO *', /has "FOO" as month/],
    ['0 3 ? * *', /has "\?" as day of month/],
  ])('%s is refused in a sentence', (cron, sentence) => {
    expect(cadenceSchema.safeParse({ cron }).success).toBe(false);
    expect(readCron(cron)).toEqual({ fault: expect.stringMatching(sentence) });
  });

  test.each([
    ['0 3 29 2 *', { daysOfMonth: [29], months: [2] }],
    ['0 3 * JAN-MAR mon,FRI', { months: [1, 2, 3], daysOfWeek: [1, 5] }],
    ['5/20 0 * * 7', { minutes: [5, 25, 45], daysOfWeek: [0] }],
    ['0 */6 1-10/3 * *', { hours: [0, 6, 12, 18], daysOfMonth: [1, 4, 7, 10] }],
  ])('%s is read', (cron, expected) => {
    expect(readCron(cron)).toMatchObject(expected);
  });
});
