import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mappingSchema } from '../../domain/mapping.js';
import { ruleFaults } from '../../domain/segment-field.js';
import {
  compileRule,
  describeRule,
  fieldsOf,
  OPERATORS,
  segmentSchema,
  type Condition,
  type Operator,
  type SegmentRule,
} from '../../domain/segment.js';

/** Trees of conditions: what they mean, how they are read and refused, and how they are said. */
const TODAY = '2026-03-31';
const compile = (rule: SegmentRule) =>
  compileRule(rule, { today: TODAY, readDate: (text) => (text.trim() === '31.03.2026' ? '2026-03-31' : null) });

describe('a condition', () => {
  test.each<[Operator, string[], string | null, boolean]>([
    ['equals', ['Sales'], ' sALES ', true],
    ['equals', ['Sales'], 'Sales EMEA', false],
    ['equals', ['Zoe'], 'Zoë', false],
    ['equals', ['ZOË'], 'Zoe\u0308', true],
    ['equals', ['Sales'], null, false],
    ['notEquals', ['Sales'], 'Marketing', true],
    ['notEquals', ['Sales'], 'SALES', false],
    ['notEquals', ['Sales'], null, true],
    ['oneOf', ['Sales', 'Legal'], 'legal', true],
    ['oneOf', ['Sales', 'Legal'], 'Finance', false],
    ['oneOf', ['Sales'], null, false],
    ['notOneOf', ['Sales', 'Legal'], 'Finance', true],
    ['notOneOf', ['Sales', 'Legal'], 'legal', false],
    ['notOneOf', ['Sales'], null, true],
    ['contains', ['gineer'], 'Software ENGINEER', true],
    ['contains', ['gineer'], 'Counsel', false],
    ['contains', ['gineer'], null, false],
    ['startsWith', ['de'], 'DE-Leipzig', true],
    ['startsWith', ['de'], 'Old DE', false],
    ['startsWith', ['de'], null, false],
    ['isEmpty', [], null, true],
    ['isEmpty', [], 'x', false],
    ['isNotEmpty', [], 'x', true],
    ['isNotEmpty', [], null, false],
    ['before', ['2026-03-31'], '2026-03-30', true],
    ['before', ['2026-03-31'], '2026-03-31', false],
    ['before', ['2026-04-01'], '31.03.2026', true],
    ['before', ['2026-03-31'], 'soon', false],
    ['before', ['2026-12-31'], 'x2026-03-30', false],
    ['before', ['2026-12-31'], '2026-03-30x', false],
    ['before', ['2026-12-31'], '2026-11-19', true],
    ['before', ['2026-12-31'], '2026-13-01', false],
    ['before', ['2026-12-31'], '2026-01-32', false],
    ['before', ['2026-03-31'], null, false],
    ['after', ['2026-03-31'], '2026-04-01', true],
    ['after', ['2026-03-31'], '2026-03-31', false],
    ['after', ['2026-03-31'], null, false],
    ['withinLastDays', ['30'], '2026-03-01', true],
    ['withinLastDays', ['30'], '2026-02-28', false],
    ['withinLastDays', ['0'], '2026-03-31', true],
    ['withinLastDays', ['30'], '2026-04-01', false],
    ['withinLastDays', ['30'], null, false],
    ['greaterThan', ['9'], '10', true],
    ['greaterThan', ['9'], '9', false],
    ['greaterThan', ['-1.5'], ' -1 ', true],
    ['greaterThan', ['9'], 'ten', false],
    ['greaterThan', ['9'], null, false],
    ['lessThan', ['10'], '9', true],
    ['lessThan', ['10'], '10', false],
    ['lessThan', ['10'], '9.75', true],
    ['lessThan', ['10'], '9.x', false],
    ['lessThan', ['10'], '', false],
    ['lessThan', ['10'], null, false],
  ])('%s %j of %j is %s', (op, values, value, expected) => {
    expect(compile({ field: 'team', op, values })(() => value)).toBe(expected);
  });

  test('every operator is in the table above and can be said', () => {
    for (const op of OPERATORS) {
      const text = describeRule({ field: 'team', op, values: ['x'] });
      expect(text).toMatch(/^team (is|contains|begins)/);
      expect(text).not.toContain('%');
    }
  });
});

