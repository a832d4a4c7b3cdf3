import { describe, expect, test } from '@jest/globals';
import { describeReason, REASON_CODES } from '../../domain/reasons.js';

describe('the reasons of changes', () => {
  test('the table is closed: a new code is a decision, not an accident', () => {
    expect([...REASON_CODES].sort()).toEqual([
      'absent-unlooked',
      'adopted-by-email',
      'adopted-by-key',
      'back-in-directory',
      'back-with-another-id',
      'email-taken',
      'fields-differ',
      'last-day-over',
      'listed-as-leaver',
      'look-up-unanswered',
      'looked-up-gone',
      'moved-between-integrations',
      'new-employee',
      'not-in-directory',
      'outside-segment',
      'problem',
      'still-there',
      'undo-adopted',
      'undo-created',
      'undo-reactivated',
      'undo-removal',
      'undo-transferred',
      'undo-updated',
    ]);
  });

  test('every code is a sentence with and without values', () => {
    for (const code of REASON_CODES) {
      expect(describeReason(code, null)).toMatch(/^[A-Z].{10,}\.$/);
      expect(describeReason(code, {})).toMatch(/^[A-Z].{10,}\.$/);
    }
  });

  test('the values that decided are named', () => {
    expect(describeReason('listed-as-leaver', { lastDay: '2026-03-31' })).toContain('2026-03-31');
    expect(describeReason('outside-segment', { rule: 'department is one of Sales' })).toContain(
      'department is one of Sales',
    );
    expect(describeReason('email-taken', { integration: 'Sage HR North' })).toContain('"Sage HR North"');
    expect(describeReason('problem', { code: 'no-email', detail: 'The person has no e-mail.' })).toBe(
      'The person has no e-mail.',
    );
  });

  test.each<[string, object, string]>([
    ['listed-as-leaver', { lastDay: '' }, 'The HR system lists the person as a leaver.'],
    ['last-day-over', { lastDay: '2026-03-31' }, 'The last working day, 2026-03-31, is over.'],
    ['last-day-over', { lastDay: 31 }, 'The last working day, as the HR system had told it, is over.'],
    ['outside-segment', {}, 'Employed, but outside the segment: its rule excludes them.'],
    ['outside-segment', { rule: 'team is X', given: {} }, 'Employed, but outside the segment: team is X.'],
    ['outside-segment', { rule: 'team is X', given: null }, 'Employed, but outside the segment: team is X.'],
    ['outside-segment', { rule: 'team is X', given: 'Y' }, 'Employed, but outside the segment: team is X.'],
    [
      'outside-segment',
      { rule: 'team is X', given: { department: 'Sales', team: null } },
      'Employed, but outside the segment: team is X. The HR system says department: Sales; team: nothing.',
    ],
    [
      'not-in-directory',
      { since: '2026-03-30' },
      'The HR system has not had the person since 2026-03-30, and two complete imports at least twelve hours apart agree.',
    ],
    [
      'not-in-directory',
      {},
      'The HR system has not had the person, and two complete imports at least twelve hours apart agree.',
    ],
    [
      'moved-between-integrations',
      { integration: 'North' },
      'The person was a member through the integration "North" and goes on with the same account.',
    ],
    [
      'moved-between-integrations',
      {},
      'The person was a member through another integration and goes on with the same account.',
    ],
    ['email-taken', {}, 'The e-mail address belongs to another active member.'],
    [
      'looked-up-gone',
      { on: '2026-03-31' },
      'The HR system does not list the person any more and, asked for them on 2026-03-31, said that there is no such person.',
    ],
    [
      'looked-up-gone',
      {},
      'The HR system does not list the person any more and, asked for them, said that there is no such person.',
    ],
    ['problem', { code: 'no-email' }, 'no-email'],
    ['problem', {}, 'A value of this person cannot be used.'],
    [
      'undo-removal',
      { on: '2026-03-31' },
      'Somebody has undone the import of 2026-03-31, which had closed the account: it is open again.',
    ],
    ['undo-removal', {}, 'Somebody has undone the import, which had closed the account: it is open again.'],
  ])('%s with %j: %s', (code, values, sentence) => {
    expect(describeReason(code, { ...values })).toBe(sentence);
  });

  test('a code of a later version is shown as it is, and inherited names are no codes', () => {
    expect(describeReason('from-the-future', { a: 1 })).toBe('from-the-future');
    expect(describeReason('constructor', null)).toBe('constructor');
  });
});
