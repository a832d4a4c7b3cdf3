import { expect, test } from '@jest/globals';
import { shown } from '../../domain/problem.js';

test.each<[string, unknown, string | null]>([
  ['nothing', null, null],
  ['what is not there', undefined, null],
  ['text', 'Ada', 'Ada'],
  ['empty text', '', ''],
  ['a number', 7, '7'],
  ['an object', { a: [1] }, '{"a":[1]}'],
  ['text that no database keeps', 'A\0\0B', 'A\ufffd\ufffdB'],
  ['200 characters', 'x'.repeat(200), 'x'.repeat(200)],
  ['201 characters', 'x'.repeat(201), `${'x'.repeat(200)}…`],
])('%s is shown short enough to be told', (_, received, expected) => {
  expect(shown(received)).toBe(expected);
});
