import { describe, expect, test } from '@jest/globals';
import * as intelliHr from '../../providers/intellihr/employee.js';
import * as personio from '../../providers/personio/employee.js';
import * as sagePeople from '../../providers/sage-people/employee.js';
import type { JsonRecord, JsonValue } from '../../domain/employee.js';

/** What each vendor's words and dates mean, with the odd ones. */
describe('Personio', () => {
  const attribute = (value: JsonValue, universal_id: string | null = null, label = 'x') => ({
    label,
    value,
    type: 'standard',
    universal_id,
  });
  const facts = (attributes: JsonRecord) => personio.readEmployment(personio.filterRecord(attributes));

  test.each([
    ['active', 'employed'],
    ['leave', 'employed'],
    ['onboarding', 'employed'],
    ['inactive', 'left'],
    ['Inactive', 'left'],
    ['', 'unknown'],
    ['elsewhere', 'unknown'],
    [null, 'unknown'],
  ])('status %p is %s', (status, expected) => {
    expect(facts({ id: attribute(4711), status: attribute(status) })).toMatchObject({
      personId: '4711',
      status: expected,
    });
  });

  test('dates are taken as they are written, whatever their offset', () => {
    const record = {
      id: attribute(1),
      hire_date: attribute('2014-11-01T00:00:00+01:00'),
      termination_date: attribute('2026-03-31T00:00:00+0200'),
    };
    expect(facts(record)).toMatchObject({ startsOn: '2014-11-01', endsOn: '2026-03-31' });
    const last = { ...record, last_working_day: attribute('2026-02-28T00:00:00+01:00') };
    expect(facts(last)).toMatchObject({ endsOn: '2026-02-28' });
    expect(facts({ ...record, hire_date: attribute('soon') })).toMatchObject({
      startsOn: null,
      unreadable: [{ field: 'hire_date', received: 'soon' }],
    });
  });

  test.each([
    [null, null],
    [[], null],
    [{ type: 'Employee', attributes: { id: attribute(2), first_name: attribute('Ada') } }, { id: 2 }],
  ])('supervisor %j is %j', (value, expected) => {
    expect(personio.filterRecord({ supervisor: attribute(value) }).supervisor).toEqual(expected);
  });

  test('what is not granted is absent, what is empty is null', () => {
    expect(personio.filterRecord({ email: attribute(null) })).toEqual({ email: null });
  });

  test('custom attributes are known by key, judged by label and by meaning', () => {
    const record = personio.filterRecord({
      dynamic_1: attribute('M', null, 'T-shirt'),
      dynamic_2: attribute('DE00', 'iban', 'Konto'),
      dynamic_3: attribute('x', null, 'Religion'),
      dynamic_4: attribute('1990-05-17', 'date_of_birth', 'Geburtstag'),
      fix_salary: attribute(1),
    });
    expect(record).toEqual({ date_of_birth: '05-17', dynamic_1: 'M' });
  });
});

describe('Sage People', () => {
  const employment = (currentEmployment: JsonRecord | null) =>
    sagePeople.readEmployment(sagePeople.filterRecord({ id: 'a2G', currentEmployment }, false));

  test.each<[JsonRecord | null, object]>([
    [null, { status: 'unknown', startsOn: null, endsOn: null }],
    [
      { active: true, startDate: '2018-01-02', endDate: null },
      { status: 'employed', startsOn: '2018-01-02' },
    ],
    [{ startDate: '2018-01-02' }, { status: 'employed', endsOn: null }],
    [
      { active: true, endDate: '2026-03-10' },
      { status: 'employed', endsOn: '2026-03-10' },
    ],
    [
      { active: false, endDate: '2026-03-10' },
      { status: 'left', endsOn: '2026-03-10' },
    ],
    [{ active: false }, { status: 'left', endsOn: null }],
  ])('%j is %j', (given, expected) => {
    expect(employment(given)).toMatchObject(expected);
  });

  test('additional fields are known by name, judged by name and by source, and namesakes by both', () => {
    const field = (source: string, name: string) => ({ source, name, value: source });
    const { additionalFields } = sagePeople.filterRecord(
      {
        additionalFields: [
          field('Shirt__c', 'T-shirt'),
          field('Other__c', 'T-shirt'),
          field('fHCM2__Current_Employment__r.fHCM2__Basis__c', 'Basis'),
          field('X__c', 'Bank account'),
          field('fHCM2__Gender__c', 'X'),
          field('Unnamed__c', ' '),
          null,
        ],
      },
      true,
    );
    expect(additionalFields).toEqual({
      'T-shirt': 'Other__c',
      'T-shirt (Shirt__c)': 'Shirt__c',
      Basis: 'fHCM2__Current_Employment__r.fHCM2__Basis__c',
      Unnamed__c: 'Unnamed__c',
    });
  });
});