describe('a tree', () => {
  const condition: fc.Arbitrary<Condition> = fc.record({
    field: fc.constantFrom('team', 'city', 'custom.badge'),
    op: fc.constantFrom<Operator>('equals', 'notEquals', 'isEmpty', 'contains'),
    values: fc.array(fc.constantFrom('a', 'b', 'A b', ''), { minLength: 1, maxLength: 1 }),
  });
  const { rule } = fc.letrec<{ rule: SegmentRule }>((tie) => ({
    rule: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      condition,
      fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('rule') }),
    ),
  }));
  const person = fc.record({
    team: fc.constantFrom('a', 'B', 'a B', null),
    city: fc.constantFrom('A', 'b ', null),
    'custom.badge': fc.constantFrom('ab', null),
  });

  /** Word by word what the glossary says, without anything prepared. */
  function holds(tree: SegmentRule, of: Readonly<Record<string, string | null>>): boolean {
    if ('not' in tree) return !holds(tree.not, of);
    if ('all' in tree) return tree.all.filter((one) => !holds(one, of)).length === 0;
    if ('any' in tree) return tree.any.filter((one) => holds(one, of)).length > 0;
    const value = of[tree.field]?.trim().toLowerCase() ?? null;
    const [wanted = ''] = tree.values.map((one) => one.trim().toLowerCase());
    if (tree.op === 'isEmpty') return value === null;
    if (tree.op === 'notEquals') return value !== wanted;
    if (value === null) return false;
    return tree.op === 'equals' ? value === wanted : value.includes(wanted);
  }

  test('means what its words say, for any tree and any person', () => {
    fc.assert(
      fc.property(rule, person, (tree, of) => {
        const fields = fieldsOf(tree);
        const valueAt = (field: number) => (of as Record<string, string | null>)[fields[field] ?? ''] ?? null;
        expect(compile(tree)(valueAt)).toBe(holds(tree, of));
      }),
      { numRuns: 2000 },
    );
  });

  test('names its fields once, in the order in which it is read', () => {
    const is = (field: string): SegmentRule => ({ field, op: 'isNotEmpty', values: [] });
    expect(fieldsOf({ all: [is('b'), { not: is('a') }, { any: [is('b'), is('c')] }] })).toEqual(['b', 'a', 'c']);
    expect(fieldsOf(null)).toEqual([]);
  });

  test('is said with parentheses where they are needed', () => {
    const is = (field: string, value: string): SegmentRule => ({ field, op: 'equals', values: [value] });
    const tree = { all: [is('a', '1'), { any: [is('b', '2'), { not: is('c', '3') }] }, { any: [is('d', '4')] }] };
    expect(describeRule(tree)).toBe('a is 1 and (b is 2 or not (c is 3)) and d is 4');
    expect(describeRule({ all: [{ any: [is('a', '1'), is('b', '2')] }] })).toBe('a is 1 or b is 2');
  });
});

