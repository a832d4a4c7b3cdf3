import { describe, expect, test } from '@jest/globals';
import { discoverFields } from '../../domain/fields.js';
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

  test('sensitive fields are not even named, also under a custom label', () => {
    const text = JSON.stringify(fields);
    expect(text).not.toMatch(/gender|bank/i);
    expect(field('response.customFields["T-shirt size"]')).toMatchObject({ label: 'T shirt size', samples: ['M'] });
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
