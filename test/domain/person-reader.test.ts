import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EmploymentFacts, JsonRecord } from '../../domain/employee.js';
import { mappingSchema } from '../../domain/mapping.js';
import { MEMBER_FIELDS } from '../../domain/member.js';
import { compileReader, type ReaderOptions, type ReadPerson } from '../../domain/person-reader.js';

const FIELDS = [
  { member: 'email', from: '{{response.email}}' },
  { member: 'firstName', from: '{{response.name}}' },
  { member: 'startDate', from: '{{response.start}}' },
  { member: 'birthday', from: '{{response.born}}' },
  { member: 'country', from: '{{"UK"}}' },
];
const ADA: JsonRecord = {
  id: 7,
  email: 'Ada.Park@acme.example',
  name: ' Ada ',
  start: '2026-01-01',
  born: '1990-05-17',
};
const EMPLOYED: EmploymentFacts = { personId: '7', status: 'employed', startsOn: '2026-01-01', endsOn: null };
const LEFT: EmploymentFacts = { ...EMPLOYED, status: 'left' };

function reader(mapping: object = {}, options: Partial<ReaderOptions> = {}) {
  return compileReader({
    mapping: mappingSchema.parse({ fields: FIELDS, ...mapping }),
    rule: null,
    employeeIdFrom: '{{response.id}}',
    roles: ['member', 'Manager'],
    today: '2026-03-31',
    leadDays: 0,
    dateFormat: null,
    zone: 'utc',
    ...options,
  });
}

const read = (record: object, facts: Partial<EmploymentFacts> = {}, mapping: object = {}, options = {}): ReadPerson =>
  reader(mapping, options)({ ...ADA, ...record }, { ...EMPLOYED, ...facts }, 'employees/1/0');
const field = (person: ReadPerson, id: string) => person.values[MEMBER_FIELDS.findIndex((one) => one.id === id)];
const problems = (person: ReadPerson) => person.problems.map((one) => [one.severity, one.code, one.field]);

