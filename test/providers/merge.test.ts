import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { merge } from '../../providers/merge/index.js';
import { contextFor } from '../../providers/registry.js';
import { readEnvironment } from '../../config/environment.js';
import { startMerge } from '../../simulators/merge.js';
import { control } from '../simulators/control.js';
import type { Page, ProviderClient } from '../../providers/provider.js';

/** What is Merge's alone: syncs of its own, and postings that tell of them. */
describe('a sync of Merge’s own', () => {
  let simulator: Awaited<ReturnType<typeof startMerge>>;
  beforeAll(async () => {
    simulator = await startMerge({ people: 250 });
  });
  afterAll(() => simulator.close());

  async function read(cursor: string | null, meanwhile: (page: Page) => Promise<unknown>): Promise<Page[]> {
    const environment = readEnvironment({
      ROLLCALL_MERGE_URL: simulator.baseUrl,
      ROLLCALL_MERGE_API_KEY: 'demo-merge-key',
    });
    const client = merge.connect({ accountToken: 'demo-account-token' }, contextFor(environment, merge));
    const pages: Page[] = [];
    const options = { signal: AbortSignal.timeout(10_000), customFields: false };
    for await (const page of client.readPages('employees', cursor, options)) {
      pages.push(page);
      await meanwhile(page);
    }
    await client.close();
    return pages;
  }
  const sync = (...fields: string[]) => control(simulator.url, 'POST', 'acme/hide', { fields });
  const nothing = () => Promise.resolve();

  test('that is not made while the list is read leaves no doubt', async () => {
    const pages = await read(null, nothing);
    expect(pages.map(({ doubt }) => doubt)).toEqual(pages.map(() => undefined));
  });

  test('between two pages is told on the last one', async () => {
    const pages = await read(null, async ({ number }) => (number === 1 ? sync('earlier-sync') : undefined));
    expect(pages.map(({ doubt }) => doubt !== undefined)).toEqual([false, false, true]);
    expect(pages.at(-1)?.doubt).toMatch(/^Merge was reading the HR system/);
    await sync();
  });

  test('is noticed also by who goes on where another has stopped', async () => {
    const [first] = await read(null, nothing);
    await sync('earlier-sync');
    const rest = await read(first?.next ?? null, nothing);
    expect(rest.at(-1)?.doubt).toBeDefined();
    await sync();
    expect((await read(first?.next ?? null, nothing)).at(-1)?.doubt).toBeUndefined();
  });
});

/** Some HR systems give their people no id that Merge could tell: then Merge's own is theirs. */
describe('somebody without a remote_id', () => {
  const signal = AbortSignal.timeout(20_000);
  let simulator: Awaited<ReturnType<typeof startMerge>>;
  let client: ProviderClient;
  let ids: string[];
  const at = (action: string, body: object) => control(simulator.url, 'POST', `acme/${action}`, body);

  beforeAll(async () => {
    simulator = await startMerge({ people: 12 });
    await at('hide', { fields: ['remote_id'] });
    const environment = readEnvironment({
      ROLLCALL_MERGE_URL: simulator.baseUrl,
      ROLLCALL_MERGE_API_KEY: 'demo-merge-key',
    });
    client = merge.connect({ accountToken: 'demo-account-token' }, contextFor(environment, merge));
    ids = [];
    for await (const { records } of client.readPages('employees', null, { signal, customFields: false })) {
      ids.push(...records.map((record) => merge.readEmployment(record, 'employees', 'utc').personId ?? ''));
    }
  });
  afterAll(async () => {
    await client.close();
    await simulator.close();
  });

  test('is there, and so a control that lets the answers about others count', async () => {
    expect(await Promise.all(ids.slice(0, 3).map((id) => client.lookUp!(id, signal)))).toEqual(Array(3).fill('there'));
  });

  test('is there where the list alone lacks them, and gone once they were deleted', async () => {
    await at('unlist', { ids: [4] });
    expect(await client.lookUp!(ids[3] ?? '', signal)).toBe('there');
    await at('delete', { id: 5 });
    expect(await client.lookUp!(ids[4] ?? '', signal)).toBe('gone');
  });

  test('is unknown where the copy does not have them, or has somebody else under the address', async () => {
    expect(await client.lookUp!('0958cbc6-287f-494d-965e-00000000ffff', signal)).toBe('unknown');
    expect(await client.lookUp!((ids[0] ?? '').toUpperCase(), signal)).toBe('unknown');
    expect(await client.lookUp!('19003', signal)).toBe('unknown');
    await at('hide', { fields: ['remote_id', 'deletions'] });
    await at('delete', { id: 6 });
    expect(await client.lookUp!(ids[5] ?? '', signal)).toBe('unknown');
  });
});

describe('a posting', () => {
  const KEY = 'a-webhook-key';
  const body = (event: string, more: object = {}) =>
    Buffer.from(
      JSON.stringify({
        hook: { id: 'h1', event, target: 'https://x.example' },
        linked_account: { id: 'a1', integration: 'PeopleHR', end_user_origin_id: 'origin-1', ...more },
        data: { sync_status: { 'hris.Employee': { status: 'DONE' } } },
      }),
    );
  const signed = (bytes: Uint8Array, key = KEY) => createHmac('sha256', key).update(bytes).digest('base64url');
  const read = (bytes: Uint8Array, signature: string | undefined) =>
    merge.webhook!.read(bytes, signature === undefined ? {} : { 'x-merge-webhook-signature': signature }, KEY);
  const synced = body('LinkedAccount.sync_completed');

  test('of a sync names what linking was begun with', () => {
    expect(read(synced, signed(synced))).toMatchObject({ kind: 'changed', origin: 'origin-1' });
  });

  test('may be signed with padding or without', () => {
    const padded = createHmac('sha256', KEY).update(synced).digest('base64').replaceAll('+', '-').replaceAll('/', '_');
    expect(padded.endsWith('=')).toBe(true);
    expect(read(synced, padded)).toEqual(read(synced, signed(synced)));
  });

  test.each<[string, string | undefined]>([
    ['none', undefined],
    ['an empty one', ''],
    ['one of another key', signed(synced, 'another')],
    ['one of another body', signed(body('LinkedAccount.linked'))],
    ['a shortened one', signed(synced).slice(0, 20)],
    ['one that is no base64', '%%%'],
  ])('with %s for a signature is refused', (_, signature) => {
    expect(read(synced, signature)).toEqual({ kind: 'refused' });
  });

  test.each<[string, Buffer]>([
    ['of another event', body('LinkedAccount.linked')],
    ['of the button for tests', Buffer.from('{"response":"Success! Your webhook works."}')],
    ['without an origin', body('LinkedAccount.sync_completed', { end_user_origin_id: '' })],
    ['that is no JSON', Buffer.from('hello')],
    ['of nothing', Buffer.alloc(0)],
  ])('%s is taken and means nothing', (_, bytes) => {
    expect(read(bytes, signed(bytes))).toEqual({ kind: 'other' });
  });

  test('that comes again is the same, another one is not', () => {
    const key = (bytes: Buffer) => {
      const told = read(bytes, signed(bytes));
      return told.kind === 'changed' ? told.key : null;
    };
    expect(key(synced)).toBe(key(synced));
    expect(key(body('LinkedAccount.sync_completed', { id: 'a2' }))).not.toBe(key(synced));
  });
});
