import { describe, expect, test } from '@jest/globals';
import {
  ATTENTION_CODES,
  daysUntilNoticed,
  isAccessCode,
  isToldByMail,
  outranks,
  REMEDIES,
  reminderDue,
} from '../../domain/attention.js';
import type { Cadence } from '../../domain/cadence.js';
import { readCron } from '../../domain/cron.js';
import { slowed } from '../../domain/slow-down.js';

const NOW = new Date('2027-01-05T12:00:00Z');
const PLACE = { at: '03:00', timeZone: 'Europe/London' };

describe('reminders', () => {
  test.each<[number, number | null, number | null]>([
    [0, null, null],
    [1, null, 1],
    [1, 1, null],
    [2, 1, null],
    [3, 1, 3],
    [3, null, 3],
    [6, 3, null],
    [7, 3, 7],
    [40, 1, 7],
    [400, 7, null],
  ])('after %i days, the last one on day %p: %p', (days, reminded, due) => {
    expect(reminderDue(days, reminded)).toBe(due);
  });

  test('are three in all, however often somebody looks', () => {
    const sent: number[] = [];
    for (let hour = 0; hour < 24 * 60; hour += 1) {
      const due = reminderDue(Math.floor(hour / 24), sent.at(-1) ?? null);
      if (due !== null) sent.push(due);
    }
    expect(sent).toEqual([1, 3, 7]);
  });
});

test('what is more pressing is never hidden by what is less', () => {
  const ranked = [...ATTENTION_CODES];
  for (const [place, code] of ranked.entries()) {
    expect(ranked.filter((other) => outranks(code, other))).toEqual(ranked.slice(place + 1));
  }
});

test('only what somebody with valid credentials can end is about access', () => {
  expect(ATTENTION_CODES.filter(isAccessCode)).toEqual(['authorization-lost', 'insufficient-scope']);
  expect(isAccessCode(null)).toBe(false);
});

test('all but removals that wait, which the report tells, is told by a mail of its own', () => {
  expect(ATTENTION_CODES.filter((code) => !isToldByMail(code))).toEqual(['removals-held']);
});

test('every reason has a remedy of its own, and says what becomes of the members meanwhile', () => {
  const said = ATTENTION_CODES.map((code) => REMEDIES[code]);
  expect(new Set(said).size).toBe(ATTENTION_CODES.length);
  for (const remedy of said) expect(remedy).toMatch(/^[A-Z][^"]+\.$/);
});

test.each<[Cadence, number]>([
  [{ every: 'hour', interval: 1, ...PLACE }, 3],
  [{ every: 'day', ...PLACE }, 3],
  [{ every: 'week', weekday: 1, ...PLACE }, 21],
  [{ every: 'month', dayOfMonth: 1, ...PLACE }, 93],
  [{ cron: '0 3 * * 1', timeZone: 'UTC' }, 21],
])('%j without success is noticed after %i days', (cadence, days) => {
  expect(daysUntilNoticed(cadence, NOW)).toBe(days);
});

describe('slowed down', () => {
  test('a cron expression that cannot be read stays as it is', () => {
    expect(slowed({ cron: 'now and then' })).toEqual({ cron: 'now and then' });
  });

  test.each<[Cadence, Cadence]>([
    [
      { every: 'hour', interval: 1, ...PLACE },
      { every: 'day', ...PLACE },
    ],
    [
      { every: 'day', ...PLACE },
      { every: 'day', ...PLACE },
    ],
    [
      { every: 'week', weekday: 2, ...PLACE },
      { every: 'week', weekday: 2, ...PLACE },
    ],
    [
      { cron: '*/15 8-17 * * 1-5', timeZone: 'UTC' },
      { cron: '0 8 * * 1-5', timeZone: 'UTC' },
    ],
    [
      { cron: ' 30 6,18 1 * *', timeZone: 'UTC' },
      { cron: '30 6 1 * *', timeZone: 'UTC' },
    ],
    [{ cron: '50,10 20,4  *  * 1' }, { cron: '10 4 * * 1' }],
    [{ every: 'hour' }, { every: 'day' }],
    [
      { cron: '0 3 * * *', timeZone: 'UTC' },
      { cron: '0 3 * * *', timeZone: 'UTC' },
    ],
  ])('%j becomes %j', (given, expected) => {
    expect(slowed(given)).toEqual(expected);
    expect(Object.keys(slowed(given))).toEqual(Object.keys(expected));
    if ('cron' in expected) expect(readCron(expected.cron)).not.toHaveProperty('fault');
  });
});