describe('an employed person', () => {
  test('is read field by field, with the address as user name and a form of it for comparing', () => {
    const person = read({});
    expect(person).toMatchObject({
      personId: '7',
      standing: 'employed',
      employeeId: '7',
      syncKey: '7',
      emailKey: 'ada.park@acme.example',
      role: 'member',
      custom: null,
      outside: false,
      segmentValues: null,
      problems: [],
    });
    expect(field(person, 'email')).toBe('Ada.Park@acme.example');
    expect(field(person, 'username')).toBe('Ada.Park@acme.example');
    expect(field(person, 'firstName')).toBe('Ada');
    expect(field(person, 'birthday')).toBe('05-17');
    expect(field(person, 'country')).toBe('UK');
    expect(field(person, 'lastName')).toBeNull();
    expect(person.values).toHaveLength(MEMBER_FIELDS.length);
  });

  test('without an address is an error that names where it was looked for', () => {
    const person = read({ email: ' ' });
    expect(person.standing).toBe('error');
    expect(person.problems).toHaveLength(1);
    expect(person.problems[0]).toMatchObject({
      code: 'no-email',
      field: 'email',
      detail: expect.stringContaining('{{response.email}}'),
      fixedBy: 'hr',
    });
  });

  test('every unusable value is told at once, with what was received and what is allowed', () => {
    const person = read({ email: 'ada@', start: '2026-02-30', name: { first: 'Ada' } });
    expect(person.standing).toBe('error');
    expect(problems(person)).toEqual([
      ['error', 'value-unreadable', 'email'],
      ['error', 'value-unreadable', 'firstName'],
      ['error', 'value-unreadable', 'startDate'],
    ]);
    expect(person.problems.map((one) => one.received)).toEqual(['ada@', '{"first":"Ada"}', '2026-02-30']);
    expect(person.problems.every((one) => one.allowed !== null)).toBe(true);
  });

  test('a missing address is told beside what else is wrong, a missing key only where nothing else is', () => {
    expect(problems(read({ email: '', name: {} }))).toEqual([
      ['error', 'value-unreadable', 'firstName'],
      ['error', 'no-email', 'email'],
    ]);
    expect(problems(read({ email: '' }, {}, { syncKey: 'email' }))).toEqual([['error', 'no-email', 'email']]);
    expect(problems(read({ id: '', name: {} }))).toEqual([['error', 'value-unreadable', 'firstName']]);
    expect(problems(read({ id: '' }))).toEqual([['error', 'no-sync-key', 'employeeId']]);
  });

  test('a record that nobody can be read out of is one error, whatever its status says', () => {
    const unusable = { detail: 'The line has 3 values, not 5.', allowed: '5 values' };
    const status = { from: '{{response.status}}', employed: ['Active'], left: [] };
    for (const mapping of [{}, { status }]) {
      const person = read({}, { personId: null, status: 'unknown', unusable, place: 'Line 17' }, mapping);
      expect(person.standing).toBe('error');
      expect(person.problems).toEqual([
        {
          severity: 'error',
          code: 'record-unusable',
          field: null,
          received: null,
          allowed: '5 values',
          detail: 'Line 17: The line has 3 values, not 5.',
          fixedBy: 'hr',
        },
      ]);
    }
  });

  test('every problem says in a sentence what is wrong, what is allowed and who can mend it', () => {
    const wrong = read(
      { email: 'ada@', name: {}, level: 'Emperor', badge: {} },
      { unreadable: [{ field: 'end', received: '31.' }] },
      { role: { from: '{{response.level}}' }, custom: [{ name: 'badge', label: 'B', from: '{{response.badge}}' }] },
    );
    const all = [
      ...wrong.problems,
      ...read({}, { personId: null }).problems,
      ...read({ email: '' }).problems,
      ...read({ id: '' }).problems,
      ...read({}, { status: 'unknown' }).problems,
      ...read({ level: {} }, {}, { role: { from: '{{response.level}}' } }).problems,
    ];
    expect(all.map(({ code, field: about, fixedBy }) => [code, about, fixedBy])).toEqual([
      ['value-unreadable', 'email', 'hr'],
      ['value-unreadable', 'firstName', 'hr'],
      ['value-unreadable', 'custom.badge', 'hr'],
      ['role-unknown', 'role', 'admin'],
      ['date-unreadable', 'end', 'hr'],
      ['no-person-id', 'employeeId', 'provider'],
      ['no-email', 'email', 'hr'],
      ['no-sync-key', 'employeeId', 'hr'],
      ['status-unknown', 'status', 'admin'],
      ['value-unreadable', 'role', 'hr'],
    ]);
    for (const { detail, allowed } of all) {
      expect(detail).toMatch(/^The .{10,}\.$/);
      expect(allowed).toMatch(/^\w.{5,}/);
    }
    expect(wrong.problems[0]?.detail).toBe(
      'The value for "email" cannot be used: it must be one e-mail address like ada.park@acme.example.',
    );
    expect(wrong.problems[3]?.detail).toBe("The role is not one of the programme's: member, Manager.");
  });

  test('what was received for each date is heard, of other fields nothing', () => {
    const heard: unknown[] = [];
    read({ start: '31/03/2026' }, {}, {}, { onDate: (...received: unknown[]) => heard.push(received) });
    expect(heard).toEqual([
      ['startDate', '31/03/2026'],
      ['birthday', '1990-05-17'],
    ]);
  });

  test('an id may have as many characters as an index takes', () => {
    expect(read({}, { personId: 'x'.repeat(255) })).toMatchObject({ standing: 'employed', personId: 'x'.repeat(255) });
  });

  test('a mapping that cannot be read is a fault of ours, told with the field', () => {
    expect(() => reader({}, { employeeIdFrom: 'id' })).toThrow(
      'The mapping of employeeId cannot be compiled: "id" is bare text',
    );
  });

  test('what is told of a value is short and can be kept', () => {
    const [long] = read({ email: 'x'.repeat(500) }).problems;
    expect(long?.received).toHaveLength(201);
    expect(read({ name: 'A\0da' }).problems[0]?.received).toBe('A\ufffdda');
  });

  test('a birthday that cannot be read is told without the year', () => {
    const [problem] = read({ born: '17 May 1990' }).problems;
    expect(problem).toMatchObject({ field: 'birthday', received: '00 May 0000' });
  });

  test('without an id of the vendor is an error of its own place, never somebody else', () => {
    for (const personId of [null, '', 'a\0b', 'x'.repeat(256)]) {
      const person = read({}, { personId });
      expect(person).toMatchObject({ standing: 'error', personId: 'no-id:employees/1/0' });
      expect(problems(person)).toEqual([['error', 'no-person-id', 'employeeId']]);
    }
  });
});

