import { describe, expect, test } from '@jest/globals';
import { customFieldsDigest, mappingSchema, usesCustomFields } from '../../domain/mapping.js';
import { faultsOf, faultyPaths } from './schema-faults.js';

const EMAIL = { member: 'email', from: '{{response.email}}' };
const BADGE = { name: 'badge', label: 'Badge', from: '{{response.badge}}', unique: true };

describe('a mapping', () => {
  test('needs no more than the e-mail; the rest has its default', () => {
    expect(mappingSchema.parse({ fields: [EMAIL] })).toEqual({
      fields: [{ ...EMAIL, whenEmpty: 'keep' }],
      custom: [],
      syncKey: 'employeeId',
    });
  });

  test('keeps or erases a value that becomes empty, and trims labels', () => {
    const fields = [
      { ...EMAIL, whenEmpty: 'keep' },
      { member: 'team', from: '{{response.team}}', whenEmpty: 'erase' },
    ];
    expect(mappingSchema.parse({ fields }).fields).toEqual(fields);
    expect(mappingSchema.parse({ fields, custom: [{ ...BADGE, label: ' Badge ' }] }).custom[0]?.label).toBe('Badge');
  });

  test.each([
    ['every part', { custom: [BADGE], role: { from: '{{response.level}}' }, syncKey: 'custom.badge' }],
    ['a constant and a fixed role', { role: { fixed: 'member' }, syncKey: 'email' }],
    ['a status', { status: { from: '{{response.status}}', employed: ['Active'], left: [] } }],
  ])('is accepted with %s', (_, more) => {
    expect(faultsOf(mappingSchema, { fields: [EMAIL], ...more })).toEqual([]);
  });

  test('tells all its faults at once, each with a sentence that says what is allowed', () => {
    const found = faultsOf(mappingSchema, {
      fields: [
        { member: 'firstName', from: 'first name' },
        { member: 'firstName', from: '{{response.first}}' },
        { member: 'lastName', from: '{{response.ssn}}' },
      ],
      custom: [
        { name: 'Badge', label: '', from: '{{"x"}}' },
        { name: 'badge', label: 'Badge', from: '{{response.badge}}' },
      ],
      syncKey: 'custom.badge',
    });
    expect(found.map(([path]) => path)).toEqual(
      expect.arrayContaining(['fields.0.from', 'fields.2.from', 'custom.0.name', 'custom.0.label']),
    );
    const said = Object.fromEntries(found);
    expect(said['fields.0.from']).toContain('is bare text; write a path like {{response.email}}');
    expect(said['fields.2.from']).toContain('sensitive data, which is never read');
    expect(said['custom.0.name']).toBe('must begin with a small letter and have at most 40 letters and digits');
    expect(said.fields).toBe('must map "email"');
    expect(said['fields.1.member']).toBe('"firstName" is mapped twice');
    expect(faultsOf(mappingSchema, { fields: [EMAIL], custom: [BADGE, BADGE] })).toEqual([
      ['custom.1.name', '"badge" is there twice'],
    ]);
    expect(said.syncKey).toBe('is "custom.badge"; allowed are "employeeId", "email"');
  });

  test.each([
    ['no fields', {}, 'fields'],
    ['an unknown member field', { fields: [EMAIL, { member: 'shoeSize', from: '{{response.a}}' }] }, 'fields.1.member'],
    ['an unknown property', { fields: [EMAIL], roles: [] }, ''],
    ['two custom fields of one name', { fields: [EMAIL], custom: [BADGE, BADGE] }, 'custom.1.name'],
    ['a custom field with a dash', { fields: [EMAIL], custom: [{ ...BADGE, name: 't-shirt' }] }, 'custom.0.name'],
    [
      'a sync key that is not unique',
      { fields: [EMAIL], custom: [{ ...BADGE, unique: false }], syncKey: 'custom.badge' },
      'syncKey',
    ],
    ['a sync key that is not there', { fields: [EMAIL], syncKey: 'custom.badge' }, 'syncKey'],
    [
      'a status without employed',
      { fields: [EMAIL], status: { from: '{{response.s}}', employed: [], left: [] } },
      'status.employed',
    ],
    [
      'a status from sensitive data',
      { fields: [EMAIL], status: { from: '{{response.medical}}', employed: ['a'], left: [] } },
      'status.from',
    ],
    ['a role from bare text', { fields: [EMAIL], role: { from: 'level' } }, 'role.from'],
    [
      'a path of two sensitive words',
      { fields: [EMAIL, { member: 'phone', from: '{{response.home.phone}}' }] },
      'fields.1.from',
    ],
  ])('is refused with %s', (_, mapping, path) => {
    expect(faultyPaths(mappingSchema, mapping)).toContain(path);
  });
});

describe('what a mapping needs', () => {
  const parse = (more: object) => mappingSchema.parse({ fields: [EMAIL], ...more });

  test('custom fields are read only where one is used', () => {
    const size = '{{response.customFields["T-shirt size"]}}';
    const isCustom = (name: string) => name === 'customFields';
    expect(usesCustomFields(parse({}), [], isCustom)).toBe(false);
    expect(usesCustomFields(parse({}), ['team', size], isCustom)).toBe(true);
    expect(usesCustomFields(parse({}), ['team'], isCustom)).toBe(false);
    expect(usesCustomFields(parse({ fields: [EMAIL, { member: 'team', from: size }] }), [], isCustom)).toBe(true);
    expect(usesCustomFields(parse({ custom: [{ ...BADGE, from: size }] }), [], isCustom)).toBe(true);
    expect(usesCustomFields(parse({ role: { from: size } }), [], isCustom)).toBe(true);
    expect(usesCustomFields(parse({ status: { from: size, employed: ['a'], left: [] } }), [], isCustom)).toBe(true);
    expect(usesCustomFields(parse({ role: { fixed: 'customFields' } }), [], isCustom)).toBe(false);
  });

  test('its custom fields are the same in any order, and different by name, label, source or uniqueness', () => {
    const other = { ...BADGE, name: 'shirt' };
    const digest = (custom: object[]) => customFieldsDigest(parse({ custom }));
    expect(digest([BADGE, other])).toBe(digest([other, BADGE]));
    expect(digest([])).toBe(customFieldsDigest(null));
    for (const change of [{ name: 'b' }, { label: 'B' }, { from: '{{response.b}}' }, { unique: false }]) {
      expect(digest([{ ...BADGE, ...change }])).not.toBe(digest([BADGE]));
    }
  });
});
