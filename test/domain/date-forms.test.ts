import { describe, expect, test } from '@jest/globals';
import { countDate, dateForms, describeForms, doubtfulFormat, looksLikeDates } from '../../domain/date-forms.js';
import { discoverFields } from '../../domain/fields.js';
import { suggestMapping } from '../../domain/smart-mapping.js';
import { readDate } from '../../domain/values.js';

const formsOf = (...values: unknown[]) => {
  const tally: Record<string, number> = {};
  for (const value of values) countDate(tally, value);
  return dateForms(tally);
};
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('the forms of dates', () => {
  test('a day above twelve fits one form, one below fits two', () => {
    expect(formsOf('25/04/2026', '03/04/2026', '04/25/2026')).toEqual({
      values: 3,
      iso: 0,
      ambiguous: 1,
      none: 0,
      forms: [
        { format: 'dd/MM/yyyy', fits: 2, only: 1 },
        { format: 'MM/dd/yyyy', fits: 2, only: 1 },
      ],
    });
  });

  test('what has more evidence comes first, then what fits more, then the day before the month', () => {
    const order = (...values: string[]) => formsOf(...values).forms.map(({ format }) => format);
    expect(order('04/25/2026', '25/04/2026')).toEqual(['dd/MM/yyyy', 'MM/dd/yyyy']);
    expect(order('04/25/2026', '25/04/2026', '26/04/2026')).toEqual(['dd/MM/yyyy', 'MM/dd/yyyy']);
    expect(order('25/04/2026', '04/25/2026', '04/26/2026')).toEqual(['MM/dd/yyyy', 'dd/MM/yyyy']);
    expect(order('03/04/2026', '03.04.2026', '03.04.2026')).toEqual([
      'dd.MM.yyyy',
      'MM.dd.yyyy',
      'dd/MM/yyyy',
      'MM/dd/yyyy',
    ]);
    expect(order('03.04.2026', '03.04.2026', '25/04/2026')[0]).toBe('dd/MM/yyyy');
  });

  test('a day that is its own month is the same date both ways, so it is not ambiguous', () => {
    expect(formsOf('04/04/2026')).toMatchObject({ ambiguous: 0, forms: [{ fits: 1, only: 0 }, { fits: 1 }] });
  });

  test.each([
    ['31/02/2026', 'no February has 31 days'],
    ['13/13/2026', 'no year has 13 months'],
    ['3/4/2026', 'a format has two digits for each'],
    ['03/04.2026', 'two signs'],
    ['03/04/26', 'no year of four digits'],
    ['2026/04/2026', 'two years'],
    ['x03/04/2026', 'something before it'],
    ['03/04/2026x', 'something behind it'],
    ['soon', 'no numbers'],
    ['x2026-04-03', 'something before an ISO date'],
  ])('%s is a date in no form: %s', (value) => {
    expect(formsOf(value)).toEqual({ values: 1, iso: 0, ambiguous: 0, none: 1, forms: [] });
  });

  test.each([
    ['25.04.2026', 'dd.MM.yyyy'],
    ['04-25-2026', 'MM-dd-yyyy'],
    ['25 04 2026', 'dd MM yyyy'],
    ['2026/04/25', 'yyyy/MM/dd'],
    ['2026.25.04', 'yyyy.dd.MM'],
  ])('%s is found to be %s, and an import reads it so', (value, format) => {
    expect(formsOf(value).forms).toEqual([{ format, fits: 1, only: 1 }]);
    expect(readDate(value, { dateFormat: format, zone: 'utc' })).toEqual({ ok: true, value: '2026-04-25' });
  });

  test('ISO dates and instants read in one way, spaces around do not count, and nothing is no value', () => {
    const forms = formsOf('2026-04-03', '2026-04-03T10:00:00Z', ' 25/04/2026 ', '', '  ', null, undefined, 7);
    expect(forms).toMatchObject({ values: 4, iso: 2, none: 1, forms: [{ format: 'dd/MM/yyyy', fits: 1 }] });
  });

  test('only a field of which at least half are dates is one of dates', () => {
    expect(looksLikeDates(formsOf('25/04/2026', 'soon'))).toBe(true);
    expect(looksLikeDates(formsOf('25/04/2026', 'soon', 'later'))).toBe(false);
    expect(looksLikeDates(formsOf('2026-04-25'))).toBe(false);
    expect(looksLikeDates(formsOf())).toBe(false);
  });
});

