import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EmploymentFacts } from '../../domain/employee.js';
import { addDays, standing, type Standing } from '../../domain/eligibility.js';

const TODAY = '2026-03-31';
type Status = EmploymentFacts['status'];

const stands = (status: Status, startsOn: string | null, endsOn: string | null, leadDays = 0): Standing =>
  standing({ personId: '1', status, startsOn, endsOn }, { today: TODAY, leadDays });

/** Single cases are in docs/eligibility.md, and read from there. */
describe('where somebody stands on 31 March', () => {
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
