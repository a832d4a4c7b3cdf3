import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lineAt, newGroup, newLine, replacePart, toRule, toTree } from '../../client/portal/pages/segment/rule-tree.js';
import { conditionsOf, compileRule, fieldsOf, type SegmentRule } from '../../domain/segment.js';

/** What is built on the page means what is saved, and what is saved is what is built from again. */
describe('the rule as it is built', () => {
  const TEXT = fc.constantFrom('Sales', 'Legal', 'Support');
  const { rule } = fc.letrec<{ rule: SegmentRule; condition: SegmentRule }>((tie) => ({
    condition: fc.oneof(
      fc.record({
        field: fc.constantFrom('team', 'department'),
        op: fc.constantFrom('equals', 'notEquals', 'contains'),
        values: fc.tuple(TEXT),
      }),
      fc.record({
        field: fc.constant('team'),
        op: fc.constant('oneOf'),
        values: fc.uniqueArray(TEXT, { minLength: 1 }),
      }),
      fc.record({ field: fc.constant('team'), op: fc.constant('isEmpty'), values: fc.constant([]) }),
    ),
    rule: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'rule' },
      tie('condition'),
      fc.record({ all: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('rule') }),
    ),
  }));
  const PEOPLE = [null, 'Sales', 'Legal', 'Support'].flatMap((team) =>
    [null, 'Sales', 'Legal'].map((department) => ({ team, department })),
  );
  const whoIsIn = (given: SegmentRule): boolean[] => {
    const fields = fieldsOf(given);
    const isInside = compileRule(given, { today: '2026-11-26', readDate: () => null });
    return PEOPLE.map((person) => isInside((at) => person[fields[at] as 'team' | 'department']));
  };

  test('takes in the same people after it was shown and read again, however it is nested', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const again = toRule(toTree(given));
        expect(again).not.toBeNull();
        expect(whoIsIn(again!)).toEqual(whoIsIn(given));
      }),
      { numRuns: 500 },
    );
  });

  test('finds the line that a fault speaks of, wherever it stands', () => {
    fc.assert(
      fc.property(rule, (given) => {
        const tree = toTree(given);
        const built = toRule(tree)!;
        for (const { condition, path } of conditionsOf(built)) {
          const line = lineAt(tree, `/${[...path, 'values', 0].join('/')}`);
          expect(line).toMatchObject(condition);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('leaves out lines that say nothing yet, and a group with nothing in it says nothing', () => {
    const full = { ...newLine('team'), values: [' Sales ', ''] };
    expect(toRule(newGroup([newLine('team'), full]))).toEqual({ field: 'team', op: 'oneOf', values: ['Sales'] });
    expect(toRule(newGroup([newLine(''), newGroup([newLine('team')])]))).toBeNull();
  });

  test('one part is exchanged and the others stay', () => {
    const [one, other] = [newLine('team'), newLine('department')];
    const tree = newGroup([one, newGroup([other])]);
    expect(replacePart(tree, other.id, null)).toMatchObject({ parts: [one, { kind: 'group', parts: [] }] });
    expect(replacePart(tree, one.id, { ...one, values: ['x'] })).toMatchObject({ parts: [{ values: ['x'] }, {}] });
  });
});
