import { describe, expect, test } from '@jest/globals';
import { cadenceSchema, completeCadence, type Cadence } from '../../domain/cadence.js';
import { clockGaps } from '../../domain/clock-changes.js';
import { readCron } from '../../domain/cron.js';
import { newId } from '../../database/ids.js';
import { isOn, scheduleTimes } from '../../domain/schedule-times.js';

const NOW = new Date('2027-01-05T12:34:56.789Z');
const times = (cadence: Cadence) => scheduleTimes({ timeZone: 'UTC', ...cadence }, NOW);
const AT = { at: '04:30' };

function* daysOf(first: number, last: number) {
  for (let at = Date.UTC(first, 0, 1); at < Date.UTC(last + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at);
    yield { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  }
}

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
    for (const day of [...daysOf(2025, 2032), ...daysOf(2096, 2099)]) {
      const isLast = new Date(Date.UTC(day.year, day.month - 1, day.day + 1)).getUTCDate() === 1;
      const entries = calendars.filter((calendar) => isOn(calendar, day)).length;
      if (entries !== (isLast ? 1 : 0)) throw new Error(`${entries} on ${JSON.stringify(day)}`);
    }
    expect(calendars.some((calendar) => isOn(calendar, { year: 2024, month: 2, day: 28 }))).toBe(false);
    expect(calendars.some((calendar) => isOn(calendar, { year: 2100, month: 2, day: 29 }))).toBe(false);
    expect(calendars.some((calendar) => isOn(calendar, { year: 2021, month: 2, day: 28 }))).toBe(false);
  });

  test('what is left out has its default', () => {
    expect(scheduleTimes({ every: 'day' }, NOW)).toMatchObject({
      timeZone: 'UTC',
      calendars: [{ hours: [3], minutes: [0] }],
    });
    expect(times({ every: 'week' }).calendars[0]?.daysOfWeek).toEqual([1]);
    expect(times({ every: 'month' }).calendars[0]?.daysOfMonth).toEqual([1]);
    expect(times({ every: 'hour' })).toMatchObject({ calendars: [{ hours: { length: 24 } }], catchUpHours: 1 });
  });

  test.each<[string, number]>([
    ['0 3 * * *', 24],
    ['0 3,15 * * *', 12],
    ['0 3 1 * *', 744],
    ['0 3 * 1 *', 744],
    ['0 3 * * 1', 168],
    ['0 3 * * 1,4', 24],
  ])('what %s has missed is made up for within %i hours', (cron, hours) => {
    expect(times({ cron }).catchUpHours).toBe(hours);
  });

  test('a cron expression that cannot be read is no schedule', () => {
    expect(() => times({ cron: '61 3 * * *' })).toThrow(
      'The cron expression "61 3 * * *" has "61" as minute; allowed are 0 to 59.',
    );
  });

  test('three thousand daily integrations are spread over the hour, none of whose minutes has many', () => {
    const minutes = new Map<string, number>();
    for (let made = 0; made < 3000; made += 1) {
      const { at = '' } = completeCadence(undefined, newId(), 'Europe/London') as { at?: string };
      minutes.set(at, (minutes.get(at) ?? 0) + 1);
    }
    expect(minutes.size).toBe(60);
    expect(Math.max(...minutes.values())).toBeLessThan(120);
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
    expect(daily[0]).toEqual({
      hours: [2],
      minutes: [0],
      daysOfMonth: [28],
      months: [3],
      daysOfWeek: null,
      years: [{ start: 2027, end: 2027, step: 1 }],
    });
    expect(madeUp({ every: 'day', at: '01:00', timeZone })).toHaveLength(6);
    expect(madeUp({ every: 'day', at: '00:59', timeZone })).toEqual([]);
    expect(madeUp({ every: 'day', at: '04:00', timeZone })).toEqual([]);
    expect(madeUp({ cron: '30 1,2 * * *', timeZone })).toEqual([]);
    expect(madeUp({ cron: '0 1,2 * * *', timeZone })).toEqual([]);
    expect(madeUp({ cron: '0 1,3 * * *', timeZone })).toHaveLength(6);
    expect(madeUp({ cron: '30 1 * 4-12 *', timeZone })).toEqual([]);
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
    ['0 3 30,31 2 *', /names a day \(30\) that its months do not have/],
    ['*/0 3 * * *', /has the step "\/0" as minute; allowed are 1 to 59/],
    ['0 3 */31 * *', /has the step "\/31" as day of month; allowed are 1 to 30/],
    ['0 3 0 * *', /has "0" as day of month; allowed are 1 to 31/],
    ['0 3 * 0 *', /has "0" as month; allowed are 1 to 12/],
    ['0 1e1 * * *', /has "1e1" as hour; allowed are 0 to 23/],
    ['0 3x * * *', /has "3x" as hour; allowed are 0 to 23/],
    ['0 x3 * * *', /has "x3" as hour; allowed are 0 to 23/],
    ['0 3 *', /^must be a cron expression of five fields \(minute, .*, like "0 3 \* \* 1-5"\), not of 3$/],
  ])('%s is refused in a sentence', (cron, sentence) => {
    expect(cadenceSchema.safeParse({ cron }).success).toBe(false);
    expect(readCron(cron)).toEqual({ fault: expect.stringMatching(sentence) });
  });

  test.each([
    ['0 3 29 2 *', { daysOfMonth: [29], months: [2] }],
    ['0 3 * JAN-MAR mon,FRI', { months: [1, 2, 3], daysOfWeek: [1, 5] }],
    ['5/20 0 * * 7', { minutes: [5, 25, 45], daysOfWeek: [0] }],
    ['0 3 30 1-3 *', { daysOfMonth: [30], months: [1, 2, 3] }],
    ['0 3 28,31 2,3 *', { daysOfMonth: [28, 31], months: [2, 3] }],
    ['0 3 28,31 2 *', { daysOfMonth: [28, 31], months: [2] }],
    ['40,20 22,1 * * 5,1,1', { minutes: [20, 40], hours: [1, 22], daysOfWeek: [1, 5] }],
    ['0 3 */30 * *', { daysOfMonth: [1, 31] }],
    ['*/59 */23 * * *', { minutes: [0, 59], hours: [0, 23] }],
    ['0 3 * JAN,FEB,MAR,APR,MAY,JUN *', { months: [1, 2, 3, 4, 5, 6] }],
    ['0 3 * jul,aug,sep,oct,nov,dec *', { months: [7, 8, 9, 10, 11, 12] }],
    ['0 3 * * SUN,MON,TUE,WED,THU,FRI,SAT', { daysOfWeek: [0, 1, 2, 3, 4, 5, 6] }],
    ['0 */6 1-10/3 * *', { hours: [0, 6, 12, 18], daysOfMonth: [1, 4, 7, 10] }],
  ])('%s is read', (cron, expected) => {
    expect(readCron(cron)).toMatchObject(expected);
  });

  test('a star is every minute and hour', () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);
    expect(readCron('*,5 3 * * *')).toMatchObject({ minutes: upTo(60), hours: [3] });
    expect(readCron('* * * * *')).toEqual({
      minutes: upTo(60),
      hours: upTo(24),
      daysOfMonth: null,
      months: null,
      daysOfWeek: null,
    });
  });
});