describe('what somebody gives as a rule', () => {
  const issues = (rule: unknown) => {
    const parsed = segmentSchema.safeParse({ rule });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => [path.join('.'), message]);
  };
  const good = { field: 'team', op: 'equals', values: ['x'] };
  const nest = (depth: number): unknown => (depth === 0 ? good : { not: nest(depth - 1) });

  test('is kept as it is, with empty values filled in', () => {
    const rule = { all: [good, { not: { field: 'city', op: 'isEmpty' } }] };
    expect(segmentSchema.parse({ rule })).toEqual({
      outside: 'revoke',
      rule: { all: [good, { not: { field: 'city', op: 'isEmpty', values: [] } }] },
    });
    expect(segmentSchema.parse({ rule: nest(8) }).rule).toEqual(nest(8));
    expect(segmentSchema.parse({ rule: { any: [good] } }).rule).toEqual({ any: [good] });
    expect(segmentSchema.parse({ outside: 'revoke', rule: null })).toEqual({ outside: 'revoke', rule: null });
  });

  test('may have a hundred conditions on twenty fields', () => {
    const conditions = Array.from({ length: 100 }, (_, at) => ({ ...good, field: `f${at % 20}` }));
    expect(issues({ all: conditions })).toEqual([]);
    expect(issues({ all: [...conditions, good] })).toEqual([['rule.all', 'must be a list of 1 to 100 rules']]);
  });

  test.each<[Operator, string[]]>([
    ['oneOf', ['a', 'b']],
    ['notOneOf', ['a', 'b']],
    ['before', ['2026-12-29']],
    ['after', ['2026-10-01']],
    ['withinLastDays', ['30']],
    ['withinLastDays', ['12345']],
    ['greaterThan', ['-1.25']],
    ['lessThan', ['10']],
  ])('%s takes %j', (op, values) => {
    expect(issues({ ...good, op, values })).toEqual([]);
  });

  test.each<[Operator, string[], string]>([
    ['contains', ['a', 'b'], 'must have one value with "contains", not 2'],
    ['equals', [], 'must have one value with "equals", not 0; "oneOf" takes several'],
    ['notOneOf', [], 'must have at least one value with "notOneOf"'],
    ['isNotEmpty', ['a'], 'must be left out with "isNotEmpty"'],
    ['before', ['x2026-03-31'], 'must be a date like 2026-03-31 with "before"'],
    ['after', ['2026-03-31x'], 'must be a date like 2026-03-31 with "after"'],
    ['after', ['2026-1a-31'], 'must be a date like 2026-03-31 with "after"'],
    ['after', ['2026-03-3'], 'must be a date like 2026-03-31 with "after"'],
    ['withinLastDays', ['123456'], 'must be a number of days with "withinLastDays"'],
    ['withinLastDays', ['3 days'], 'must be a number of days with "withinLastDays"'],
    ['greaterThan', ['many'], 'must be a number with "greaterThan"'],
    ['lessThan', ['1.'], 'must be a number with "lessThan"'],
  ])('%s does not take %j', (op, values, message) => {
    expect(issues({ ...good, op, values })).toEqual([['rule.values', message]]);
  });

  test.each<[string, unknown, string, RegExp]>([
    ['no object', 'team = Sales', 'rule', /must be a condition/],
    ['a list', [good], 'rule', /must be a condition/],
    ['nothing where a rule should be', { not: null }, 'rule.not', /must be a condition/],
    ['two groups at once', { all: [good], any: [good] }, 'rule.any', /beside "all"/],
    ['an empty group', { any: [] }, 'rule.any', /list of 1 to 100/],
    ['a group that is no list', { all: good }, 'rule.all', /list of 1 to 100/],
    ['an operator that is not there', { not: { ...good, op: 'like' } }, 'rule.not.op', /equals/],
    ['no field', { all: [{ op: 'isEmpty' }] }, 'rule.all.0.field', /expected string/],
    ['something beside', { ...good, also: 1 }, 'rule', /also/],
    ['several values for one', { ...good, values: ['a', 'b'] }, 'rule.values', /"oneOf" takes several/],
    ['none for a list', { ...good, op: 'oneOf', values: [] }, 'rule.values', /at least one/],
    ['some for none', { ...good, op: 'isEmpty' }, 'rule.values', /left out/],
    ['a date that is none', { ...good, op: 'before', values: ['31/03/2026'] }, 'rule.values', /2026-03-31/],
    ['days that are none', { ...good, op: 'withinLastDays', values: ['-1'] }, 'rule.values', /number of days/],
    ['a number that is none', { ...good, op: 'lessThan', values: ['1e9'] }, 'rule.values', /must be a number/],
    ['deeper than eight', nest(9), `rule${'.not'.repeat(8)}`, /8 deep/],
    ['ten thousand deep', nest(5000), `rule${'.not'.repeat(8)}`, /8 deep/],
    [
      'too many conditions',
      { all: [{ any: Array(60).fill(good) }, { any: Array(60).fill(good) }] },
      'rule',
      /120 conditions/,
    ],
    [
      'too many fields',
      { any: Array.from({ length: 21 }, (_, at) => ({ ...good, field: `f${at}` })) },
      'rule',
      /21 fields/,
    ],
  ])('%s is refused where it stands', (_, rule, path, message) => {
    const [[where, said] = []] = issues(rule);
    expect(where).toBe(path);
    expect(said).toMatch(message);
  });

  test('all faults are told at once', () => {
    const rule = { all: [{ ...good, values: [] }, { not: { any: [{ ...good, op: 'x' }, 7] } }] };
    expect(issues(rule).map(([path]) => path)).toEqual([
      'rule.all.0.values',
      'rule.all.1.not.any.0.op',
      'rule.all.1.not.any.1',
    ]);
    const fields = Array.from({ length: 21 }, (_, at) => ({ ...good, field: `f${at}` }));
    expect(issues({ all: [{ any: fields }, { not: 7 }] }).map(([path]) => path)).toEqual(['rule.all.1.not', 'rule']);
  });
});

