import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ValidateFunction } from 'ajv';
import { startSageHr, type SageHrSimulator } from '../../simulators/sage-hr.js';
import { startSimulators, type Simulators } from '../../simulators/start.js';
import { control } from './control.js';

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; items?: Schema };
interface Specification {
  responses: Record<string, { $ref: string }>;
  components: { schemas: Record<string, Schema> };
}

/** Where the vendor's description is too narrow, because its types were derived from single examples. */
const WIDER: readonly { property: string; type: string[]; because: string }[] = [
  { property: 'next_page', type: ['number', 'null'], because: 'the last page has no next one' },
  {
    property: 'previous_page',
    type: ['number', 'null'],
    because: 'the example shows null, from which text was guessed',
  },
  { property: 'email', type: ['string', 'null'], because: 'HR may not have entered one' },
  { property: 'picture_url', type: ['string', 'null'], because: 'not everybody has a picture' },
  { property: 'mobile_phone', type: ['string', 'null'], because: 'not everybody has one' },
  { property: 'reports_to_employee_id', type: ['number', 'null'], because: 'the first of a company reports to nobody' },
  { property: 'employee_number', type: ['string', 'null'], because: 'it is optional' },
  { property: 'post_code', type: ['number', 'string'], because: 'most countries have letters or leading zeros in it' },
  { property: 'end_date', type: ['string', 'null'], because: 'the present row of a history has no end' },
];
/** Given only when asked for. */
const OPTIONAL = ['team_history', 'employment_status_history', 'position_history'];

/** The vendor's schemas, widened as listed and otherwise made strict: every field is there and no other one is. */
function tighten(specification: Specification): Record<string, Schema> {
  const { schemas } = structuredClone(specification.components);
  for (const schema of Object.values(schemas)) {
    const properties = schema.properties ?? {};
    for (const { property, type } of WIDER) if (properties[property]) properties[property] = { type };
    schema.additionalProperties = false;
    schema.required = Object.keys(properties).filter((name) => !OPTIONAL.includes(name));
  }
  return schemas;
}

interface Listed {
  data: Record<string, unknown>[];
  meta: Record<string, number | null>;
}

interface Known {
  email: string | null;
  employment_start_date: string;
  termination_date: string | null;
  lists: string[];
}

const TODAY = '2026-03-10';
const KEY = 'demo-sage-key';

let simulator: SageHrSimulator;
let folder: string;
let validators: Map<string, ValidateFunction>;

const ask = (path: string, key = KEY, base = `${simulator.url}/acme/api`) =>
  fetch(`${base}${path}`, { headers: { 'x-auth-token': key } });
const read = async (path: string) => (await ask(path)).json() as Promise<Listed>;
const ids = async (list: string) => (await read(`/${list}`)).data.map((record) => record.id);

beforeAll(async () => {
  simulator = await startSageHr({ today: TODAY });
  folder = await mkdtemp(join(tmpdir(), 'rollcall-simulator-'));
  const file = new URL('../providers/specifications/sage-hr.json', import.meta.url);
  const specification = JSON.parse(await readFile(file, 'utf8')) as Specification;
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema({ $id: 'sage-hr', components: { schemas: tighten(specification) } });
  validators = new Map(
    Object.entries(specification.responses).map(([path, { $ref }]) => [path, ajv.compile({ $ref: `sage-hr${$ref}` })]),
  );
});

afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

describe('the answers', () => {
  test.each([
    ['/employees', '/employees'],
    ['/employees', '/employees?page=2&team_history=true&employment_status_history=true&position_history=true'],
    ['/employees', '/employees?page=6'],
    ['/employees', '/employees?page=7'],
    ['/employees/{id}', '/employees/1?team_history=true'],
    ['/employees/{id}', '/employees/2'],
    ['/employees/{id}/custom-fields', '/employees/3/custom-fields'],
    ['/terminated-employees', '/terminated-employees'],
    ['/terminated-employees/{id}', '/terminated-employees/270'],
    ['/teams', '/teams'],
    ['/positions', '/positions?page=1'],
    ['/termination-reasons', '/termination-reasons'],
  ])("of %s are those of the vendor's description: %s", async (path, address) => {
    const response = await ask(address);
    expect(response.status).toBe(200);
    const validate = validators.get(path);
    validate?.(await response.json());
    expect(validate?.errors).toBeNull();
  });

  test('are 50 a page, with exact numbers', async () => {
    expect((await read('/employees')).meta).toEqual({
      current_page: 1,
      next_page: 2,
      previous_page: null,
      total_pages: 6,
      per_page: 50,
      total_entries: 260,
    });
    const last = await read('/employees?page=6');
    expect(last.data).toHaveLength(10);
    expect(last.meta).toMatchObject({ current_page: 6, next_page: null, previous_page: 5 });
  });

  test('past the last page are empty', async () => {
    expect((await read('/employees?page=9')).data).toEqual([]);
  });

  test('need the key, and the right company', async () => {
    expect((await ask('/employees', 'another')).status).toBe(401);
    expect((await ask('/employees', KEY, `${simulator.url}/nobody/api`)).status).toBe(404);
    expect((await ask('/employees', KEY, `${simulator.url}/api`)).status).toBe(200);
    expect((await ask('/unknown')).status).toBe(404);
    expect((await ask('/employees/99999')).status).toBe(404);
  });
});

