import { describe, expect, test } from '@jest/globals';
import { discoverFields, fieldLabel } from '../../domain/fields.js';
import type { JsonRecord } from '../../domain/employee.js';
import { compileFrom, parseFrom } from '../../domain/paths.js';
import { suggestMapping } from '../../domain/smart-mapping.js';

const RECORDS = [
  {
    id: 1,
    email: 'ada.park@acme.example',
    'first-name': 'Ada',
    reports: null,
    gender: 'x',
    tags: ['a', 'b'],
    addresses: [{ city: 'Leeds' }],
    customFields: { 'T-shirt size': 'M', 'Bank account': '123' },
  },
  { id: 2, email: '', 'first-name': 'Ben', reports: { to: 7 }, customFields: {} },
];

describe('the fields of a provider', () => {
  const fields = discoverFields(RECORDS);
  const field = (path: string) => fields.find((one) => one.path === path);

  test('each path can be put between braces and reads its sample', () => {
    for (const { path, samples } of fields) {
      const parsed = parseFrom(`{{${path}}}`);
      if (!parsed.ok) throw new Error(parsed.detail);
      const read = RECORDS.map((record) => compileFrom(parsed.from)(record));
      expect(
        read.map((value) => (Array.isArray(value) ? value.join(', ') : JSON.stringify(value).replace(/"/g, ''))),
      ).toEqual(expect.arrayContaining(samples));
    }
  });

  test('samples are distinct values and `filled` is the share of records that have one', () => {
    expect(field('response.id')).toEqual({ path: 'response.id', label: 'Id', samples: ['1', '2'], filled: 1 });
    expect(field('response.email')).toMatchObject({ samples: ['ada.park@acme.example'], filled: 0.5 });
    expect(field('response.tags')).toMatchObject({ samples: ['a, b'], filled: 0.5 });
    expect(field('response.addresses[0].city')).toMatchObject({ samples: ['Leeds'], label: 'Addresses city' });
    expect(field('response["first-name"]')).toMatchObject({ label: 'First name', filled: 1 });
  });

  test('a group that is empty in one record is no field', () => {
    expect(field('response.reports')).toBeUndefined();
    expect(field('response.reports.to')).toMatchObject({ filled: 0.5 });
  });

  test('a field that nobody has is none, though a record has a place for it', () => {
    expect(discoverFields([{ id: 1, team: undefined }]).map(({ path }) => path)).toEqual(['response.id']);
  });

  test('sensitive fields are not even named, also under a custom label', () => {
    const text = JSON.stringify(fields);
    expect(text).not.toMatch(/gender|bank/i);
    expect(field('response.customFields["T-shirt size"]')).toMatchObject({ label: 'T shirt size', samples: ['M'] });
  });
});

describe('fields that are found', () => {
  const found = (...records: JsonRecord[]) => discoverFields(records).map(({ path }) => path);

  test('have at most three samples of at most eighty characters', () => {
    const [field] = discoverFields(['a', 'b', 'c', 'd'].map((name) => ({ name: ` ${name.repeat(99)} ` })));
    expect(field?.samples).toEqual(['a'.repeat(80), 'b'.repeat(80), 'c'.repeat(80)]);
    expect(discoverFields([{ name: ' Ada ' }, { name: 'Ada' }])[0]?.samples).toEqual(['Ada']);
  });

  test('are at most four names deep', () => {
    expect(found({ a: { b: { c: { d: 1 } } } })).toEqual(['response.a.b.c.d']);
    expect(found({ a: { b: { c: { d: { e: 1 } } } } })).toEqual([]);
  });

  test('are looked for in the first of a list that has records, and no record is nothing', () => {
    expect(found({ list: [{ a: 1 }, 2] })).toEqual(['response.list[0].a']);
    expect(found({ list: [2, { a: 1 }] })).toEqual(['response.list[0]']);
    expect(found({ list: [] }, { list: [{ a: 1 }] })).toEqual(['response.list[0].a']);
    expect(found({})).toEqual([]);
  });

  test('have no value where there is none, and of what is nested in a list only plain values', () => {
    const [none] = discoverFields([{ a: null }, { a: ' ' }, { a: undefined }]);
    expect(none).toEqual({ path: 'response.a', label: 'A', samples: [], filled: 0 });
    expect(discoverFields([{ a: ['x', null, 7] }])[0]?.samples).toEqual(['x, , 7']);
    expect(discoverFields([{ a: [['x', { b: 1 }]] }])[0]?.samples).toEqual(['x,']);
  });

  test('are filled in thousandths', () => {
    const records = [{ a: 1 }, { a: 2 }, {}];
    expect(discoverFields(records)[0]?.filled).toBe(0.667);
  });

  test.each([
    [['job', 'positionTitle'], 'Job position title'],
    [['addresses', 0, 'street_-_name'], 'Addresses street name'],
    [['customFields', 'T-shirt size'], 'T shirt size'],
    [['address2Line'], 'Address2 line'],
    [['DOB'], 'Dob'],
  ])('%j is shown as "%s"', (steps, label) => {
    expect(fieldLabel(steps)).toBe(label);
  });
});

describe('suggestions for the mapping', () => {
  const suggestions = suggestMapping(
    discoverFields([
      { id: 1, given_name: 'Ada', last_name: 'Park', contact: 'ada@acme.example', 'T-shirt': 'M', team: 'Blue' },
    ]),
    '{{response.id}}',
  );
  const of = (member: string) => suggestions.find((one) => one.member === member);

  test('the employee id comes first, from the vendor’s own id', () => {
    expect(suggestions[0]).toMatchObject({ member: 'employeeId', from: '{{response.id}}', confidence: 1 });
  });

  test('same names, other words and values are proposed with falling confidence', () => {
    expect(of('lastName')?.from).toBe('{{response.last_name}}');
    expect(of('firstName')?.from).toBe('{{response.given_name}}');
    expect(of('email')).toMatchObject({ from: '{{response.contact}}' });
    const confidence = (member: string) => of(member)?.confidence ?? 0;
    expect(confidence('lastName')).toBeGreaterThan(confidence('firstName'));
    expect(confidence('firstName')).toBeGreaterThan(confidence('email'));
  });

  test('what fits nothing is not proposed', () => {
    expect(of('phone')).toBeUndefined();
    expect(suggestions.every((one) => one.confidence > 0 && one.confidence <= 1 && one.reason !== '')).toBe(true);
  });
});
