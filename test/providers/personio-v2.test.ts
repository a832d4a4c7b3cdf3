import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readEmployment } from '../../providers/personio/employee.js';
import { personio } from '../../providers/personio/index.js';
import { recordOf } from '../../providers/personio/person.js';
import { AuthorizationLost, InsufficientScope } from '../../providers/errors.js';
import { startPersonio } from '../../simulators/personio.js';
import { control } from '../simulators/control.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { ProviderClient } from '../../providers/provider.js';

/** What is Personio's second API's alone: persons and their employments become the employees of the first. */
describe('a person with employments', () => {
  const person = (status: string, more: JsonRecord = {}) => ({
    id: '4711',
    status,
    employments: [{ id: 'a' }],
    ...more,
  });
  const facts = (one: JsonRecord, employments: readonly JsonRecord[]) =>
    readEmployment(recordOf(one, employments, false));

  test.each<[string, JsonRecord, JsonRecord[], object]>([
    ['active', person('ACTIVE'), [{ status: 'ACTIVE' }], { status: 'employed' }],
    ['on leave', person('ACTIVE'), [{ status: 'LEAVE' }], { status: 'employed' }],
    ['not begun', person('ACTIVE'), [{ status: 'ONBOARDING' }], { status: 'employed' }],
    ['gone', person('INACTIVE'), [], { status: 'left' }],
    ['gone by the person alone', person('INACTIVE'), [{ status: 'ACTIVE' }], { status: 'left' }],
    ['active with employments that are all over', person('ACTIVE'), [{ status: 'INACTIVE' }], { status: 'unknown' }],
    ['unspecified', person('UNSPECIFIED'), [{ status: 'UNSPECIFIED' }], { status: 'unknown' }],
    ['active, employments not granted', person('ACTIVE'), [], { status: 'employed' }],
    ['a word that is new', person('ACTIVE'), [{ status: 'SABBATICAL' }], { status: 'unknown' }],
    [
      'one over, one going on',
      person('ACTIVE'),
      [
        { status: 'ACTIVE', employment_start_date: '2024-01-01' },
        { status: 'INACTIVE', employment_start_date: '2001-01-01', employment_end_date: '2002-01-01' },
      ],
      { status: 'employed', startsOn: '2024-01-01', endsOn: null },
    ],
    [
      'two going on, one of them ending',
      person('ACTIVE'),
      [
        { status: 'ACTIVE', employment_start_date: '2024-01-01', termination: { last_working_day: '2026-05-31' } },
        { status: 'ACTIVE', employment_start_date: '2020-01-01' },
      ],
      { startsOn: '2020-01-01', endsOn: null },
    ],
    [
      'two going on, both ending',
      person('ACTIVE'),
      [
        { status: 'ACTIVE', termination: { last_working_date: '2026-05-31', termination_date: '2026-06-30' } },
        { status: 'ACTIVE', employment_end_date: '2026-04-30' },
      ],
      { endsOn: '2026-05-31' },
    ],
    [
      'ending by contract is no end of work',
      person('ACTIVE'),
      [{ status: 'ACTIVE', contract_end_date: '2026-01-01', employment_end_date: null }],
      { endsOn: null },
    ],
  ])('%s', (_, one, employments, expected) => {
    expect(facts(one, employments)).toMatchObject({ personId: '4711', ...expected });
  });

  test('is described by the employment that goes on, in the words of v1', () => {
    const employments = [
      { status: 'INACTIVE', position: { title: 'Trainee' } },
      {
        status: 'ACTIVE',
        type: 'EXTERNAL',
        position: { title: 'Engineer' },
        supervisor: { id: '2' },
        office: { id: '9' },
        org_units: [{ type: 'team', id: '4' }, null, { type: 'department', id: '5' }],
      },
    ];
    expect(recordOf(person('ACTIVE', { email: 'ada.park@acme.example' }), employments, false)).toEqual({
      id: '4711',
      email: 'ada.park@acme.example',
      status: 'active',
      employment_type: 'external',
      position: 'Engineer',
      hire_date: null,
      contract_end_date: null,
      last_working_day: null,
      office: { id: '9' },
      subcompany: null,
      department: { id: '5' },
      team: { id: '4' },
      supervisor: { id: '2' },
    });
  });

  test('custom attributes need a name, and of a birthday the year stays away', () => {
    const custom_attributes = [
      { id: 'dynamic_1', label: 'Laptop', value: 'Blue' },
      { id: 'dynamic_2', value: 'nobody knows' },
      { id: 'dynamic_3', label: 'Geburtstag', global_id: 'date_of_birth', value: '1980-02-19' },
      { id: 'dynamic_4', label: 'Konto', global_id: 'iban', value: 'DE00' },
      { id: '__proto__', label: 'Laptop', value: 'Red' },
      { id: 'dynamic_5', label: 'Teams', value: ['A', { name: 'B' }] },
      'nothing',
    ];
    const record = recordOf(person('INACTIVE', { custom_attributes }), [], true);
    expect(record).toEqual({
      id: '4711',
      status: 'inactive',
      dynamic_1: 'Blue',
      date_of_birth: '02-19',
      dynamic_5: ['A'],
    });
  });
});

