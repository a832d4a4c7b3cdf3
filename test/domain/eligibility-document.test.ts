import { expect, test } from '@jest/globals';
import { standing } from '../../domain/eligibility.js';
import { tableOf } from '../harness/tables.js';
import type { EmploymentFacts } from '../../domain/employee.js';

/** docs/eligibility.md is what happens. */
const dateOf = (cell: string): string | null => (cell === '–' ? null : cell);

test.each(tableOf('docs/eligibility.md', 'Facts to standing, on 2026-03-31'))(
  '%s, from %s to %s, %s lead days: %s',
  (status, startsOn, endsOn, leadDays, expected) => {
    const facts = {
      personId: '1',
      status: status as EmploymentFacts['status'],
      startsOn: dateOf(startsOn),
      endsOn: dateOf(endsOn),
    };
    expect(standing(facts, { today: '2026-03-31', leadDays: Number(leadDays) })).toBe(expected);
  },
);
