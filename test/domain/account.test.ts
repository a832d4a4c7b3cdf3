import { describe, expect, test } from '@jest/globals';
import { accountSchema } from '../../domain/account.js';
import { faultsOf, faultyPaths } from './schema-faults.js';

const ADA = { email: ' Ada.Park@acme.example ' };
const customs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`field${at}`, 'x']));

describe('an account that is made by hand', () => {
  test('needs an address; everything is read as an import would read it', () => {
    const made = accountSchema.parse({
      ...ADA,
      employeeId: ' 17 ',
      firstName: ' Zoe\u0308 ',
      startDate: '2026-03-31',
      birthday: '1990-05-17',
      personalEmail: null,
      custom: { tShirt: ' M ' },
    });
    expect(made).toMatchObject({
      email: 'Ada.Park@acme.example',
      employeeId: '17',
      firstName: 'Zo\u00eb',
      startDate: '2026-03-31',
      birthday: '05-17',
      personalEmail: null,
      lastName: null,
      custom: { tShirt: 'M' },
    });
    expect(made.role).toBeUndefined();
  });

  test.each([{}, { email: null }, { email: ' ' }])('is refused without an address: %j', (account) => {
    expect(faultsOf(accountSchema, account)).toEqual([['email', 'is missing; an account needs one']]);
  });

  test.each([
    ['employeeId', 'x'.repeat(256), 'must be at most 255 characters'],
    ['email', 'ada@', 'must be one e-mail address like ada.park@acme.example'],
    ['personalEmail', 'home', 'must be one e-mail address like ada.park@acme.example'],
    ['startDate', '31/03/2026', 'must be a date like 2026-03-31'],
    ['birthday', '31.12.', 'must be a day of the year like 05-17, or a date like 2026-03-31'],
  ])('is refused with %s %j, and the sentence says what is allowed', (field, value, message) => {
    expect(faultsOf(accountSchema, { ...ADA, [field]: value })).toEqual([[field, message]]);
  });

  test.each([
    ['a role without a name', { role: '' }, 'role'],
    ['a field that no member has', { shoeSize: '44' }, ''],
    ['a custom field in capitals', { custom: { Badge: 'x' } }, 'custom.Badge'],
    ['a custom field with a dash', { custom: { 't-shirt': 'x' } }, 'custom.t-shirt'],
    ['a custom field of 41 letters', { custom: { ['a'.repeat(41)]: 'x' } }, `custom.${'a'.repeat(41)}`],
    ['a custom field without a value', { custom: { badge: ' ' } }, 'custom.badge'],
    ['a custom field of 1,001 characters', { custom: { badge: 'x'.repeat(1001) } }, 'custom.badge'],
  ])('is refused with %s', (_, more, path) => {
    expect(faultyPaths(accountSchema, { ...ADA, ...more })).toEqual([path]);
  });

  test('has at most ten custom fields', () => {
    const most = { ...customs(9), ['a'.repeat(40)]: 'x'.repeat(1000) };
    expect(faultsOf(accountSchema, { ...ADA, role: 'm', custom: most })).toEqual([]);
    expect(faultsOf(accountSchema, { ...ADA, custom: customs(11) })).toEqual([
      ['custom', 'has 11 fields; at most 10 are allowed'],
    ]);
  });
});