describe('where a person stands', () => {
  test('a start in the future is not yet, and missing fields are no error then', () => {
    const later = { startsOn: '2026-04-14' };
    expect(read({ email: null }, later)).toMatchObject({ standing: 'not-yet', problems: [] });
    expect(read({}, later, {}, { leadDays: 14 }).standing).toBe('employed');
  });

  test.each([
    ['nothing but an id', { email: undefined, name: undefined, start: undefined, born: undefined }],
    ['values that cannot be used', { id: { nested: 1 }, email: 'ada@', name: [[]], start: 'x', born: 'y', level: {} }],
  ])('a leaver whose record has %s is a leaver and no error', (_, record) => {
    const mapping = {
      role: { from: '{{response.level}}' },
      custom: [{ name: 'badge', label: 'Badge', from: '{{response.born}}', unique: true }],
      syncKey: 'custom.badge',
    };
    const person = read(record, { status: 'left', endsOn: '2026-03-01' }, mapping);
    expect(person).toMatchObject({ standing: 'left', personId: '7', problems: [], role: null, custom: null });
    expect(person.values.every((value) => value === null)).toBe(true);
  });

  test('a leaver whose last day is still to come is read like the employed', () => {
    expect(read({}, { ...LEFT, endsOn: '2026-03-31' })).toMatchObject({ standing: 'employed', endsOn: '2026-03-31' });
    expect(read({ email: '' }, { ...LEFT, endsOn: '2026-04-30' }).standing).toBe('error');
  });

  test('a date that the provider could not read is a warning and decides nothing', () => {
    const person = read({}, { unreadable: [{ field: 'termination_date', received: '31.3.26' }] });
    expect(person.standing).toBe('employed');
    expect(problems(person)).toEqual([['warning', 'date-unreadable', 'termination_date']]);
  });
});

describe('a mapped employment status', () => {
  const status = { from: '{{response.status}}', employed: ['Active', 'On leave'], left: ['Terminated'] };
  const standing = (word: unknown, facts: Partial<EmploymentFacts> = {}) =>
    read({ status: word }, facts, { status }).standing;

  test.each([
    ['active', 'employed'],
    [' ON LEAVE ', 'employed'],
    ['Terminated', 'left'],
    ['Sabbatical', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
    [{ word: 'Active' }, 'unknown'],
  ])('%j is %s', (word, expected) => {
    expect(standing(word)).toBe(expected);
    const told = read({ status: word }, {}, { status }).problems.map(({ code }) => code);
    expect(told).toEqual(expected === 'unknown' ? ['status-unknown'] : []);
  });

  test('an unknown word leaves the person alone with one warning, whatever else is wrong', () => {
    const person = read({ status: 'Sabbatical', email: 'ada@' }, {}, { status });
    expect(person).toMatchObject({ standing: 'unknown', personId: '7', syncKey: '7' });
    expect(person.problems).toHaveLength(1);
    expect(person.problems[0]).toMatchObject({ severity: 'warning', code: 'status-unknown', received: 'Sabbatical' });
  });

  test('a list of leavers wins over a word that still says employed', () => {
    expect(standing('Active', { status: 'left' })).toBe('left');
  });

  test('a vendor that does not know says unknown', () => {
    const person = read({}, { status: 'unknown' });
    expect(person.standing).toBe('unknown');
    expect(problems(person)).toEqual([['warning', 'status-unknown', 'status']]);
  });
});

describe('a role', () => {
  const role = (mapping: object, level: unknown = null) => read({ level }, {}, mapping);

  test('is the first of the programme unless it is fixed or mapped', () => {
    expect(role({}).role).toBe('member');
    expect(role({ role: { fixed: 'Manager' } }).role).toBe('Manager');
    expect(role({ role: { from: '{{response.level}}' } }, ' manager ').role).toBe('Manager');
    expect(role({ role: { from: '{{response.level}}' } }, '').role).toBe('member');
    expect(read({}, {}, {}, { roles: [] }).role).toBeNull();
  });

  test('that the programme does not have is an error that names those it has', () => {
    const person = role({ role: { from: '{{response.level}}' } }, 'Emperor');
    expect(person).toMatchObject({ standing: 'error', role: null });
    expect(person.problems[0]).toMatchObject({ code: 'role-unknown', received: 'Emperor', allowed: 'member, Manager' });
  });
});

describe('custom fields and keys', () => {
  const custom = (name: string, unique = true) => ({ name, label: 'Badge', from: '{{response.badge}}', unique });

  test('empty ones are left out, others are text', () => {
    const mapping = { custom: [custom('badge'), { ...custom('shirt'), from: '{{response.shirt}}' }] };
    expect(read({ badge: 12, shirt: '' }, {}, mapping).custom).toEqual({ badge: '12' });
  });

  test.each([
    ['employeeId', '7'],
    ['email', 'ada.park@acme.example'],
    ['custom.badge', 'B 12'],
  ])('the sync key can be %s', (syncKey, expected) => {
    expect(read({ badge: ' B 12 ' }, {}, { custom: [custom('badge')], syncKey }).syncKey).toBe(expected);
  });

  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])(
    'a custom field called %s has only its own value',
    (name) => {
      const mapping = { custom: [custom(name)], syncKey: `custom.${name}` };
      const rule = { field: `custom.${name}`, op: 'oneOf' as const, values: ['b1'] };
      const without = read({}, {}, mapping, { rule });
      expect(without).toMatchObject({ standing: 'error', syncKey: null, segmentValues: [null], outside: true });
      expect(problems(without)).toEqual([['error', 'no-sync-key', `custom.${name}`]]);
      expect(read({ badge: 'B1' }, {}, mapping, { rule })).toMatchObject({
        syncKey: 'B1',
        segmentValues: ['B1'],
        outside: false,
      });
    },
  );

  test('a key that is too long for an index is an error, other text may be longer', () => {
    const long = 'x'.repeat(300);
    expect(read({ badge: long }, {}, { custom: [custom('badge')] }).standing).toBe('error');
    expect(read({ badge: long }, {}, { custom: [custom('badge', false)] }).standing).toBe('employed');
    expect(read({ id: long }).standing).toBe('error');
  });

  test.each([
    ['a member field', 'firstName', 'Ada'],
    ['the first of the member fields', 'email', 'Ada.Park@acme.example'],
    ['the employee ID', 'employeeId', '7'],
    ['a custom field', 'custom.badge', 'B 12'],
    ['a path', '{{response.team.name}}', 'Große Straße'],
    ['a value that is absent', '{{response.nothing}}', null],
    ['a value that is no text', '{{response.team}}', null],
  ])('the segment is judged on %s, and what it held is told', (_, name, expected) => {
    const record = { badge: ' B 12', team: { name: 'Große Straße ' } };
    const judged = (op: 'equals' | 'notEquals') => {
      const rule = { field: name, op, values: [(expected ?? 'x').toUpperCase()] };
      return read(record, {}, { custom: [custom('badge')] }, { rule });
    };
    const isThere = expected !== null;
    // Of two small letters that one capital stands for, only the one that was written is the same.
    const isSame = isThere && name !== '{{response.team.name}}';
    expect(judged('equals')).toMatchObject({ standing: 'employed', segmentValues: [expected], outside: !isSame });
    expect(judged('notEquals')).toMatchObject({ segmentValues: [expected], outside: isSame });
  });
});