describe('what is said of them', () => {
  const proven = formsOf(...times(212, '25/04/2026'), ...times(88, '03/04/2026'));

  test('names both dates and counts what speaks for each', () => {
    expect(describeForms(proven)).toBe(
      '03/04/2026 is 3 April with dd/MM/yyyy and 4 March with MM/dd/yyyy; 212 of 300 values fit only the first, 88 read as two dates.',
    );
    expect(describeForms(formsOf('04/25/2026', '25/04/2026', '04/26/2026', '31/02/2026'))).toBe(
      '04/03/2026 is 3 April with MM/dd/yyyy and 4 March with dd/MM/yyyy; 2 of 4 values fit only the first, 1 only the second, 1 are no dates.',
    );
  });

  test('one form is named with its count, and forms of other signs are named apart', () => {
    expect(describeForms(formsOf('25/04/2026'))).toBe('1 of 1 values fit dd/MM/yyyy.');
    expect(describeForms(formsOf('25/04/2026', '25/04/2026', '25.04.2026'))).toBe(
      'The first is dd/MM/yyyy, the second dd.MM.yyyy; 2 of 3 values fit only the first, 1 only the second.',
    );
    expect(describeForms(formsOf())).toBe('');
  });

  test('a format that the values prove is not in doubt', () => {
    expect(doubtfulFormat(proven, 'dd/MM/yyyy')).toBeNull();
  });

  test('a format that values contradict is, with their count', () => {
    expect(doubtfulFormat(proven, 'MM/dd/yyyy')).toMatch(
      /^212 of 300 values are no dates with the chosen MM\/dd\/yyyy, but are with dd\/MM\/yyyy\. 03\/04\/2026 is/,
    );
  });

  test('a format that no value has is, even where none is certain to have another', () => {
    expect(doubtfulFormat(formsOf('03/04/2026'), 'yyyy.MM.dd')).toMatch(
      /^No value is a date with the chosen yyyy\.MM\.dd\. /,
    );
    expect(doubtfulFormat(formsOf('2026-04-03'), 'yyyy.MM.dd')).toBeNull();
    expect(doubtfulFormat(formsOf('04/04/2026'), 'MM/dd/yyyy')).toBeNull();
  });

  test('a format for which nothing speaks is, and so is none', () => {
    const open = formsOf('03/04/2026', '05/06/2026');
    expect(doubtfulFormat(open, 'MM/dd/yyyy')).toMatch(/^Nothing says that MM\/dd\/yyyy is right/);
    expect(doubtfulFormat(open, null)).toMatch(/^No date format is chosen, so only ISO 8601 is understood: /);
    expect(doubtfulFormat(formsOf('2026-04-03'), null)).toBeNull();
    expect(doubtfulFormat(formsOf('04/04/2026'), 'dd/MM/yyyy')).toBeNull();
  });
});

describe('before anything is mapped', () => {
  const fields = discoverFields([
    { id: 1, start_date: '03/04/2026', left: '2026-04-03' },
    { id: 2, start_date: '25/04/2026', left: null },
  ]);

  test('a field says how its dates read', () => {
    expect(fields.find(({ path }) => path === 'response.start_date')?.dates).toMatchObject({ values: 2, ambiguous: 1 });
    expect(fields.find(({ path }) => path === 'response.left')).not.toHaveProperty('dates');
    expect(fields.find(({ path }) => path === 'response.id')).not.toHaveProperty('dates');
  });

  test('and so does the proposal to map it to a date', () => {
    const proposal = suggestMapping(fields, '{{response.id}}').find(({ member }) => member === 'startDate');
    expect(proposal?.reason).toContain('03/04/2026 is 3 April with dd/MM/yyyy and 4 March with MM/dd/yyyy; 1 of 2');
  });
});
