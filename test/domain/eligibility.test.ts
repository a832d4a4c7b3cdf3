import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EmploymentFacts } from '../../domain/employee.js';
import { addDays, standing, type Standing } from '../../domain/eligibility.js';

const TODAY = '2026-03-31';
const YESTERDAY = '2026-03-30';
const TOMORROW = '2026-04-01';
type Status = EmploymentFacts['status'];

const stands = (status: Status, startsOn: string | null, endsOn: string | null, leadDays = 0): Standing =>
  standing({ personId: '1', status, startsOn, endsOn }, { today: TODAY, leadDays });

describe('where somebody stands on 31 March', () => {
  test.each<[Status, string | null, string | null, number, Standing]>([
    ['employed', null, null, 0, 'employed'],
    ['employed', YESTERDAY, null, 0, 'employed'],
    ['employed', TODAY, null, 0, 'employed'],
    ['employed', TOMORROW, null, 0, 'not-yet'],
    ['employed', TOMORROW, null, 1, 'employed'],
    ['employed', '2026-04-02', null, 1, 'not-yet'],
    ['employed', '2026-04-14', null, 14, 'employed'],
    ['employed', '2026-04-15', null, 14, 'not-yet'],
    ['employed', null, YESTERDAY, 0, 'left'],
    ['employed', null, TODAY, 0, 'employed'],
    ['employed', null, TOMORROW, 0, 'employed'],
    ['employed', null, YESTERDAY, 14, 'left'],
    ['employed', YESTERDAY, TOMORROW, 0, 'employed'],
    ['employed', TOMORROW, '2026-12-31', 0, 'not-yet'],
    ['employed', TOMORROW, YESTERDAY, 0, 'left'],
    ['left', null, null, 0, 'left'],
    ['left', TOMORROW, null, 14, 'left'],
    ['left', null, YESTERDAY, 0, 'left'],
    ['left', null, TODAY, 0, 'employed'],
    ['left', null, TOMORROW, 0, 'employed'],
    ['left', TOMORROW, '2026-12-31', 0, 'not-yet'],
    ['unknown', null, null, 0, 'unknown'],
    ['unknown', TOMORROW, null, 0, 'unknown'],
    ['unknown', null, YESTERDAY, 0, 'unknown'],
  ])('%s, starts %s, ends %s, %i lead days: %s', (status, startsOn, endsOn, leadDays, expected) => {
    expect(stands(status, startsOn, endsOn, leadDays)).toBe(expected);
  });

  test('nobody whose last day is over is employed, and more lead days never exclude anybody', () => {
    const date = fc.integer({ min: -400, max: 400 }).map((days) => addDays(TODAY, days));
    const maybe = fc.option(date);
    const status = fc.constantFrom<Status>('employed', 'left', 'unknown');
    fc.assert(
      fc.property(status, maybe, maybe, fc.nat({ max: 365 }), (given, startsOn, endsOn, leadDays) => {
        const where = stands(given, startsOn, endsOn, leadDays);
        if (endsOn !== null && endsOn < TODAY) expect(['left', 'unknown']).toContain(where);
        if (where === 'employed') expect(stands(given, startsOn, endsOn, leadDays + 1)).toBe('employed');
      }),
    );
  });
});

describe('days added to a date', () => {
  test.each([
    ['2026-03-31', 0, '2026-03-31'],
    ['2026-03-31', 1, '2026-04-01'],
    ['2026-04-01', -1, '2026-03-31'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2027-01-01', -1, '2026-12-31'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-02-29', 365, '2029-02-28'],
    ['2026-02-28', 1, '2026-03-01'],
    ['2100-02-28', 1, '2100-03-01'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-10-24', 2, '2026-10-26'],
    ['2026-01-01', 3650, '2035-12-30'],
  ])('%s and %i days: %s', (date, days, expected) => {
    expect(addDays(date, days)).toBe(expected);
  });
});