describe('a rule about dates', () => {
  const outside = (op: 'before' | 'withinLastDays', value: string, since: string) =>
    read({ since }, {}, {}, { rule: { field: '{{response.since}}', op, values: [value] }, dateFormat: 'dd/MM/yyyy' })
      .outside;

  test('reads them in the chosen format, and counts from the day of the run', () => {
    expect(outside('before', '2026-04-01', '31/03/2026')).toBe(false);
    expect(outside('before', '2026-03-31', '31/03/2026')).toBe(true);
    expect(outside('before', '2026-04-01', 'soon')).toBe(true);
    expect(outside('withinLastDays', '30', '01/03/2026')).toBe(false);
    expect(outside('withinLastDays', '29', '01/03/2026')).toBe(true);
  });
});

describe('whatever a provider hands over', () => {
  const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\ud800', '0000-01-01', 'Active'));
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      fc.constantFrom(null, true, false, undefined),
      fc.double(),
      anyText,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const names = ['id', 'email', 'name', 'start', 'born', 'status', 'level', 'badge', 'team'];
  const record = fc.record(Object.fromEntries(names.map((name) => [name, json])), { requiredKeys: [] });
  const date = fc.constantFrom(null, '2026-01-01', '2026-03-31', '2026-12-31');
  const facts = fc.record({
    personId: fc.oneof(fc.constant(null), anyText),
    status: fc.constantFrom<EmploymentFacts['status']>('employed', 'left', 'unknown'),
    startsOn: date,
    endsOn: date,
  });
  const full = reader(
    {
      status: { from: '{{response.status}}', employed: ['Active'], left: ['Gone'] },
      role: { from: '{{response.level}}' },
      custom: [
        { name: 'badge', label: 'Badge', from: '{{response.badge}}', unique: true },
        { name: 'constructor', label: 'C', from: '{{response.constructor}}' },
      ],
      syncKey: 'custom.badge',
    },
    { rule: { field: '{{response.team}}', op: 'oneOf', values: ['x'] }, dateFormat: 'dd/MM/yyyy' },
  );

  test('the reader gives a person that can be kept, or says what is wrong', () => {
    const unkeepable = /\0|\p{Cs}/u;
    fc.assert(
      fc.property(record, facts, (given, about) => {
        const person = full(given as JsonRecord, about, 'p/1/0');
        const errors = person.problems.filter((one) => one.severity === 'error');
        expect(person.standing === 'error').toBe(errors.length > 0);
        if (person.standing === 'employed') {
          expect(person.emailKey).not.toBeNull();
          expect(person.syncKey).not.toBeNull();
        }
        const kept = [person.personId, person.employeeId, person.syncKey, person.role, ...(person.segmentValues ?? [])];
        const texts = [...kept, ...person.values, ...Object.values(person.custom ?? {})].filter((one) => one !== null);
        expect(texts.filter((text) => typeof text !== 'string' || unkeepable.test(text))).toEqual([]);
        expect(person.problems.filter((one) => one.received?.includes('\0'))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});
