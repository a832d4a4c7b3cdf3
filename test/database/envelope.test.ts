import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { seal, unseal, type Sealed } from '../../database/envelope.js';

const key = (id: string) => ({ id, secret: randomBytes(32) });
const ring = [key('2026'), key('2025')];
const open =
  (sealed: Sealed, identity = 'programme/credential', keys = ring) =>
  () =>
    unseal(keys, sealed, identity);
const changed = (sealed: Sealed, at: number): Sealed => {
  const ciphertext = Buffer.from(sealed.ciphertext);
  ciphertext[at] = (ciphertext[at] ?? 0) ^ 1;
  return { ...sealed, ciphertext };
};

describe('a sealed credential', () => {
  test('gives back what was sealed, whatever it is, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, identity) => {
        const sealed = seal(ring, text, identity);
        expect(unseal(ring, sealed, identity)).toBe(text);
        expect(seal(ring, text, identity).ciphertext.equals(sealed.ciphertext)).toBe(false);
      }),
    );
  });

  test('holds nothing readable of it', () => {
    const sealed = seal(ring, 'a-secret-api-key', 'programme/credential');
    expect(sealed.ciphertext.includes('secret')).toBe(false);
  });

  test('does not open for another record or another programme', () => {
    const sealed = seal(ring, 'secret', 'programme/credential');
    expect(open(sealed, 'programme/other')).toThrow();
    expect(open(sealed, 'other/credential')).toThrow();
    expect(open(sealed, '')).toThrow();
  });

  test('is sealed with the ring’s first key and opened with any of them', () => {
    const sealed = seal(ring, 'secret', 'programme/credential');
    expect(sealed.keyId).toBe('2026');
    expect(open(sealed, undefined, [...ring].reverse())()).toBe('secret');
    expect(seal([...ring].reverse(), 'x', 'y').keyId).toBe('2025');
  });

  test('whose key is gone says which one to put back', () => {
    const sealed = seal(ring, 'secret', 'programme/credential');
    expect(open(sealed, undefined, [key('2025')])).toThrow(
      'The encryption key "2026" is not in the key ring (ROLLCALL_ENCRYPTION_KEYS or its file); put it back to read this.',
    );
    expect(open(sealed, undefined, [key('2026')])).toThrow();
    expect(() => seal([], 'secret', 'x')).toThrow('ROLLCALL_ENCRYPTION_KEYS is empty');
  });

  test('that was tampered with in any byte, or cut off, does not open', () => {
    const sealed = seal(ring, 'secret', 'programme/credential');
    for (let at = 0; at < sealed.ciphertext.length; at += 1) expect(open(changed(sealed, at))).toThrow();
    for (let length = 0; length < sealed.ciphertext.length; length += 1) {
      expect(open({ ...sealed, ciphertext: sealed.ciphertext.subarray(0, length) })).toThrow();
    }
    expect(open(changed(sealed, 0))).toThrow('unknown version');
  });
});
