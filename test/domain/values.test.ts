import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonValue } from '../../domain/employee.js';
import { canonicalEmail } from '../../domain/member.js';
import { isRealDate, readDate, readEmail, readKey, readMonthDay, readText } from '../../domain/values.js';

const REFUSED = Symbol('refused');
const value = (read: { ok: true; value: string | null } | { ok: false; allowed: string }) =>
  read.ok ? read.value : REFUSED;
const plain = { dateFormat: null, zone: 'utc' };

describe('text', () => {
  test.each<[string, JsonValue | undefined, string | null | symbol]>([
    ['plain', 'Ada', 'Ada'],
    ['trimmed', '  Ada  Park \t\n', 'Ada  Park'],
    ['trimmed of a no-break space', '\u00a0Ada\u00a0', 'Ada'],
    ['composed', 'Zoe\u0308', 'Zo\u00eb'],
    ['empty', '', null],
    ['blank', ' \u00a0\t', null],
    ['null', null, null],
    ['absent', undefined, null],
    ['a number', 42, '42'],
    ['zero', 0, '0'],
    ['a fraction', 0.5, '0.5'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['a list', ['red', 7, true], 'red, 7, true'],
    ['an empty list', [], null],
    ['an emoji', '🙂', '🙂'],
    ['inner line breaks', 'a\nb', 'a\nb'],
    ['an object', { a: 1 }, REFUSED],
    ['a list of objects', [{ a: 1 }], REFUSED],
    ['a list with a hole', ['a', null], REFUSED],
    ['a list of lists', [['a']], REFUSED],
    ['NUL', 'a\0b', REFUSED],
    ['half a surrogate pair', 'a\ud83d', REFUSED],
    ['1,000 characters', 'x'.repeat(1000), 'x'.repeat(1000)],
    ['1,001 characters', 'x'.repeat(1001), REFUSED],
  ])('%s', (_, given, expected) => {
    expect(value(readText(given))).toBe(expected);
  });

  test('what was read is read the same again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (given) => {
        const once = readText(given);
        if (once.ok && once.value !== null) expect(readText(once.value)).toEqual(once);
      }),
    );
  });

  test('what is refused is told with what is allowed', () => {
    expect(readText('x'.repeat(1001))).toEqual({ ok: false, allowed: 'at most 1000 characters' });
    expect(readText('a\0b')).toEqual({ ok: false, allowed: 'text without NUL or broken characters' });
    expect(readText({ a: 1 })).toEqual({ ok: false, allowed: 'text, a number, or a list of them' });
  });

  test('what identifies somebody fits into an index', () => {
    expect(value(readKey('x'.repeat(255)))).toBe('x'.repeat(255));
    expect(readKey('x'.repeat(256))).toEqual({ ok: false, allowed: 'at most 255 characters' });
  });
});

describe('an e-mail address', () => {
  const local = (length: number) => `${'a'.repeat(length)}@acme.example`;
  const domain = (length: number) => `a@${`${'b'.repeat(49)}.`.repeat(5).slice(0, length - 4)}.cc`;

  test.each([
    ['ada.park@acme.example', 'ada.park@acme.example'],
    ['Ada.Park@ACME.Example', 'Ada.Park@ACME.Example'],
    [' ada@acme.example ', 'ada@acme.example'],
    ["o'brien+gifts@acme.example", "o'brien+gifts@acme.example"],
    ['zoë@bücher.example', 'zoë@bücher.example'],
    ['ada@sub.acme.example', 'ada@sub.acme.example'],
    [local(64), local(64)],
    ['', null],
  ])('%s is kept as received', (given, expected) => {
    expect(value(readEmail(given))).toBe(expected);
  });

  test.each([
    'a@b',
    'ada.park',
    '@acme.example',
    'ada@',
    'ada@@acme.example',
    'ada@acme@acme.example',
    'ada@acme.example, ben@acme.example',
    'ada@acme.example;ben@acme.example',
    'Ada Park <ada@acme.example>',
    'mailto:ada@acme.example',
    'ada@acme..example',
    'ada@.acme.example',
    'ada@acme.example.',
    'ada park@acme.example',
    'ada@acme.e',
    'ada\r\nBcc: x@acme.example',
    'ada@acme.example\u200b',
    '\ufeffada\u200b@acme.example',
    'ada\u0007@acme.example',
    local(65),
    domain(260),
  ])('%j is refused, and the sentence shows one', (given) => {
    expect(readEmail(given)).toEqual({ ok: false, allowed: 'one e-mail address like ada.park@acme.example' });
  });

  test('has at most 254 characters', () => {
    const longest = `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(10)}`;
    expect(longest).toHaveLength(254);
    expect(readEmail(longest).ok).toBe(true);
    expect(readEmail(`a${longest}`).ok).toBe(false);
  });

  test('is compared without case, width and surrounding space, and comparing is stable', () => {
    expect(canonicalEmail(' Ada@ACME.example')).toBe('ada@acme.example');
    expect(canonicalEmail('ＡＤＡ@acme.example')).toBe('ada@acme.example');
    expect(canonicalEmail('ZOE\u0308@ACME.EXAMPLE')).toBe(canonicalEmail('zo\u00eb@acme.example'));
    expect(canonicalEmail('J\u030c@acme.example')).toBe(canonicalEmail('\u01f0@acme.example'));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const once = canonicalEmail(text);
        expect(canonicalEmail(once)).toBe(once);
      }),
    );
  });
});