describe('intelliHR', () => {
  const job = (more: JsonRecord): JsonRecord => ({ id: 'j1', jobStatus: 'Current Job', isPrimaryJob: true, ...more });
  const facts = (jobs: JsonRecord[], zone: string, employmentStatus = 'Current Staff') =>
    intelliHr.readEmployment(intelliHr.filterRecord({ id: 'p1', employmentStatus, jobs }, [], null), 'people', zone);

  test.each([
    ['Australia/Sydney', '2021-02-28T13:00:00+00:00', '2021-03-01'],
    ['Australia/Sydney', '2021-06-30T14:00:00+00:00', '2021-07-01'],
    ['Pacific/Auckland', '2021-02-28T11:00:00+00:00', '2021-03-01'],
    ['Europe/Berlin', '2021-02-28T23:00:00+00:00', '2021-03-01'],
    ['America/Los_Angeles', '2021-03-01T08:00:00+00:00', '2021-03-01'],
    ['UTC', '2021-03-01T00:00:00+00:00', '2021-03-01'],
    ['Australia/Sydney', '2021-03-01', '2021-03-01'],
  ])('in %s %s is %s', (zone, startDate, startsOn) => {
    expect(facts([job({ startDate })], zone)).toMatchObject({ startsOn });
  });

  test('an end is exclusive: the last day is the one before', () => {
    const ending = job({ jobStatus: 'Ending Job', startDate: '2021-03-01', endDate: '2025-04-23T14:00:00+00:00' });
    expect(facts([ending], 'Australia/Sydney')).toMatchObject({ status: 'employed', endsOn: '2025-04-23' });
  });

  test('one that is not confirmed is none yet, unless the job is over', () => {
    const end = { endDate: '2025-05-01', isEndDateConfirmed: false };
    const filtered = (jobStatus: string, employmentStatus: string) => {
      const raw = { id: 'p1', employmentStatus, jobs: [job({ jobStatus, ...end })] };
      const details = [{ id: 'j1', jobStatus, companyEndDate: '2025-05-01', isEndDateConfirmed: false }];
      return intelliHr.readEmployment(intelliHr.filterRecord(raw, details, null), 'people', 'UTC');
    };
    expect(filtered('Ending Job', 'Exiting Staff').endsOn).toBeNull();
    expect(filtered('Past Job', 'Past Staff')).toMatchObject({ status: 'left', endsOn: '2025-04-30' });
  });

  test('who has several jobs begins with the first and leaves with the last', () => {
    const jobs = [
      job({ id: 'j2', startDate: '2022-01-01', endDate: null, isPrimaryJob: false }),
      job({ id: 'j1', startDate: '2021-01-01', endDate: '2026-01-01' }),
      job({ id: 'j0', jobStatus: 'Past Job', startDate: '2010-01-01', endDate: '2012-01-01' }),
    ];
    expect(facts(jobs, 'UTC')).toMatchObject({ startsOn: '2021-01-01', endsOn: null });
    const both = jobs.map((one) => ({ ...one, endDate: '2026-06-01' }));
    expect(facts(both, 'UTC')).toMatchObject({ endsOn: '2026-05-31' });
  });

  test.each([
    ['Current Staff', 'employed'],
    ['Exiting Staff', 'employed'],
    ['Upcoming Staff', 'employed'],
    ['Returning Staff', 'employed'],
    ['Past Staff', 'left'],
    ['No Job Records', 'unknown'],
    ['Something New', 'unknown'],
  ])('%s is %s', (word, status) => {
    expect(facts([], 'UTC', word)).toMatchObject({ status });
  });

  test('the job that describes somebody is the primary one of those that go on', () => {
    const jobs = [
      job({ id: 'past', jobStatus: 'Past Job' }),
      job({ id: 'side', isPrimaryJob: false }),
      job({ id: 'main' }),
    ];
    const details = ['past', 'side', 'main'].map((id) => ({
      id,
      jobStatus: 'Current Job',
      isPrimaryJob: id === 'main',
      name: `Name of ${id}`,
      payGrade: 'B7',
      location: { name: 'Perth', id: 1 },
    }));
    const record = intelliHr.filterRecord({ jobs }, details, null);
    expect(record.job).toMatchObject({ name: 'Name of main', location: { name: 'Perth' } });
    expect(JSON.stringify(record)).not.toContain('B7');
  });

  test('custom fields are known by label, and namesakes by both; what is sensitive is dropped', () => {
    const field = (name: string, value: JsonValue) => ({ name, type: 'TEXT', value });
    const raw = {
      customFields: {
        b_size: field('Size', { id: '1', label: 'M' }),
        a_size: field('Size', 'L'),
        likes: field('Likes', { ids: ['1'], labels: ['Tea', 'Books'] }),
        union: field('Union', 'yes'),
        bank_account: field('Konto', '1'),
        boss: field('Boss', { options: { person: {} } }),
      },
    };
    expect(intelliHr.filterRecord(raw, [], (name) => name !== 'union').customFields).toEqual({
      Size: 'L',
      'Size (b_size)': 'M',
      Likes: ['Tea', 'Books'],
    });
  });
});
