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