describe('the made-up company', () => {
  test('is the same for the same seed and another for another', async () => {
    const again = await startSageHr({ today: TODAY });
    const other = await startSageHr({ today: TODAY, seed: 8 });
    const list = async (url: string) => (await ask('/employees?page=3', KEY, `${url}/acme/api`)).json();
    const here = await list(simulator.url);
    expect(await list(again.url)).toEqual(here);
    expect(await list(other.url)).not.toEqual(here);
    await Promise.all([again.close(), other.close()]);
  });

  test('has leavers, future starters, announced leavers, one person without an address and no address twice', async () => {
    const { items } = (await control(simulator.url, 'GET', 'acme/people')) as { items: Known[] };
    const count = (meets: (item: Known) => boolean) => items.filter(meets).length;
    expect(items).toHaveLength(275);
    expect(count((item) => String(item.lists) === 'terminated-employees')).toBe(15);
    expect(count((item) => item.employment_start_date > TODAY)).toBe(4);
    expect(count((item) => item.termination_date !== null && String(item.lists) === 'employees')).toBe(3);
    expect(count((item) => item.email === null)).toBe(1);
    const addresses = items.map((item) => item.email).filter((email) => email !== null);
    expect(new Set(addresses).size).toBe(274);
    expect(addresses.every((address) => /^[a-z]+\.[a-z]+\d*@acme\.example$/.test(address))).toBe(true);
  });
});

