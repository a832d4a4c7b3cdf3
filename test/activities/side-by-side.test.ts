import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { sideBySide } from '../../activities/side-by-side.js';

test('what was begun together is over when one of it has failed', async () => {
  let isWriting = true;
  const slow = delay(50).then(() => {
    isWriting = false;
  });
  await expect(sideBySide([Promise.reject(new Error('the first one failed')), slow])).rejects.toThrow('the first one');
  expect(isWriting).toBe(false);
});

test('each gives what it found', async () => {
  const [found, name] = await sideBySide([Promise.resolve(true), Promise.resolve('Ada Park')]);
  expect([found, name]).toEqual([true, 'Ada Park']);
});