describe('a date', () => {
  const british = { dateFormat: 'dd/MM/yyyy', zone: 'utc' };
  const american = { dateFormat: 'MM/dd/yyyy', zone: 'utc' };
  const sydney = { dateFormat: null, zone: 'Australia/Sydney' };
  const angeles = { dateFormat: null, zone: 'America/Los_Angeles' };
  const london = { dateFormat: null, zone: 'Europe/London' };

  test.each<[string, JsonValue, { dateFormat: string | null; zone: string }, string | null | symbol]>([
    ['ISO 8601', '2026-03-31', plain, '2026-03-31'],
    ['ISO 8601 although a format is set', '2026-03-31', british, '2026-03-31'],
    ['a leap day', '2028-02-29', plain, '2028-02-29'],
    ['empty', '', plain, null],
    ['null', null, plain, null],
    ['30 February', '2026-02-30', plain, REFUSED],
    ['29 February of a common year', '2026-02-29', plain, REFUSED],
    ['29 February 1900', '1900-02-29', plain, REFUSED],
    ['month 13', '2026-13-01', plain, REFUSED],
    ['day 0', '2026-01-00', plain, REFUSED],
    ['the year 0', '0000-01-01', plain, REFUSED],
    ['a word', 'tomorrow', plain, REFUSED],
    ['a number', 20260331, plain, REFUSED],
    ['a format that is not set', '31/03/2026', plain, REFUSED],
    ['British', '31/03/2026', british, '2026-03-31'],
    [
      'a form of the year first that a format names as well',
      '2026-31-03',
      { ...british, dateFormat: 'yyyy-dd-MM' },
      REFUSED,
    ],
    ['American', '03/31/2026', american, '2026-03-31'],
    ['American read as British', '03/31/2026', british, REFUSED],
    ['the same digits, British', '04/03/2026', british, '2026-03-04'],
    ['the same digits, American', '04/03/2026', american, '2026-04-03'],
    ['British 31 February', '31/02/2026', british, REFUSED],
    ['British with the year 0', '01/01/0000', british, REFUSED],
    ['the last instant of a day in Sydney', '2026-03-31T12:59:59Z', sydney, '2026-03-31'],
    ['the first instant of the next day in Sydney', '2026-03-31T13:00:00Z', sydney, '2026-04-01'],
    ['the last instant of a day in Los Angeles', '2026-03-31T06:59:59Z', angeles, '2026-03-30'],
    ['the first instant of a day in Los Angeles', '2026-03-31T07:00:00.000Z', angeles, '2026-03-31'],
    ['midnight in Sydney with its offset', '2026-03-31T00:00:00+11:00', sydney, '2026-03-31'],
    ['midnight in Sydney, read in Los Angeles', '2026-03-31T00:00:00+11:00', angeles, '2026-03-30'],
    ['without an offset it is of the zone', '2026-03-31 23:30:00', sydney, '2026-03-31'],
    ['a time that summer time skips', '2026-03-29T01:30:00', london, '2026-03-29'],
    ['a time that winter time repeats', '2026-10-25T01:30:00', london, '2026-10-25'],
    ['23:30 UTC on the eve of summer time', '2026-03-28T23:30:00Z', london, '2026-03-28'],
    ['23:30 UTC on the first day of summer time', '2026-03-29T23:30:00Z', london, '2026-03-30'],
    ['an instant of 30 February', '2026-02-30T10:00:00Z', plain, REFUSED],
    ['an instant that is no time', '2026-03-31T25:00:00Z', plain, REFUSED],
    ['an instant after the year 9999 in the zone', '9999-12-31T23:00:00Z', sydney, REFUSED],
    ['an instant before the year 1 in the zone', '0001-01-01T00:00:00Z', angeles, REFUSED],
  ])('%s', (_, given, reading, expected) => {
    expect(value(readDate(given, reading))).toBe(expected);
  });

  test('the sentence names the formats that are understood', () => {
    expect(readDate('x', plain)).toEqual({ ok: false, allowed: 'a date like 2026-03-31' });
    expect(readDate('x', british)).toEqual({ ok: false, allowed: 'a date like 2026-03-31 or dd/MM/yyyy' });
    expect(readDate('2026-02-30', plain)).toEqual({ ok: false, allowed: 'a date like 2026-03-31' });
    expect(readMonthDay('x', british)).toEqual({
      ok: false,
      allowed: 'a day of the year like 05-17, or a date like 2026-03-31 or dd/MM/yyyy',
    });
    expect(readMonthDay('02-30', plain)).toEqual({
      ok: false,
      allowed: 'a day of the year like 05-17, or a date like 2026-03-31',
    });
  });

  test('is real exactly when the calendar has it', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(part(9999), part(14), part(33), (year, month, day) => {
        const text = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
        const date = new Date(`${text}T00:00:00Z`);
        const real = year > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
        expect(isRealDate(text)).toBe(real);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a birthday', () => {
  test.each<[JsonValue, string | null | symbol]>([
    ['05-17', '05-17'],
    [' 05-17 ', '05-17'],
    ['02-29', '02-29'],
    ['1990-05-17', '05-17'],
    ['1992-02-29', '02-29'],
    ['', null],
    [null, null],
    ['02-30', REFUSED],
    ['13-01', REFUSED],
    ['00-10', REFUSED],
    ['1990-02-29', REFUSED],
    ['May', REFUSED],
    ['05-17-1990', REFUSED],
    ['1-05-17', REFUSED],
    [517, REFUSED],
  ])('%j is kept as month and day', (given, expected) => {
    expect(value(readMonthDay(given, plain))).toBe(expected);
  });

  test('is read in the given format, and no year is kept', () => {
    const british = { dateFormat: 'dd/MM/yyyy', zone: 'utc' };
    expect(value(readMonthDay('17/05/1990', british))).toBe('05-17');
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (date) => {
          const text = date.toISOString();
          expect(value(readMonthDay(text.slice(0, 10), plain))).toBe(text.slice(5, 10));
          expect(value(readMonthDay(text, plain))).toBe(text.slice(5, 10));
        },
      ),
    );
  });
});