describe('the control endpoint', () => {
  const found = async (subdomain: string, more = {}) =>
    control(simulator.url, 'POST', 'companies', { subdomain, people: 3, apiKey: KEY, ...more });
  const base = (subdomain: string) => `${simulator.url}/${subdomain}/api`;
  const idsAt = async (subdomain: string, list: string) =>
    ((await (await ask(`/${list}`, KEY, base(subdomain))).json()) as Listed).data.map((record) => record.id);

  test('hires, changes, deletes', async () => {
    await found('changes');
    const hired = await control(simulator.url, 'POST', 'changes/hire', {
      first_name: 'Ada',
      last_name: 'Park',
      team: 'Legal',
      custom_fields: { 'T-shirt size': 'XL' },
    });
    expect(hired).toMatchObject({ id: 4, email: 'ada.park.4@changes.example', team: 'Legal' });
    await control(simulator.url, 'POST', 'changes/change', { id: 4, email: 'ada@changes.example', last_name: 'Stone' });
    const read4 = await (await ask('/employees/4', KEY, base('changes'))).json();
    expect(read4).toMatchObject({ data: { email: 'ada@changes.example', last_name: 'Stone' } });
    const fields = await (await ask('/employees/4/custom-fields', KEY, base('changes'))).json();
    expect(fields).toMatchObject({ data: [{ label: 'T-shirt size', value: 'XL' }, { label: 'Interests' }] });
    await control(simulator.url, 'POST', 'changes/delete', { id: 4 });
    expect(await idsAt('changes', 'employees')).toEqual([1, 2, 3]);
    expect(await idsAt('changes', 'terminated-employees')).toEqual([]);
  });

  test('lets people leave when their last day is over, and come back with the same id', async () => {
    await found('days');
    await control(simulator.url, 'POST', 'days/leave', { id: 2, date: TODAY });
    expect(await idsAt('days', 'employees')).toEqual([1, 2, 3]);
    await control(simulator.url, 'POST', 'today', { date: '2026-03-11' });
    expect(await idsAt('days', 'employees')).toEqual([1, 3]);
    expect(await idsAt('days', 'terminated-employees')).toEqual([2]);
    await control(simulator.url, 'POST', 'days/rehire', { id: 2 });
    expect(await idsAt('days', 'employees')).toEqual([1, 2, 3]);
    await control(simulator.url, 'POST', 'today', { date: TODAY });
  });

  test('shows announced leavers in both lists where the company is set so', async () => {
    await found('both', { announced: true });
    await control(simulator.url, 'POST', 'both/leave', { id: 3, date: '2026-12-31' });
    expect(await idsAt('both', 'employees')).toEqual([1, 2, 3]);
    expect(await idsAt('both', 'terminated-employees')).toEqual([3]);
  });

  test('does many at once', async () => {
    await found('many');
    expect(await control(simulator.url, 'POST', 'many/bulk', { hire: 60 })).toMatchObject({ ids: { length: 60 } });
    expect(await control(simulator.url, 'POST', 'many/bulk', { remove: 20 })).toMatchObject({ ids: { length: 20 } });
    expect(await control(simulator.url, 'POST', 'many/bulk', { leave: 10 })).toMatchObject({ ids: { length: 10 } });
    const { meta } = (await (await ask('/employees', KEY, base('many'))).json()) as Listed;
    expect(meta.total_entries).toBe(33);
  });

  test.each([
    ['acme/hire', { first_name: 'Ada' }, 'first_name and last_name'],
    ['acme/change', { id: 1, nick: 'A' }, 'unknown fields nick'],
    ['acme/change', { id: 4711 }, 'has the id 4711'],
    ['acme/bulk', {}, 'bulk takes one of'],
    ['acme/faults', { kind: 'fire' }, 'kind must be one of'],
    ['companies', { subdomain: 'acme' }, 'a company acme already'],
    ['companies', { subdomain: 'api' }, 'subdomain must be'],
  ])('refuses what makes no sense: %s %j', async (path, body, reason) => {
    await expect(control(simulator.url, 'POST', path, body)).rejects.toThrow(reason);
  });

  test('makes faults, as often as asked, and counts requests', async () => {
    await found('faulty');
    const at = (path: string) => ask(path, KEY, base('faulty'));
    await control(simulator.url, 'POST', 'faulty/faults', { kind: '429', list: 'terminated', times: 1, retryAfter: 7 });
    await control(simulator.url, 'POST', 'faulty/faults', { kind: '500', page: 2 });
    await control(simulator.url, 'POST', 'faulty/faults', { kind: 'html', list: 'teams' });
    await control(simulator.url, 'POST', 'faulty/faults', { kind: 'cut-off', list: 'positions' });
    expect((await at('/employees')).status).toBe(200);
    const limited = await at('/terminated-employees');
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await at('/terminated-employees')).status).toBe(200);
    expect((await at('/employees?page=2')).status).toBe(500);
    expect(await (await at('/teams')).text()).toContain('<!doctype html>');
    await expect(at('/positions').then((response) => response.text())).rejects.toThrow();
    await control(simulator.url, 'DELETE', 'faulty/faults');
    expect((await at('/employees?page=2')).status).toBe(200);
    expect(await control(simulator.url, 'GET', 'faulty/requests')).toMatchObject({
      total: 7,
      paths: { '/employees': 3, '/terminated-employees': 2, '/teams': 1, '/positions': 1 },
    });
  });
});

describe('the state file', () => {
  test('keeps companies and changes over a restart', async () => {
    const options = { dataDir: join(folder, 'data dir') };
    const urlOf = ({ all }: Simulators) => all.find(({ id }) => id === 'sage-hr')?.url ?? '';
    const first = await startSimulators(options);
    await control(urlOf(first), 'POST', 'companies', { subdomain: 'second', people: 5 });
    await control(urlOf(first), 'POST', 'acme/change', { id: 5, first_name: 'Renamed' });
    const before = await control(urlOf(first), 'GET', 'acme/people');
    await first.close();
    const second = await startSimulators(options);
    expect(await control(urlOf(second), 'GET', 'acme/people')).toEqual(before);
    expect(await control(urlOf(second), 'GET', 'second/people')).toMatchObject({ items: { length: 5 } });
    await second.close();
  });

  test('a busy port is avoided', async () => {
    const other = await startSimulators({ ports: { 'sage-hr': simulator.port } });
    expect(other.all.map(({ port }) => port)).not.toContain(simulator.port);
    await other.close();
  });
});

test('the list of active people holds nobody of the other one', async () => {
  const terminated = new Set(await ids('terminated-employees'));
  expect((await ids('employees')).filter((id) => terminated.has(id))).toEqual([]);
});