describe('the fields of a rule', () => {
  const mapping = mappingSchema.parse({
    fields: [
      { member: 'email', from: '{{response.email}}' },
      { member: 'startDate', from: '{{response.start}}' },
    ],
    custom: [
      { name: 'badge', label: 'Badge', from: '{{response.badge}}' },
      { name: 'tShirt', label: 'T-shirt', from: '{{response.size}}' },
    ],
  });
  const fault = (field: string, op: Operator = 'oneOf', known: typeof mapping | null = mapping) =>
    ruleFaults(
      { any: [{ field: 'email', op: 'isNotEmpty', values: [] }, { not: { field, op, values: ['x'] } }] },
      known,
    );

  test('a member field must be mapped, or everybody would be outside', () => {
    expect(fault('email')).toEqual([]);
    expect(fault('employeeId')).toEqual([]);
    expect(fault('username')).toEqual([]);
    expect(fault('department')).toEqual([
      { pointer: '/any/1/not/field', detail: 'uses "department", which is not mapped' },
    ]);
    expect(fault('department', 'oneOf', null)).toEqual([]);
  });

  test('a custom field must be in the mapping', () => {
    expect(fault('custom.tShirt')).toEqual([]);
    expect(fault('custom.shoe')).toEqual([
      { pointer: '/any/1/not/field', detail: 'uses the custom field "shoe", which is not in the mapping' },
    ]);
    expect(fault('custom.shoe', 'oneOf', null)).toEqual([]);
    expect(fault('my.custom.badge')[0]?.detail).toContain('allowed are');
  });

  test('a path is understood, nonsense, constants and sensitive data are refused', () => {
    expect(fault('{{response.team}}')).toEqual([]);
    expect(fault('nonsense')[0]?.detail).toContain('allowed are');
    expect(fault('{{"UK"}}')[0]?.detail).toContain('constant');
    expect(fault('{{response.gender}}')[0]?.detail).toContain('sensitive');
  });

  test('a question for a date is none for a field that never holds one', () => {
    expect(fault('startDate', 'before')).toEqual([]);
    expect(fault('{{response.since}}', 'after')).toEqual([]);
    for (const op of ['before', 'after', 'withinLastDays'] as const) {
      expect(fault('email', op)).toEqual([
        { pointer: '/any/1/not/op', detail: `is "${op}", which needs a date; "email" is none` },
      ]);
    }
  });

  test('a rule that is not there has no faults', () => {
    expect(ruleFaults(null, mapping)).toEqual([]);
  });
});