describe('which API an account is read by', () => {
  let simulator: Awaited<ReturnType<typeof startPersonio>>;
  beforeAll(async () => {
    simulator = await startPersonio({ people: 60 });
  });
  afterAll(() => simulator.close());

  const at = (method: 'GET' | 'POST' | 'DELETE', action: string, body?: object) =>
    control(simulator.url, method, `papi-demo-client/${action}`, body);
  async function connected<T>(credential: object, work: (client: ProviderClient) => Promise<T>): Promise<T> {
    const { baseUrl } = simulator;
    const context = { baseUrl, concurrency: 3, platformKey: null, pace: null, webhookKey: null, file: null };
    const given = { clientId: 'papi-demo-client', clientSecret: 'papi-demo-secret', ...credential };
    const client = personio.connect(given, context);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
  const probe = (clientSecret = 'papi-demo-secret') =>
    connected({ clientSecret }, (client) => client.probe(AbortSignal.timeout(10_000)));
  const read = () =>
    connected({ interface: 'v2' }, async (client) => {
      const options = { signal: AbortSignal.timeout(10_000), customFields: false };
      const records = [];
      for await (const page of client.readPages('employees', null, options)) records.push(...page.records);
      return records;
    });

  test('v1 where it is allowed, since it costs a request for a hundred people', async () => {
    expect(await probe()).toMatchObject({ interface: 'v1', people: 60 });
  });

  test('v2 where the credentials are good for that one alone, with its labels; leavers cost no request', async () => {
    await at('POST', 'hide', { fields: ['v1'] });
    await at('DELETE', 'tokens');
    await at('DELETE', 'requests');
    const seen = await probe();
    expect(seen).toMatchObject({ interface: 'v2', people: 60 });
    expect(seen.labels).toEqual({ dynamic_24407: 'T-shirt size', dynamic_24408: 'Interests' });
    const { paths } = (await at('GET', 'requests')) as { paths: Record<string, number> };
    expect(paths).toMatchObject({ '/v2/persons': 2, '/v2/persons/{id}/employments': 60 });
  });

  test('a secret that neither takes is told once, with what to do', async () => {
    await expect(probe('wrong')).rejects.toThrow(AuthorizationLost);
    await expect(probe('wrong')).rejects.toThrow(/Settings > Integrations > API credentials/);
  });

  test('a status that is not granted is taken from the employment; without either it is said what to tick', async () => {
    await at('POST', 'hide', { fields: ['v1', 'status'] });
    expect(await probe()).toMatchObject({ people: 60 });
    await at('POST', 'hide', { fields: ['v1', 'status', 'employment-status'] });
    const reading = read();
    await expect(reading).rejects.toThrow(InsufficientScope);
    await expect(reading).rejects.toThrow(/Tick Status/);
  });
});
