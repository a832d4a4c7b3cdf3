import { expect, test } from '@jest/globals';
import { FAILURE_CODES, FAILURE_TYPES, failureCode, NOT_RETRYABLE } from '../../domain/failure-names.js';

test('every failure that crosses has a code of its own', () => {
  const codes = FAILURE_TYPES.map(failureCode);
  expect(new Set(codes).size).toBe(FAILURE_TYPES.length);
  expect(codes.filter((code) => !FAILURE_CODES.includes(code) || code === 'internal')).toEqual([]);
  expect(failureCode('AuthorizationLost')).toBe('authorization-lost');
  expect(failureCode('ImportSuperseded')).toBe('cancelled-by-revoke');
});

test('what is no failure of ours is internal', () => {
  for (const type of [undefined, 'TypeError', 'constructor', '']) expect(failureCode(type)).toBe('internal');
});

test('only a provider that is away or busy is asked again', () => {
  const repeated = FAILURE_TYPES.filter((type) => !NOT_RETRYABLE.includes(type));
  expect(repeated).toEqual(['RateLimited', 'ProviderUnavailable']);
});
