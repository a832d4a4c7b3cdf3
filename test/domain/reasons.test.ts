import { describe, expect, test } from '@jest/globals';
import { describeReason, REASON_CODES } from '../../domain/reasons.js';

describe('the reasons of changes', () => {
  test('the table is closed: a new code is a decision, not an accident', () => {
    expect([...REASON_CODES].sort()).toEqual([
      'adopted-by-email',
      'adopted-by-key',
      'back-in-directory',
      'back-with-another-id',
      'email-taken',
      'fields-differ',
      'last-day-over',
      'listed-as-leaver',
      'moved-between-integrations',
      'new-employee',
      'not-in-directory',
      'outside-segment',
      'problem',
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

  test('a code of a later version is shown as it is, and inherited names are no codes', () => {
    expect(describeReason('from-the-future', { a: 1 })).toBe('from-the-future');
    expect(describeReason('constructor', null)).toBe('constructor');
  });
});
