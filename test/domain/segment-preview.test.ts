import { describe, expect, test } from '@jest/globals';
import { countSegment, countValues, unknownValues, type ValueGroup } from '../../domain/segment-preview.js';
import type { SegmentRule } from '../../domain/segment.js';

/** Counting a rule over groups of people, and values that nobody has. */
const OPTIONS = { today: '2026-03-31', readDate: () => null };
const group = (values: (string | null)[], people: number, members = 0): ValueGroup => ({ values, people, members });
const GROUPS = [
  group(['Contractor', 'GB'], 30, 20),
  group(['contractor ', 'DE'], 11, 9),
  group(['Employee', 'GB'], 400, 390),
  group([null, 'GB'], 2, 1),
];
const type = (op: 'oneOf' | 'equals' | 'contains' | 'notOneOf' | 'notEquals', ...values: string[]): SegmentRule => ({
  field: 'employmentType',
  op,
  values,
});

test('people are counted inside and outside, and the members among those outside', () => {
  expect(countSegment(type('equals', 'Employee'), GROUPS, OPTIONS)).toEqual({
    employed: 443,
    inside: 400,
    outside: 43,
    members: 30,
  });
  const both: SegmentRule = {
    any: [type('equals', 'Contractor'), { not: { field: 'country', op: 'equals', values: ['GB'] } }],
  };
  expect(countSegment(both, GROUPS, OPTIONS)).toMatchObject({ inside: 41, outside: 402, members: 391 });
  expect(countSegment(both, [], OPTIONS)).toEqual({ employed: 0, inside: 0, outside: 0, members: 0 });
});

describe('a value is counted', () => {
  const counted = (...groups: ValueGroup[]) => [...countValues(groups, 0).values()];

  test('however it is written, under the writing that most people have', () => {
    const groups = [group(['Sales'], 3), group([' SALES'], 4), group(['sales'], 2)];
    expect(counted(...groups)).toMatchObject([{ value: ' SALES', people: 9 }]);
    expect(counted(...groups.toReversed())).toMatchObject([{ value: ' SALES', people: 9 }]);
  });

  test('under the writing of more people also where another would come first', () => {
    expect(counted(group(['sales'], 4), group(['SALES'], 3))).toMatchObject([{ value: 'sales', people: 7 }]);
  });

  test('under the same of two writings, whichever comes first', () => {
    const [small, large] = [group(['sales'], 4), group(['SALES'], 4)];
    expect(counted(small, large)).toMatchObject([{ value: 'SALES', people: 8 }]);
    expect(counted(large, small)).toMatchObject([{ value: 'SALES', people: 8 }]);
  });

  test('only where there is one', () => {
    expect(counted(group([null], 4), group([], 3), group(['Sales'], 1))).toMatchObject([{ value: 'Sales', people: 1 }]);
  });
});

describe('a value that nobody has', () => {
  test('is pointed out where it stands, with what was probably meant and how many have it', () => {
    const rule: SegmentRule = {
      all: [type('oneOf', 'employee', 'Contractr'), { not: { field: 'country', op: 'equals', values: ['ES'] } }],
    };
    expect(unknownValues(rule, GROUPS)).toEqual([
      {
        pointer: '/all/0/values/1',
        field: 'employmentType',
        value: 'Contractr',
        didYouMean: [{ value: 'Contractor', people: 41 }],
      },
      { pointer: '/all/1/not/values/0', field: 'country', value: 'ES', didYouMean: [] },
    ]);
  });

  test.each(['equals', 'notEquals', 'oneOf', 'notOneOf'] as const)('is pointed out with %s', (op) => {
    expect(unknownValues(type(op, 'Contractr'), GROUPS)).toHaveLength(1);
  });

  const proposed = (value: string, ...known: [string, number][]) =>
    unknownValues(
      type('equals', value),
      known.map(([name, people]) => group([name], people)),
    ).flatMap(({ didYouMean }) => didYouMean.map((one) => one.value));

  test('may differ in one letter of three, and a short one in a single letter', () => {
    expect(proposed('abcdef', ['abcdxy', 1], ['abcxyz', 1])).toEqual(['abcdxy']);
    expect(proposed('ab', ['ax', 1], ['xy', 1])).toEqual(['ax']);
  });

  test('is answered with the three that are most like it, of these with what most people have', () => {
    expect(proposed('Salesy', ['Sale', 9], ['Sales', 1], ['Saless', 5], ['Salesx', 7])).toEqual([
      'Salesx',
      'Saless',
      'Sales',
    ]);
  });

  test.each<[string, SegmentRule]>([
    ['is compared without case and space', type('oneOf', ' EMPLOYEE')],
    ['is no part of a value', type('contains', 'xyz')],
  ])('%s', (_, rule) => {
    expect(unknownValues(rule, GROUPS)).toEqual([]);
  });

  test('that is like nothing is pointed out without a guess', () => {
    expect(unknownValues(type('notOneOf', 'Volunteer'), GROUPS)).toMatchObject([
      { value: 'Volunteer', didYouMean: [] },
    ]);
  });
});
