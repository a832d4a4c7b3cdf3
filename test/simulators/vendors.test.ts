import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { startIntelliHr } from '../../simulators/intellihr.js';
import { PLATFORM_KEY, startMerge } from '../../simulators/merge.js';
import { startPersonio } from '../../simulators/personio.js';
import { startSagePeople } from '../../simulators/sage-people.js';

/**
 * What the simulators answer, against the vendors' own descriptions. Where these say nothing about a field (nullable
 * ones lost their types, Personio's values have none), neither does this test.
 */
interface Specification {
  readonly responses: Readonly<Record<string, object>>;
  readonly components: object;
}
type Json = Record<string, unknown>;

const TODAY = '2026-03-10';

async function validator(vendor: string, path: string) {
  const file = new URL(`../providers/specifications/${vendor}.json`, import.meta.url);
  const { responses, components } = JSON.parse(await readFile(file, 'utf8'), widened) as Specification;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  const validate = ajv.compile({ ...responses[path], components });
  return (body: unknown) => {
    validate(body);
    return validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`) ?? [];
  };
}

/** A nullable field without a type may be anything; Personio's common `data` is an object there, a list in its example. */
function widened(this: Json, key: string, value: unknown): unknown {
  if (key === 'nullable' && this.type === undefined) return undefined;
  return key === 'Response' ? {} : value;
}

/** The names of a list's records in a description. */
async function described(vendor: string, path: string): Promise<string[]> {
  const file = new URL(`../providers/specifications/${vendor}.json`, import.meta.url);
  const { responses } = JSON.parse(await readFile(file, 'utf8')) as {
    responses: Record<string, { properties: { data: { items: { properties: object } } } }>;
  };
  return Object.keys(responses[path]?.properties.data.items.properties ?? {}).sort();
}

const json = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).json() as Promise<Json>;
const namesOf = ({ data }: Json) => Object.keys((data as object[])[0] ?? {}).sort();

describe('Sage People', () => {
  let simulator: Awaited<ReturnType<typeof startSagePeople>>;
  let authorization: string;
  beforeAll(async () => {
    simulator = await startSagePeople({ today: TODAY });
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '3MVG9demo.consumer.key',
      client_secret: 'demo-consumer-secret',
    });
    const token = await json(`${simulator.url}/services/oauth2/token`, { method: 'POST', body });
    authorization = `Bearer ${String(token.access_token)}`;
  });
  afterAll(() => simulator.close());

  test('answers with pages as they are described, and ends with 204', async () => {
    const faults = await validator('sage-people', '/employees');
    const headers = { authorization, accept: 'application/json' };
    const list = `${simulator.url}/services/apexrest/spapi/v4/employees`;
    let marker = '';
    let people = 0;
    for (;;) {
      const answer = await fetch(`${list}${marker === '' ? '' : `?marker=${marker}`}`, { headers });
      if (answer.status === 204) break;
      const body = (await answer.json()) as { data: { id: string }[] };
      expect(faults(body)).toEqual([]);
      people += body.data.length;
      marker = body.data.at(-1)?.id ?? '';
      expect(marker).toMatch(/^\w{18}$/);
    }
    expect(people).toBe(275);
    const one = await json(`${list}/a2G7E00000000007UA`, { headers });
    expect((await validator('sage-people', '/employees/{employeeId}'))(one)).toEqual([]);
    expect(one).toHaveProperty('data.id', 'a2G7E00000000007UA');
    expect((await fetch(`${list}/a2G7E00000009999UA`, { headers })).status).toBe(404);
    const others = { authorization, accept: 'text/html' };
    expect((await fetch(list, { headers: others })).status).toBe(406);
    expect(await json(list)).toEqual([expect.objectContaining({ errorCode: 'INVALID_SESSION_ID' })]);
  });
});

describe('intelliHR', () => {
  let simulator: Awaited<ReturnType<typeof startIntelliHr>>;
  beforeAll(async () => {
    simulator = await startIntelliHr({ today: TODAY, timeZone: 'Australia/Sydney' });
  });
  afterAll(() => simulator.close());
  const headers = { authorization: 'Bearer demo-access-key', tenant: 'acme' };

  test.each(['/people', '/jobs', '/custom-field-definitions'])('answers %s as it is described', async (path) => {
    const faults = await validator('intellihr', path);
    const body = await json(`${simulator.baseUrl}${path}?limit=100&page=1`, { headers });
    expect(faults(body)).toEqual([]);
    expect((await described('intellihr', path)).filter((name) => !namesOf(body).includes(name))).toEqual([]);
  });

  test('answers with one person as it is described, and with 404 where there is nobody', async () => {
    const { data } = (await json(`${simulator.baseUrl}/people`, { headers })) as { data: { id: string }[] };
    const path = `${simulator.baseUrl}/people/${data[0]?.id ?? ''}`;
    const one = await json(path, { headers });
    expect((await validator('intellihr', '/people/{id}'))(one)).toEqual([]);
    expect(one).toHaveProperty('data.id', data[0]?.id);
    const nobody = await fetch(path.replace(/.{4}$/, 'ffff'), { headers });
    expect(nobody.status).toBe(404);
    expect(await nobody.json()).toEqual(expect.any(Object));
  });

  test('wants the tenant and the key', async () => {
    for (const without of [
      { tenant: 'acme' },
      { ...headers, tenant: 'other' },
      { ...headers, authorization: 'Bearer x' },
    ]) {
      expect((await fetch(`${simulator.baseUrl}/people`, { headers: without })).status).toBe(401);
    }
  });

  test('writes days as the instants of their midnights, and ends exclusively', async () => {
    const { data } = (await json(`${simulator.baseUrl}/people?limit=100`, { headers })) as { data: { jobs: Json[] }[] };
    const starts = data.map(({ jobs }) => String(jobs[0]?.startDate).slice(10));
    expect(new Set(starts)).toEqual(new Set(['T13:00:00+00:00', 'T14:00:00+00:00']));
  });
});

describe('Personio', () => {
  let simulator: Awaited<ReturnType<typeof startPersonio>>;
  let headers: Record<string, string>;
  beforeAll(async () => {
    simulator = await startPersonio({ today: TODAY });
    const body = JSON.stringify({ client_id: 'papi-demo-client', client_secret: 'papi-demo-secret' });
    const { data } = (await json(`${simulator.url}/v1/auth`, { method: 'POST', body })) as { data: { token: string } };
    headers = { authorization: `Bearer ${data.token}` };
  });
  afterAll(() => simulator.close());

  test('answers with employees as they are described, all attributes or those asked for', async () => {
    const faults = await validator('personio', '/company/employees');
    const list = `${simulator.url}/v1/company/employees?limit=100&offset=200`;
    const all = await json(list, { headers });
    expect(faults(all)).toEqual([]);
    expect(all).toMatchObject({ offset: 200, limit: 100, metadata: { total_elements: 275, total_pages: 3 } });
    const some = (await json(`${list}&attributes[]=email&attributes[]=status`, { headers })) as {
      data: { attributes: object }[];
    };
    expect(Object.keys(some.data[0]?.attributes ?? {})).toEqual(['id', 'email', 'status']);
    expect(some.data).toHaveLength(75);
  });

  test('answers with one employee as it is described, and of nobody', async () => {
    const path = '/company/employees/{employee_id}';
    const one = await json(`${simulator.url}/v1/company/employees/7`, { headers });
    expect((await validator('personio', path))(one)).toEqual([]);
    expect(one).toHaveProperty('data.attributes.id.value', 7);
    const nobody = await fetch(`${simulator.url}/v1/company/employees/9999`, { headers });
    expect(nobody.status).toBe(404);
    const said = (await nobody.json()) as Json;
    expect((await validator('personio', `${path} 404`))(said)).toEqual([]);
    expect(said).toHaveProperty('error.code', 404);
  });

  test('a page has 100 employees at most, whatever is asked for', async () => {
    const { data } = await json(`${simulator.url}/v1/company/employees?limit=500`, { headers });
    expect(data).toHaveLength(100);
  });

  test('answers with persons and employments of v2 as they are described, a token for a form', async () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'papi-demo-client',
      client_secret: 'papi-demo-secret',
    });
    const token = await json(`${simulator.url}/v2/auth/token`, { method: 'POST', body });
    expect((await validator('personio-v2', '/v2/auth/token'))(token)).toEqual([]);
    const own = { authorization: `Bearer ${String(token.access_token)}` };
    const persons = await json(`${simulator.url}/v2/persons?limit=50`, { headers: own });
    expect((await validator('personio-v2', '/v2/persons'))(persons)).toEqual([]);
    expect(persons).toHaveProperty('_meta.links.next.href', expect.stringMatching(/cursor=cur_/));
    const { _data: people } = persons as { _data: { id: string }[] };
    expect(people).toHaveLength(50);
    const employments = await json(`${simulator.url}/v2/persons/50/employments`, { headers: own });
    expect((await validator('personio-v2', '/v2/persons/{person_id}/employments'))(employments)).toEqual([]);
    const one = await json(`${simulator.url}/v2/persons/50`, { headers: own });
    expect((await validator('personio-v2', '/v2/persons/{id}'))(one)).toEqual([]);
    expect(one).toHaveProperty('id', '50');
    const nobody = await json(`${simulator.url}/v2/persons/9999`, { headers: own });
    expect((await validator('personio-v2', '/v2/persons/{id} 404'))(nobody)).toEqual([]);
    expect(nobody).toHaveProperty('errors.0.title', expect.any(String));
    const wrong = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' });
    expect((await fetch(`${simulator.url}/v2/auth/token`, { method: 'POST', body: wrong })).status).toBe(400);
  });

  test('lists the attributes that may be read, in the form of the vendor’s example', async () => {
    const { data } = (await json(`${simulator.url}/v1/company/employees/attributes`, { headers })) as { data: Json[] };
    expect(data).toContainEqual({ key: 'dynamic_24410', label: 'Konto', type: 'standard', universal_id: 'iban' });
  });
});

describe('Merge', () => {
  let simulator: Awaited<ReturnType<typeof startMerge>>;
  beforeAll(async () => {
    simulator = await startMerge({ today: TODAY });
  });
  afterAll(() => simulator.close());
  const headers = { authorization: `Bearer ${PLATFORM_KEY}`, 'x-account-token': 'demo-account-token' };

  test('finds one employee by the id of the HR system, and who was deleted there where that is asked for', async () => {
    const faults = await validator('merge', '/employees');
    const ask = async (query: string) => {
      const body = await json(`${simulator.baseUrl}/hris/v1/employees?${query}`, { headers });
      expect(faults(body)).toEqual([]);
      return (body.results as Json[]).map(({ remote_id, remote_was_deleted }) => [remote_id, remote_was_deleted]);
    };
    expect(await ask('remote_id=19003')).toEqual([['19003', false]]);
    await fetch(`${simulator.url}/control/acme/delete`, { method: 'POST', body: '{"id":3}' });
    expect(await ask('remote_id=19003')).toEqual([]);
    expect(await ask('remote_id=19003&include_deleted_data=true')).toEqual([['19003', true]]);
  });

  test.each(['/employees?page_size=100', '/sync-status'])('answers %s as it is described', async (address) => {
    const faults = await validator('merge', address.split('?')[0] ?? '');
    expect(faults(await json(`${simulator.baseUrl}/hris/v1${address}`, { headers }))).toEqual([]);
  });

  test('links as it is described, and a public token is good for one use', async () => {
    const api = `${simulator.baseUrl}/hris/v1`;
    const body = JSON.stringify({
      end_user_email_address: 'x@rollcall.invalid',
      end_user_organization_name: 'Acme',
      end_user_origin_id: '1',
      categories: ['hris'],
    });
    const link = await json(`${api}/link-token`, { method: 'POST', headers, body });
    expect((await validator('merge', '/link-token'))(link)).toEqual([]);
    const linked = await json(`${simulator.url}/link/${String(link.link_token)}`, { method: 'POST' });
    const exchange = `${api}/account-token/${String(linked.public_token)}`;
    const account = await json(exchange, { headers });
    expect((await validator('merge', '/account-token/{public_token}'))(account)).toEqual([]);
    expect((await fetch(exchange, { headers })).status).toBe(404);
  });
});
