import { describe, expect, test } from '@jest/globals';
import { retryAfterSeconds } from '../../providers/retry-after.js';

describe('Retry-After', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  test.each([
    ['120', 120],
    [' 0 ', 0],
    ['999999999', 86_400],
    ['Tue, 10 Mar 2026 12:01:30 GMT', 90],
    ['Tue, 10 Mar 2026 11:00:00 GMT', 0],
    ['Tue, 99 Mar 2026 11:00:00 GMT', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['2026-03-10', null],
    ['', null],
    [null, null],
  ])('%j means %j seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
  });
});
