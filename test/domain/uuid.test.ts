import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { uuidV7 } from '../../domain/uuid.js';

test('the example of RFC 9562 is made from its time and random bits', () => {
  // The first digit of the third and the first bits of the fourth group are the version and the variant.
  const random = Uint8Array.from([0xfc, 0xc3, 0xd8, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f, 0xff]);
  expect(uuidV7(Date.parse('2022-02-22T19:22:22Z'), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('ids have the order of their times', () => {
  const time = fc.nat({ max: 2 ** 48 - 1 });
  const random = fc.uint8Array({ minLength: 10, maxLength: 10 });
  fc.assert(
    fc.property(time, time, random, random, (one, other, first, second) => {
      fc.pre(one < other);
      expect(uuidV7(one, first) < uuidV7(other, second)).toBe(true);
    }),
  );
});
