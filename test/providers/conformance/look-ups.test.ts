import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ProviderError } from '../../../providers/errors.js';
import { control } from '../../simulators/control.js';
import { LIES } from './lies.js';
import { startLyingProxy } from './lying-proxy.js';
import { SUBJECTS } from './subjects.js';
import type { LookUp, ProviderClient } from '../../../providers/provider.js';

/** Asking for one person: the same statements for every provider that can, and of the others that they say they cannot. */
const TODAY = '2026-03-10';
const signal = new AbortController().signal;
/** Of the lists of a directory there is nothing here: every answer is met. */
const EVERYTHING = '';

const named = SUBJECTS.filter(({ isAsked }) => isAsked).map(
  (subject) => [[subject.provider.name, subject.way].flat().join(' ').trim(), subject] as const,
);

test('a directory that comes as a file has nobody to ask', () => {
  const [csv, ...others] = SUBJECTS.filter(({ isAsked }) => !isAsked);
  expect(others).toEqual([]);
  const context = { baseUrl: null, concurrency: 1, platformKey: null, pace: null, webhookKey: null, file: null };
  const client: ProviderClient | undefined = csv?.provider.connect(csv.credential, context);
  expect(client).not.toHaveProperty('lookUp');
});

describe.each(named)('%s', (_, subject) => {
  const { provider, account } = subject;
  let simulator: Awaited<ReturnType<typeof subject.start>>;
  let clients: ProviderClient[] = [];
  /** Hired for this test: as the simulator knows them, and as the provider does. */
  let hired: number;
  let person: string;

  const at = (method: 'GET' | 'POST' | 'DELETE', action: string, body?: object) =>
    control(simulator.url, method, `${encodeURIComponent(account)}/${action}`, body);

  function connect(baseUrl = simulator.baseUrl): ProviderClient {
    const client = provider.connect(
      { ...subject.credential },
      { baseUrl, concurrency: 3, platformKey: 'demo-merge-key', pace: null, webhookKey: null, file: null },
    );
    clients.push(client);
    return client;
  }

  async function listed(): Promise<Set<string>> {
    const found = new Set<string>();
    const client = connect();
    for (const list of provider.lists) {
      for await (const { records } of client.readPages(list, null, { signal, customFields: false })) {
        for (const record of records) found.add(provider.readEmployment(record, list, 'utc').personId ?? '');
      }
    }
    return found;
  }

  const lookUp = (id = person, baseUrl?: string): Promise<LookUp> => connect(baseUrl).lookUp!(id, signal);
  /** A refusal is no answer. */
  const answer = (work: Promise<LookUp>) =>
    work.catch((error: unknown) => {
      expect(error).toBeInstanceOf(ProviderError);
      return 'refused' as const;
    });

  beforeAll(async () => {
    simulator = await subject.start({ people: 20, today: TODAY });
    if (subject.without !== undefined) await at('POST', 'hide', { fields: subject.without });
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await at('DELETE', 'faults');
    await at('POST', 'unlist', { ids: [] });
    const before = await listed();
    hired = ((await at('POST', 'hire', subject.hire(1, {}))) as { id: number }).id;
    [person = ''] = [...(await listed())].filter((id) => !before.has(id));
    expect(person).not.toBe('');
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    clients = [];
  });

  test('somebody of the list is there, also as a leaver', async () => {
    expect(await lookUp()).toBe('there');
    await at('POST', 'leave', { id: hired });
    expect(await lookUp()).toBe('there');
  });

  test('who was deleted is gone', async () => {
    await at('POST', 'delete', { id: hired });
    expect(await listed()).not.toContain(person);
    expect(await lookUp()).toBe('gone');
  });

  test('whom the list alone lacks is there', async () => {
    await at('POST', 'unlist', { ids: [hired] });
    expect(await listed()).not.toContain(person);
    expect(await lookUp()).toBe('there');
  });

  test('an id that no vendor gives leads nowhere else', async () => {
    for (const id of ['..', '../..', '', '%2e%2e', `${person}/x`, `${person}?x=1`, "' OR Id != '"]) {
      expect(await answer(lookUp(id))).not.toBe('gone');
    }
  });

  test.each(['401', '403', '429', '500', '503', 'cut-off', 'html'])('%s is not taken for gone', async (kind) => {
    await at('POST', 'delete', { id: hired });
    await at('POST', 'faults', { kind });
    expect(await answer(lookUp())).not.toBe('gone');
  });

  test('an answer that hangs ends with the caller', async () => {
    await at('POST', 'faults', { kind: 'hang' });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const asked = connect().lookUp!(person, controller.signal);
    setTimeout(() => controller.abort(reason), 100);
    await expect(asked).rejects.toBe(reason);
  });

  test.each(LIES)('%s takes nobody for gone who is there', async (_name, lie) => {
    const proxy = await startLyingProxy(simulator.baseUrl, EVERYTHING, { ...lie, at: 1, times: Infinity });
    expect(await answer(lookUp(person, proxy.url))).not.toBe('gone');
    await proxy.close();
  });

  test.each([
    ['no JSON', '<!doctype html><title>404 Not Found</title>'],
    ['nothing', ''],
    ['a list', '[]'],
    ['somebody else', '{"data":{"id":1,"attributes":{"id":{"value":1}}},"id":"1","results":[{"remote_id":"1"}]}'],
  ])('%s instead of the vendor’s own refusal is not taken for gone', async (_name, text) => {
    await at('POST', 'delete', { id: hired });
    const proxy = await startLyingProxy(simulator.baseUrl, EVERYTHING, { at: 1, times: Infinity, spoil: () => text });
    const said = await answer(lookUp(person, proxy.url));
    await proxy.close();
    // intelliHR describes no refusal but that it is JSON; the control beside it has to do the rest.
    if (provider.id !== 'intellihr' || !text.startsWith('{')) expect(said).not.toBe('gone');
  });
});

describe('who is not to be seen is not gone', () => {
  const of = (id: string, way?: string) => SUBJECTS.find((one) => one.provider.id === id && one.way === way)!;

  test.each([
    ['Sage People, a record that is not shared', of('sage-people'), ['record 3'], 'none'],
    [
      'Sage People by queries, a record that is not shared',
      of('sage-people', 'by queries'),
      ['spapi', 'record 3'],
      'none',
    ],
    ['Sage People, once the recycle bin is emptied', of('sage-people'), ['recycle-bin'], 'delete'],
    ['Merge, where deletions are not noticed', of('merge'), ['deletions'], 'delete'],
  ])('%s', async (_, subject, fields, action) => {
    const simulator = await subject.start({ people: 20, today: TODAY });
    const at = (name: string, body: object) =>
      control(simulator.url, 'POST', `${encodeURIComponent(subject.account)}/${name}`, body);
    const context = { concurrency: 1, platformKey: 'demo-merge-key', pace: null, webhookKey: null, file: null };
    const client = subject.provider.connect({ ...subject.credential }, { ...context, baseUrl: simulator.baseUrl });
    const person = subject.provider.id === 'merge' ? '19003' : 'a2G7E00000000003UA';
    if (action === 'none') expect(await client.lookUp!(person, signal)).toBe('there');
    await at('hide', { fields });
    if (action === 'delete') await at('delete', { id: 3 });
    expect(await client.lookUp!(person, signal)).toBe('unknown');
    await client.close();
    await simulator.close();
  });
});
