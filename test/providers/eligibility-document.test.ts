import { expect, test } from '@jest/globals';
import { standing } from '../../domain/eligibility.js';
import { PROVIDERS } from '../../providers/registry.js';
import { tableOf } from '../harness/tables.js';
import type { JsonRecord } from '../../domain/employee.js';

/** docs/eligibility.md is what happens, for each vendor that is there. */
const rows = tableOf('docs/eligibility.md', 'What vendors say, on 2026-03-31').filter(([vendor]) =>
  PROVIDERS.some(({ name }) => name === vendor),
);

test.each(rows)('%s, %s: %s in %s is %s', (vendor, list = '', record = '', zone = '', expected) => {
  const provider = PROVIDERS.find(({ name }) => name === vendor)!;
  const facts = provider.readEmployment(JSON.parse(record.slice(1, -1)) as JsonRecord, list, zone);
  expect(facts.personId).not.toBeNull();
  expect(facts.unreadable).toBeUndefined();
  expect(standing(facts, { today: '2026-03-31', leadDays: 0 })).toBe(expected);
});
