import { describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Turnstile } from '../../client/turnstile.js';

describe('a turnstile', () => {
  test('lets no more through at once than it may, in their order, each key by itself', async () => {
    const turnstile = new Turnstile(2);
    const inside = new Map([
      ['a', 0],
      ['b', 0],
    ]);
    const order: string[] = [];
    let most = 0;
    const walk = (key: string, name: string) =>
      turnstile.pass(key, async () => {
        order.push(name);
        inside.set(key, (inside.get(key) ?? 0) + 1);
        most = Math.max(most, inside.get(key) ?? 0);
        await nextTurn();
        inside.set(key, (inside.get(key) ?? 0) - 1);
        return name;
      });
    const names = ['a1', 'a2', 'a3', 'b1', 'a4', 'b2', 'a5'];
    expect(await Promise.all(names.map((name) => walk(name.slice(0, 1), name)))).toEqual(names);
    expect(most).toBe(2);
    expect(order.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
    expect(order.indexOf('b1')).toBeLessThan(order.indexOf('a3'));
  });

  test('gives the place of one that failed to the next', async () => {
    const turnstile = new Turnstile(1);
    const broken = turnstile.pass('a', () => Promise.reject(new Error('stumbled')));
    const next = turnstile.pass('a', () => Promise.resolve('through'));
    await expect(broken).rejects.toThrow('stumbled');
    expect(await next).toBe('through');
  });
});
