import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { InsufficientScope, ProviderContractViolation } from '../../providers/errors.js';
import { sagePeople } from '../../providers/sage-people/index.js';
import { startSagePeople } from '../../simulators/sage-people.js';
import { control } from '../simulators/control.js';
import type { ReadOptions } from '../../providers/provider.js';

/** What is Salesforce's alone: people by its queries where Sage's API is missing, and users beside people. */
const ACCOUNT = '3MVG9demo.consumer.key';
let simulator: Awaited<ReturnType<typeof startSagePeople>>;
beforeEach(async () => {
  simulator = await startSagePeople({ people: 60, today: '2026-03-10' });
});
afterEach(() => simulator.close());

const at = (method: 'GET' | 'POST' | 'DELETE', action: string, body?: object) =>
  control(simulator.url, method, `${encodeURIComponent(ACCOUNT)}/${action}`, body);

function connect(way: object) {
  const { baseUrl } = simulator;
  const context = { baseUrl, concurrency: 3, platformKey: null, pace: null, webhookKey: null, file: null };
  return sagePeople.connect({ consumerKey: ACCOUNT, consumerSecret: 'demo-consumer-secret', ...way }, context);
}

async function read(way: object, options: Partial<ReadOptions> = {}) {
  const client = connect(way);
  const all = { signal: AbortSignal.timeout(10_000), customFields: false, ...options };
  const records = [];
  try {
    for await (const page of client.readPages('employees', null, all)) records.push(...page.records);
    return records;
  } finally {
    await client.close();
  }
}

async function probe() {
  const client = connect({});
  try {
    return await client.probe(AbortSignal.timeout(10_000));
  } finally {
    await client.close();
  }
}

const SOQL = { interface: 'soql' };

describe('which way an organisation is read', () => {
  test('by Sage’s own API where it is installed', async () => {
    expect(await probe()).toMatchObject({ interface: 'spapi', people: 60 });
  });

  test('by queries where it is not; people are the same, and so is what they are known by', async () => {
    const own = await read({});
    await at('POST', 'hide', { fields: ['spapi'] });
    expect(await probe()).toMatchObject({ interface: 'soql' });
    const queried = await read(SOQL);
    const shared = (records: typeof own) =>
      records.map((record) => {
        const employment = { ...(record.currentEmployment as object), active: undefined };
        const { name, city } = record.workAddress as { name: string; city: string };
        return { ...record, currentEmployment: employment, workAddress: { name, city } };
      });
    expect(shared(queried)).toEqual(shared(own));
  });

  test('where there is neither, it is said what to install', async () => {
    await at('POST', 'hide', { fields: ['spapi', 'fHCM2__Team_Member__c'] });
    await expect(probe()).rejects.toThrow(ProviderContractViolation);
    await expect(probe()).rejects.toThrow(/install the package "Sage People API"/);
  });
});

describe('fields that Salesforce does not show', () => {
  test('are not asked for, or the whole query would be refused', async () => {
    await at('POST', 'hide', { fields: ['spapi', 'fHCM2__Job_Title__c', 'fHCM2__Work_Location__c'] });
    const [first] = await read(SOQL);
    expect(first).toMatchObject({ workAddress: null, currentEmployment: { startDate: expect.any(String) } });
    expect(first?.currentEmployment).not.toHaveProperty('jobTitle');
  });

  test.each(['fHCM2__End_Date__c', 'fHCM2__Current_Employment__c'])(
    'without %s nobody can tell who left',
    async (field) => {
      await at('POST', 'hide', { fields: ['spapi', field] });
      const reading = read(SOQL);
      await expect(reading).rejects.toThrow(InsufficientScope);
      await expect(reading).rejects.toThrow(/End Date/);
    },
  );
});

describe('users of Salesforce', () => {
  const users = async (way: object) =>
    (await read(way, { saasUsers: true })).map((record) => sagePeople.saasUser?.read(record));

  test.each([
    ['beside Sage’s own API', {}],
    ['in the same query', SOQL],
  ])('%s: profile, status and last login of those who are one', async (_, way) => {
    const told = await users(way);
    expect(told[0]).toEqual({
      id: expect.any(String),
      role: 'System Administrator',
      status: 'Active',
      lastActivityAt: '2026-03-02T08:15:00.000Z',
    });
    expect(told[1]).toMatchObject({ role: null, status: null, lastActivityAt: null });
    expect(told.some((user) => user?.status === 'Inactive')).toBe(true);
  });

  test('cost nothing where nobody wants them, and are null where nobody may see them', async () => {
    await read({});
    const asked = (await at('GET', 'requests')) as { paths: Record<string, number> };
    expect(Object.keys(asked.paths).filter((path) => path.includes('/data/'))).toEqual([]);
    for (const hidden of ['User', 'fHCM2__User__c', 'fHCM2__Team_Member__c']) {
      await at('POST', 'hide', { fields: [hidden] });
      expect((await users({})).every((user) => user?.id !== null && user?.role === null)).toBe(true);
    }
  });
});
