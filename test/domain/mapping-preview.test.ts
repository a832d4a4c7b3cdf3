import { describe, expect, test } from '@jest/globals';
import { previewMapping } from '../../domain/mapping-preview.js';
import { mappingSchema } from '../../domain/mapping.js';
import { compileReader, type ReadPerson } from '../../domain/person-reader.js';
import type { EmploymentFacts, JsonRecord } from '../../domain/employee.js';

/** What an admin is shown of a mapping before it is saved. */
const mapping = mappingSchema.parse({
  fields: [
    { member: 'team', from: '{{response.team}}' },
    { member: 'email', from: '{{response.email}}' },
    { member: 'startDate', from: '{{response.start}}' },
  ],
  custom: [{ name: 'badge', label: 'Badge', from: '{{response.badge}}' }],
});
const read = compileReader({
  mapping,
  rule: null,
  employeeIdFrom: '{{response.id}}',
  roles: ['member'],
  today: '2026-03-31',
  leadDays: 0,
  dateFormat: null,
  zone: 'utc',
});

function person(id: string, record: JsonRecord = {}, facts: Partial<EmploymentFacts> = {}): ReadPerson {
  const whole = { id, email: `${id}@acme.example`, team: 'Blue', start: '2026-01-01', badge: 'B1', ...record };
  return read(whole, { personId: id, status: 'employed', startsOn: null, endsOn: null, ...facts }, '1');
}

const shown = (...people: ReadPerson[]) => previewMapping(mapping, people);
const order = (...people: ReadPerson[]) => shown(...people).items.map(({ employeeId }) => employeeId);

const fine = person('ada');
const withoutTeam = person('ben', { team: '' });
const withoutMuch = person('cem', { team: '', start: '', badge: null });
const warned = person('dora', {}, { unreadable: [{ field: 'start', received: '31.' }] });
const wrong = person('eva', { email: 'eva@' });
const wrongTwice = person('finn', { email: 'finn@', start: 'soon' });
const left = person('gil', { team: '' }, { status: 'left' });
const unknown = person('hal', { team: '' }, { status: 'unknown' });

describe('people at whom an admin has to look', () => {
  test('come first: errors, warnings, empty values, then the rest and those who have left', () => {
    expect(order(left, fine, withoutTeam, withoutMuch, warned, wrong, wrongTwice)).toEqual([
      'finn',
      'eva',
      'dora',
      'cem',
      'ben',
      'ada',
      'gil',
    ]);
    expect(order(wrong, wrongTwice, warned, withoutMuch, withoutTeam, fine, left)).toEqual([
      'finn',
      'eva',
      'dora',
      'cem',
      'ben',
      'ada',
      'gil',
    ]);
  });

  test('are counted each once, however much is wrong with them', () => {
    expect(shown(fine, wrong, wrongTwice, warned, unknown)).toMatchObject({ people: 5, errors: 2, warnings: 2 });
  });

  test('are shown with their values under the names of the mapping, and with what is wrong', () => {
    const [item] = shown(wrong).items;
    expect(item).toEqual({
      employeeId: 'eva',
      standing: 'error',
      values: {
        employeeId: 'eva',
        email: null,
        team: 'Blue',
        startDate: '2026-01-01',
        'custom.badge': 'B1',
        role: 'member',
      },
      problems: [
        {
          severity: 'error',
          field: 'email',
          received: 'eva@',
          allowed: 'one e-mail address like ada.park@acme.example',
          detail: 'The value for "email" cannot be used: it must be one e-mail address like ada.park@acme.example.',
        },
      ],
    });
    expect(Object.keys(item?.values ?? {})).toEqual([
      'employeeId',
      'email',
      'team',
      'startDate',
      'custom.badge',
      'role',
    ]);
  });

  test('are twenty at most, and all are counted', () => {
    const people = Array.from({ length: 25 }, (_, at) => person(`p${at}`, { email: '' }));
    expect(shown(...people).items).toHaveLength(20);
    expect(shown(...people)).toMatchObject({ people: 25, errors: 25 });
  });
});

describe('mapped fields without a value', () => {
  test('are counted over those who are asked for one, most of them first', () => {
    expect(shown(fine, withoutTeam, withoutMuch).empty).toEqual([
      { field: 'team', people: 2 },
      { field: 'startDate', people: 1 },
      { field: 'custom.badge', people: 1 },
    ]);
    expect(shown(person('ida', { badge: '' }), person('joe', { badge: '' }), withoutTeam).empty).toEqual([
      { field: 'custom.badge', people: 2 },
      { field: 'team', people: 1 },
    ]);
  });

  test('are none of those who left or whose status is not known', () => {
    expect(shown(fine, left, unknown).empty).toEqual([]);
    expect(order(unknown, withoutTeam)).toEqual(['hal', 'ben']);
  });
});
