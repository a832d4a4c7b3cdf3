import { describe, expect, test } from '@jest/globals';
import { describeReason } from '../../domain/reasons.js';
import { inProgramme } from '../../database/transaction.js';
import type { SegmentRule } from '../../domain/segment.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, kindsOf, problemsOf, runOver, type Listed } from './directory.js';

/** Who is outside a tree of conditions is removed with the rule and what the HR system said; a lost field removes nobody. */
const database = ownDatabase('segment');

const person = (id: string, team: string, badge: string | null = null): Listed => ({
  id,
  number: `N${id}`,
  email: `${id}@acme.example`,
  name: `Person ${id}`,
  team,
  badge,
});
const BADGE = '{{response.badge}}';
const RULE: SegmentRule = {
  all: [
    { not: { field: 'team', op: 'oneOf', values: ['interns', 'Board'] } },
    {
      any: [
        { field: BADGE, op: 'isEmpty', values: [] },
        { field: BADGE, op: 'startsWith', values: ['b'] },
      ],
    },
  ],
};
const world = (rule: SegmentRule) => createWorld(database.db, { segment: { outside: 'revoke', rule } });

test('a tree decides, and the reason tells the rule and what it found', async () => {
  const place = await world(RULE);
  const people = [person('1', 'Sales'), person('2', 'Sales', 'B7'), person('3', 'Sales', 'C7'), person('4', 'INTERNS')];
  expect(kindsOf((await runOver(database.db, place, people)).counts)).toMatchObject({ created: 2, skipped: 2 });
  const moved = [
    person('1', 'Interns '),
    person('2', 'Sales', 'B7'),
    person('3', 'Sales', 'b8'),
    person('4', 'Interns'),
  ];
  const second = await runOver(database.db, place, moved);
  expect(kindsOf(second.counts)).toMatchObject({ created: 1, revoked: 1, unchanged: 1, skipped: 1 });
  const [revoked] = await inProgramme(database.db, place.programme, (trx) =>
    trx<{ reason_code: string; reason_values: Record<string, unknown> }>('changes').where({
      import_id: second.import,
      kind: 'revoked',
    } as never),
  );
  expect(describeReason(revoked!.reason_code, revoked!.reason_values)).toBe(
    'Employed, but outside the segment: not (team is one of interns, Board) and ' +
      '({{response.badge}} is empty or {{response.badge}} begins with b). ' +
      'The HR system says team: Interns; {{response.badge}}: nothing.',
  );
});

describe('a field that the HR system gives nobody any more', () => {
  const badged = ['1', '2', '3', '4'].map((id) => person(id, 'Sales', `B${id}`));
  const without = badged.map(({ id, team }) => person(id, team));
  const condition = (op: 'isEmpty' | 'isNotEmpty' | 'notEquals'): SegmentRule => ({
    field: BADGE,
    op,
    values: op === 'notEquals' ? ['X'] : [],
  });

  test.each<[string, SegmentRule, Listed[], Listed[], object, string[]]>([
    ['excludes nobody', condition('isNotEmpty'), badged, without, { revoked: undefined }, ['segment-field-lost']],
    [
      'lets nobody in',
      condition('notEquals'),
      badged,
      [...without, person('5', 'Sales')],
      { created: undefined },
      ['segment-field-lost'],
    ],
    [
      'may be empty where that is the rule',
      condition('isEmpty'),
      without,
      [...without, person('5', 'Sales')],
      { created: 1, unchanged: 4 },
      [],
    ],
    [
      'excludes nobody by being empty',
      { not: condition('isEmpty') },
      badged,
      without,
      { revoked: undefined },
      ['segment-field-lost'],
    ],
  ])('%s', async (_, rule, before, after, counts, codes) => {
    const place = await world(rule);
    expect((await runOver(database.db, place, before)).counts).toMatchObject({ created: 4 });
    const run = await runOver(database.db, place, after);
    for (const [kind, count] of Object.entries(counts)) expect([kind, run.counts[kind]]).toEqual([kind, count]);
    const problems = await problemsOf(database.db, place, run.import);
    expect(problems.map(({ code }) => code)).toEqual(codes);
  });
});
