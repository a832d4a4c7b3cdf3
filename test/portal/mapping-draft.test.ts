import { describe, expect, test } from '@jest/globals';
import { MAPPABLE_FIELDS } from '../../domain/member.js';
import { mappingSchema } from '../../domain/mapping.js';
import {
  addCustom,
  customName,
  faultsByField,
  FIELD_GROUPS,
  mapField,
  NOTHING_MAPPED,
  replaceCustom,
  usedElsewhere,
} from '../../client/portal/pages/mapping/mapping-draft.js';

describe('a mapping as it is edited', () => {
  const EMAIL = '{{response.email}}';
  const mapped = mapField(mapField(NOTHING_MAPPED, 'team', '{{response.team}}'), 'email', EMAIL);

  test('every field of a member has its place on the page, once', () => {
    expect(FIELD_GROUPS.flatMap(({ members }) => [...members]).sort()).toEqual([...MAPPABLE_FIELDS].sort());
  });

  test('is the same however it came about, and is what the API takes', () => {
    expect(mapped.fields.map(({ member }) => member)).toEqual(['email', 'team']);
    expect(mappingSchema.parse(mapped)).toEqual(mapped);
    expect(mapField(mapped, 'team', '')).toEqual(mapField(NOTHING_MAPPED, 'email', EMAIL));
  });

  test.each([
    ['T-shirt size', [], 'tShirtSize'],
    ['Größe', [], 'grosse'],
    ['2nd badge', [], 'field2ndBadge'],
    ['Badge', ['badge', 'badge2'], 'badge3'],
    ['名前', [], 'field'],
    ['a'.repeat(60), [], 'a'.repeat(37)],
  ])('a custom field called "%s" beside %j is known as %s', (label, taken, name) => {
    const made = customName(label, taken);
    expect(made).toMatch(/^[a-z][A-Za-z0-9]{0,39}$/);
    expect(made).toBe(name);
  });

  test('what identified people goes back to the employee ID with the field that is gone', () => {
    const with2 = addCustom(mapped, { label: 'Badge', from: '{{response.badge}}', unique: true });
    const keyed = { ...with2, syncKey: 'custom.badge' };
    expect(replaceCustom(keyed, with2.custom).syncKey).toBe('custom.badge');
    expect(replaceCustom(keyed, []).syncKey).toBe('employeeId');
    expect(
      replaceCustom(
        keyed,
        with2.custom.map((one) => ({ ...one, unique: false })),
      ).syncKey,
    ).toBe('employeeId');
  });

  test('a value that goes to two fields is told by the other one', () => {
    const twice = mapField(mapped, 'username', EMAIL);
    expect(usedElsewhere(twice, EMAIL, 'username')).toEqual(['E-mail']);
    expect(usedElsewhere(twice, EMAIL, 'email')).toEqual(['User name']);
    expect(usedElsewhere(mapped, EMAIL, 'email')).toEqual([]);
  });

  test('a fault stands at the field of which it speaks', () => {
    const one = addCustom(mapped, { label: 'Badge', from: '', unique: false });
    const faults = faultsByField(one, [
      { pointer: '/fields/1/from', detail: 'first' },
      { pointer: '/custom/0/from', detail: 'second' },
      { pointer: '/role/fixed', detail: 'third' },
      { pointer: '/fields/9/from', detail: 'of nothing' },
    ]);
    expect([...faults]).toEqual([
      ['team', 'first'],
      ['custom.badge', 'second'],
      ['role', 'third'],
    ]);
  });
});
