import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DEFAULT_REMOVAL_LIMIT,
  exceedsRemovalLimit,
  identityThreshold,
  invitationThreshold,
  mostLookUps,
  removalLimitSchema,
  removalThreshold,
  type RemovalLimit,
} from '../../domain/removal-limit.js';

test.each<[number, RemovalLimit, number | null]>([
  [0, DEFAULT_REMOVAL_LIMIT, 3],
  [60, DEFAULT_REMOVAL_LIMIT, 3],
  [61, DEFAULT_REMOVAL_LIMIT, 3.05],
  [1000, { share: 1, count: 5000 }, 50],
  [1000, null, null],
])('of %i members with the limit %j, %s may be known by another address or key after a run', (members, limit, most) => {
  expect(identityThreshold(limit, members)).toBe(most);
});

test.each<[number, RemovalLimit, number | null]>([
  [0, DEFAULT_REMOVAL_LIMIT, 50],
  [100, DEFAULT_REMOVAL_LIMIT, 50],
  [103, DEFAULT_REMOVAL_LIMIT, 51.5],
  [1000, { share: 1, count: 5000 }, 500],
  [1000, null, null],
])('of %i members with the limit %j, %s are invited by a later import without a decision', (members, limit, most) => {
  expect(invitationThreshold(limit, members)).toBe(most);
});

test.each<[number, RemovalLimit, number]>([
  [0, DEFAULT_REMOVAL_LIMIT, 200],
  [20_000, DEFAULT_REMOVAL_LIMIT, 200],
  [20_100, DEFAULT_REMOVAL_LIMIT, 201],
  [1000, { share: 1, count: 5000 }, 1000],
  [100_000, null, 200],
])('of %i members with the limit %j, %i who are missing are asked for one by one', (members, limit, most) => {
  expect(mostLookUps(limit, members)).toBe(most);
});

describe('how many removals a run may make', () => {
  test.each<[number, RemovalLimit, number | null]>([
    [0, DEFAULT_REMOVAL_LIMIT, 3],
    [5, DEFAULT_REMOVAL_LIMIT, 3],
    [12, DEFAULT_REMOVAL_LIMIT, 3],
    [30, DEFAULT_REMOVAL_LIMIT, 3],
    [31, DEFAULT_REMOVAL_LIMIT, 3.1],
    [120, DEFAULT_REMOVAL_LIMIT, 12],
    [1000, DEFAULT_REMOVAL_LIMIT, 100],
    [5000, DEFAULT_REMOVAL_LIMIT, 100],
    [10_000, DEFAULT_REMOVAL_LIMIT, 100],
    [20_000, DEFAULT_REMOVAL_LIMIT, 200],
    [200_000, DEFAULT_REMOVAL_LIMIT, 2000],
    [1000, { share: 0, count: 100 }, 3],
    [1000, { share: 1, count: 0 }, 10],
    [1000, { share: 0, count: 0 }, 3],
    [12, { share: 1, count: 100 }, 12],
    [1000, { share: 1, count: 2000 }, 1000],
    [100, { share: 0.29, count: 100 }, 29],
    [100, { share: 0.07, count: 100 }, 7],
    [1000, null, null],
    [0, null, null],
  ])('of %i members with %j: %p', (members, limit, expected) => {
    expect(removalThreshold(limit, members)).toBe(expected);
  });

  test('a share of whole per cents is exact: exactly that many pass', () => {
    const percent = fc.nat({ max: 100 });
    fc.assert(
      fc.property(percent, fc.nat({ max: 300_000 }), fc.nat({ max: 5000 }), (share, members, count) => {
        const threshold = removalThreshold({ share: share / 100, count }, members) ?? 0;
        // In hundredths, where all numbers are whole.
        const exact = Math.max(300, Math.min(share * members, Math.max(count * 100, members)));
        expect(Math.floor(threshold)).toBe(Math.floor(exact / 100));
        expect(Math.ceil(threshold)).toBe(Math.ceil(exact / 100));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the limit is exceeded', () => {
  const exceeds = (members: number, removals: number, week: number, limit: RemovalLimit = DEFAULT_REMOVAL_LIMIT) =>
    exceedsRemovalLimit(limit, { activeMembers: members, removals, removedInLastSevenDays: week });

  test.each([
    [12, 3, 0, false],
    [12, 4, 0, true],
    [12, 3, 3, false],
    [12, 3, 4, true],
    [12, 1, 6, true],
    [12, 0, 6, false],
    [120, 12, 0, false],
    [120, 13, 0, true],
    [120, 12, 12, false],
    [120, 12, 13, true],
    [20_000, 200, 200, false],
    [20_000, 201, 0, true],
  ])('of %i members by %i removals after %i in the week: %p', (members, removals, week, expected) => {
    expect(exceeds(members, removals, week)).toBe(expected);
  });

  test('never, once the admin has switched it off', () => {
    expect(exceeds(10, 10, 1000, null)).toBe(false);
  });
});

describe('a limit as it is given', () => {
  test.each([null, { share: 0, count: 0 }, { share: 1, count: 1_000_000 }])('%j is accepted', (limit) => {
    expect(removalLimitSchema.parse(limit)).toEqual(limit);
  });

  test.each([
    [{ share: 10, count: 100 }, ['share']],
    [{ share: -0.1, count: -1 }, ['share', 'count']],
    [{ share: 0.1, count: 1.5 }, ['count']],
    [{ share: '10%', count: 'all' }, ['share', 'count']],
    [{ share: 0.1 }, ['count']],
  ])('%j is refused, every fault at once', (limit, paths) => {
    const parsed = removalLimitSchema.safeParse(limit);
    expect(parsed.error?.issues.map((issue) => issue.path[0])).toEqual(paths);
  });
});
