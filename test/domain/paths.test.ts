import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonRecord, JsonValue } from '../../domain/employee.js';
import { compileFrom, formatPath, MAX_FROM_LENGTH, parseFrom } from '../../domain/paths.js';

const steps = (text: string) => {
  const parsed = parseFrom(text);
  return parsed.ok && parsed.from.kind === 'path' ? parsed.from.steps : parsed;
};
const constant = (text: string) => {
  const parsed = parseFrom(text);
  return parsed.ok && parsed.from.kind === 'constant' ? parsed.from.value : parsed;
};
const read = (text: string, record: JsonRecord): JsonValue => {
  const parsed = parseFrom(text);
  if (!parsed.ok) throw new Error(parsed.detail);
  return compileFrom(parsed.from)(record);
};

describe('a path', () => {
  test.each<[string, (string | number)[]]>([
    ['{{response.email}}', ['email']],
    ['  {{ response.email }}  ', ['email']],
    ['{{response.profile["first-name"]}}', ['profile', 'first-name']],
    ['{{response.profile.first-name}}', ['profile', 'first-name']],
    ['{{response.addresses[0].city}}', ['addresses', 0, 'city']],
    ['{{response[12]}}', [12]],
    ['{{response["customFields"]["T-shirt size"]}}', ['customFields', 'T-shirt size']],
    ['{{response["say \\"hi\\""]}}', ['say "hi"']],
    ['{{response["back\\\\slash"]}}', ['back\\slash']],
    ['{{response["a\\ b"]}}', ['a b']],
    ['{{response["}}"]}}', ['}}']],
    ['{{response[""]}}', ['']],
    ['{{response["Größe"]}}', ['Größe']],
    ['{{response.$ref._id}}', ['$ref', '_id']],
  ])('%s is understood', (text, expected) => {
    expect(steps(text)).toEqual(expected);
  });

  test.each([
    ['{{response.email', 'bare text'],
    ['email', 'bare text; write a path like {{response.email}} or a constant like {{"UK"}}'],
    ['', 'bare text'],
    ['response.email', 'bare text'],
    ['{{}}', 'must start with {{response'],
    ['{{email}}', 'must start with {{response'],
    ['{{response}}', 'names no field'],
    ['{{responses.email}}', 'not understood from "s.email" on'],
    ['{{response.}}', 'not understood from "." on'],
    ['{{response..email}}', 'not understood'],
    ['{{response.größe}}', 'not understood'],
    ['{{response.a b}}', 'not understood from " b" on'],
    ['{{response[-1]}}', 'not understood'],
    ['{{response[1234567]}}', 'not understood'],
    ["{{response['email']}}", 'not understood'],
    ['{{response["email]}}', 'not understood'],
    ['{{response.email()}}', 'not understood from "()" on'],
    ['{{response.email}} and more', 'bare text'],
    ['more and {{response.email}}', 'bare text'],
    ['{{"UK}}', 'must start with {{response'],
    ['{{"UK" + "US"}}', 'must start with {{response'],
  ])('%s is refused with what is allowed', (text, sentence) => {
    const parsed = parseFrom(text);
    expect(parsed).toMatchObject({ ok: false, detail: expect.stringContaining(sentence) });
  });

  test('has at most 256 characters, and the sentence names both numbers', () => {
    const longest = `{{response.${'a'.repeat(MAX_FROM_LENGTH - 13)}}}`;
    expect(longest).toHaveLength(MAX_FROM_LENGTH);
    expect(parseFrom(longest).ok).toBe(true);
    expect(parseFrom(`${longest} `)).toEqual({ ok: false, detail: 'is 257 characters long; at most 256 are allowed' });
  });

  test('written from steps, it gives the same steps again', () => {
    const step = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.nat({ max: 999_999 }),
      fc.constantFrom('a"b', '\\', '\n', '\u2028', '{{', '}}', '__proto__', ' '),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (given) => {
        const text = `{{${formatPath(given)}}}`;
        fc.pre(text.length <= MAX_FROM_LENGTH);
        expect(steps(text)).toEqual(given);
      }),
    );
  });

  test('no text whatever makes the reader of paths throw', () => {
    const pieces = fc.array(
      fc.constantFrom('{{', '}}', 'response', '.', '[', ']', '"', '\\', '0', 'a', ' ', '\n', '\0', '\ud800'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parseFrom(text);
          if (!parsed.ok) expect(parsed.detail.length).toBeGreaterThan(10);
          else expect(compileFrom(parsed.from)({})).toEqual(parsed.from.kind === 'constant' ? parsed.from.value : null);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a constant', () => {
  test.each([
    ['{{"UK"}}', 'UK'],
    ['{{ "United Kingdom" }}', 'United Kingdom'],
    ['{{""}}', ''],
    ['{{"a\\ b"}}', 'a b'],
    ['{{"say \\"hi\\""}}', 'say "hi"'],
    ['{{"{{response.email}}"}}', '{{response.email}}'],
  ])('%s is the same text for everybody', (text, expected) => {
    expect(constant(text)).toBe(expected);
    expect(read(text, { UK: 'not this' })).toBe(expected);
  });
});

describe('what a path reads', () => {
  const record: JsonRecord = {
    email: 'ada.park@acme.example',
    empty: null,
    tags: ['a', 'b'],
    addresses: [{ city: 'Leeds' }],
    profile: { 'first-name': 'Ada', 'a.b': 1 },
  };

  test.each<[string, JsonValue]>([
    ['{{response.email}}', 'ada.park@acme.example'],
    ['{{response.addresses[0].city}}', 'Leeds'],
    ['{{response.addresses[1].city}}', null],
    ['{{response.profile["a.b"]}}', 1],
    ['{{response.profile.a.b}}', null],
    ['{{response.tags}}', ['a', 'b']],
    ['{{response.empty.deeper}}', null],
    ['{{response.email.length}}', null],
    ['{{response.nothing}}', null],
  ])('%s', (text, expected) => {
    expect(read(text, record)).toEqual(expected);
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__'])(
    'nothing inherited can be reached: %s',
    (name) => {
      expect(read(`{{response.${name}}}`, record)).toBeNull();
      expect(read(`{{response.profile["${name}"].name}}`, record)).toBeNull();
      expect(read(`{{response.tags.${name}}}`, record)).toBeNull();
    },
  );

  test('a field of the record may be called like an inherited one', () => {
    const parsed = JSON.parse('{"__proto__": {"email": "own"}, "constructor": "C"}') as JsonRecord;
    expect(read('{{response.__proto__.email}}', parsed)).toBe('own');
    expect(read('{{response.constructor}}', parsed)).toBe('C');
  });

  test('a getter on a prototype is never run', () => {
    class Vendor {
      get secret(): string {
        throw new Error('was run');
      }
    }
    expect(read('{{response.inner.secret}}', { inner: Object.create(new Vendor()) as JsonRecord })).toBeNull();
  });

  test('a record ten thousand levels deep is read without running out of stack', () => {
    let deep: JsonRecord = { end: 'found' };
    for (let level = 0; level < 10_000; level += 1) deep = { a: deep };
    const reader = compileFrom({ kind: 'path', steps: [...Array.from({ length: 10_000 }, () => 'a'), 'end'] });
    expect(reader(deep)).toBe('found');
  });
});
