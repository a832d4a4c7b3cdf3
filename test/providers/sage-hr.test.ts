import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AuthorizationLost, ProviderContractViolation, ProviderUnavailable } from '../../providers/errors.js';
import { customFieldsByLabel, filterRecord } from '../../providers/sage-hr/employee.js';
import { sageHr } from '../../providers/sage-hr/index.js';
import { startSageHr, type SageHrSimulator } from '../../simulators/sage-hr.js';
import { control } from '../simulators/control.js';
import type { AddressInfo } from 'node:net';
import type { JsonRecord } from '../../domain/employee.js';
import type { Page, ProviderClient } from '../../providers/provider.js';

const TODAY = '2026-03-10';
const KEY = 'demo-sage-key';
const signal = new AbortController().signal;
const plain = { signal, customFields: false };

let simulator: SageHrSimulator;
let closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  simulator = await startSageHr({ today: TODAY, people: 180 });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  await control(simulator.url, 'DELETE', 'acme/faults');
  await control(simulator.url, 'DELETE', 'acme/requests');
});
afterEach(async () => {
  await Promise.all(closers.map((close) => close()));
  closers = [];
});

function connect(credential = {}, context = {}): ProviderClient {
  const client = sageHr.connect(
    { subdomain: 'acme', apiKey: KEY, ...credential },
    {
      baseUrl: simulator.baseUrl,
      concurrency: 4,
      platformKey: null,
      file: null,
      pace: null,
      webhookKey: null,
      ...context,
    },
  );
  closers.push(() => client.close());
  return client;
}

async function read(client: ProviderClient, list = 'employees', cursor: string | null = null, options = plain) {
  const pages: Page[] = [];
  for await (const page of client.readPages(list, cursor, options)) pages.push(page);
  return pages;
}
const ids = (pages: readonly Page[]) => pages.flatMap((page) => page.records.map((record) => record.id));
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const fault = (body: Record<string, unknown>) => control(simulator.url, 'POST', 'acme/faults', body);
interface Requests {
  total: number;
  paths: Record<string, number>;
  maxConcurrent: number;
}
const requests = async () => (await control(simulator.url, 'GET', 'acme/requests')) as Requests;

describe('reading', () => {
  test('gives everybody of both lists once, in order, with cursors and totals', async () => {
    const client = connect();
    const pages = await read(client);
    expect(ids(pages)).toEqual(upTo(180));
    expect(pages.map(({ number, cursor, next, total }) => [number, cursor, next, total])).toEqual([
      [1, null, '2', 180],
      [2, '2', '3', 180],
      [3, '3', '4', 180],
      [4, '4', null, 180],
    ]);
    const leavers = await read(client, 'terminated-employees');
    expect(ids(leavers)).toEqual(upTo(190, 181));
    expect((await requests()).total).toBe(5);
  });

  test('goes on from a cursor', async () => {
    const pages = await read(connect(), 'employees', '3');
    expect(ids(pages)).toEqual(upTo(180, 101));
    expect(pages[0]).toMatchObject({ number: 3, cursor: '3', next: '4' });
  });

  test('after the end is an empty last page', async () => {
    expect(await read(connect(), 'employees', '9')).toMatchObject([{ number: 9, next: null, records: [] }]);
  });

  test('fetches the next pages meanwhile, but never more at once than allowed', async () => {
    // From page 2 on answers are given two at a time: a reader with fewer under way would wait for ever.
    const held: (() => void)[] = [];
    let most = 0;
    const url = await liar(async (path) => {
      const page = Number(path.split('page=')[1]);
      if (page > 1) {
        const answered = new Promise<void>((resolve) => held.push(resolve));
        most = Math.max(most, held.length);
        if (held.length === 2) setImmediate(() => held.splice(0).forEach((answer) => answer()));
        await answered;
      }
      return {
        data: [{ id: page }],
        meta: { current_page: page, next_page: page < 9 ? page + 1 : null, total_pages: 9 },
      };
    });
    expect(ids(await read(connect({}, { baseUrl: url, concurrency: 2 })))).toEqual(upTo(9));
    expect(most).toBe(2);
  });

  test('ends what is under way when the reader stops early', async () => {
    await fault({ kind: 'hang', page: 3 });
    const client = connect();
    for await (const page of client.readPages('employees', null, plain)) {
      if (page.number === 2) break;
    }
    expect(ids(await read(client, 'terminated-employees'))).toHaveLength(10);
  });

  test('ends with the abort of the caller and its reason', async () => {
    await fault({ kind: 'hang', page: 2 });
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const seen: number[] = [];
    const reading = (async () => {
      for await (const page of connect().readPages('employees', null, { ...plain, signal: controller.signal })) {
        seen.push(page.number);
        controller.abort(reason);
      }
    })();
    await expect(reading).rejects.toBe(reason);
    expect(seen).toEqual([1]);
  });

  test('follows a list that grows while it is read, and shows each total', async () => {
    const url = await liar((path) => {
      const page = Number(path.split('page=')[1]);
      const pages = page === 1 ? 2 : 3;
      const next = page < pages ? page + 1 : null;
      const data = [{ id: 2 * page - 1 }, { id: 2 * page }];
      return { data, meta: { current_page: page, next_page: next, total_pages: pages, total_entries: pages * 2 } };
    });
    const pages = await read(connect({}, { baseUrl: url }));
    expect(ids(pages)).toEqual(upTo(6));
    expect(pages.map((page) => page.total)).toEqual([4, 6, 6]);
  });

  test('refuses a list or a cursor that is none', async () => {
    await expect(read(connect(), 'teams')).rejects.toThrow('no list "teams"');
    await expect(read(connect(), 'employees', '../x')).rejects.toThrow("page's number");
  });
});

describe('custom fields', () => {
  test('cost a request a person, within the same bound, and only of the active', async () => {
    const client = connect({}, { concurrency: 3 });
    await fault({ kind: 'slow', delayMs: 1, list: 'custom-fields' });
    const pages = await read(client, 'employees', null, { signal, customFields: true });
    expect(ids(pages)).toEqual(upTo(180));
    const all = pages.flatMap((page) => page.records);
    expect(all.every((record) => typeof (record.customFields as JsonRecord)['T-shirt size'] === 'string')).toBe(true);
    expect(all.every((record) => Array.isArray((record.customFields as JsonRecord).Interests))).toBe(true);
    const counted = await requests();
    expect(counted.paths).toEqual({ '/employees': 4, '/employees/{id}/custom-fields': 180 });
    expect(counted.maxConcurrent).toBe(3);
    const leavers = await read(client, 'terminated-employees', null, { signal, customFields: true });
    expect(leavers[0]?.records[0]).not.toHaveProperty('customFields');
  });

  test('are known by label; sensitive ones and objects are dropped, namesakes numbered by age', () => {
    const fields = customFieldsByLabel([
      { id: 12, label: 'Badge', value: 'second' },
      { id: 3, label: 'Badge', value: 'first' },
      { id: 4, label: 'National ID', value: 'canary' },
      { id: 5, label: 'Bank account number', value: 'canary' },
      { id: 6, label: 'Locker', value: { number: 1 } },
      { id: 7, label: 'Tags', value: ['a', { b: 'canary' }, null, 2] },
      { id: 8, label: '__proto__', value: 'x' },
      { id: 9, label: 'Empty', value: null },
    ]);
    expect(Object.entries(fields)).toEqual([
      ['Badge', 'first'],
      ['Tags', ['a', null, 2]],
      ['__proto__', 'x'],
      ['Empty', null],
      ['Badge (12)', 'second'],
    ]);
  });

  test('of somebody who is gone meanwhile are left out, the person is not', async () => {
    const url = await liar((path) =>
      path.includes('custom-fields') ? null : envelope([{ id: 1 }], { current_page: 1, next_page: null }),
    );
    const pages = await read(connect({}, { baseUrl: url }), 'employees', null, { signal, customFields: true });
    expect(pages[0]?.records).toEqual([{ id: 1 }]);
  });
});

describe('what leaves the provider', () => {
  test('holds allowed fields only: no gender, home phone, picture, year of birth, reason, nor anything unknown', async () => {
    const canary = 'canary-77';
    await control(simulator.url, 'POST', 'companies', { subdomain: 'private', people: 2 });
    await control(simulator.url, 'POST', 'private/custom-fields', { label: 'Salary band' });
    await control(simulator.url, 'POST', 'private/change', {
      id: 1,
      gender: canary,
      home_phone: canary,
      picture_url: canary,
      date_of_birth: '1990-05-17',
      team: { name: canary },
      custom_fields: { 'Salary band': canary },
    });
    await control(simulator.url, 'POST', 'private/leave', { id: 2, comments: canary, reason: canary });
    const client = connect({ subdomain: 'private' });
    const everything = [
      await client.probe(signal),
      await read(client, 'employees', null, { signal, customFields: true }),
      await read(client, 'terminated-employees'),
    ];
    const text = JSON.stringify(everything);
    expect(text).toContain('"date_of_birth":"05-17"');
    for (const word of [canary, '1990', 'gender', 'home_phone', 'picture', 'Salary']) expect(text).not.toContain(word);
  });

  test.each([
    ['1990-05-17', '05-17'],
    ['1988-02-29', '02-29'],
    ['1989-02-29', undefined],
    ['201-01-01', undefined],
    ['17.05.1990', undefined],
    ['1990-05-17T00:00:00Z', undefined],
    [19900517, undefined],
    [null, undefined],
  ])('of the birth date %j remains %j', (given, kept) => {
    expect(filterRecord({ id: 1, date_of_birth: given }).date_of_birth).toBe(kept);
  });

  test('keeps the values as they are, and none that is hidden in a prototype or an object', () => {
    const record = JSON.parse(
      '{"id":1,"post_code":99999,"email":null,"__proto__":{"team":"x"},"city":["x"],"new_field":"x"}',
    ) as JsonRecord;
    expect(filterRecord(record)).toEqual({ id: 1, post_code: 99999, email: null });
  });
});

describe('employment', () => {
  test.each<[string, JsonRecord, unknown]>([
    [
      'employees',
      { id: 7, employment_start_date: '2021-03-01', employment_status: 'Part-time' },
      { personId: '7', status: 'employed', startsOn: '2021-03-01', endsOn: null },
    ],
    [
      'terminated-employees',
      { id: '8', employment_start_date: '', termination_date: '2026-03-31' },
      { personId: '8', status: 'left', startsOn: null, endsOn: '2026-03-31' },
    ],
    [
      'terminated-employees',
      { id: 9, employment_start_date: '201-01-01', termination_date: '2025-02-30' },
      {
        personId: '9',
        status: 'left',
        startsOn: null,
        endsOn: null,
        unreadable: [
          { field: 'employment_start_date', received: '201-01-01' },
          { field: 'termination_date', received: '2025-02-30' },
        ],
      },
    ],
    ['terminated-employees', { id: 10 }, { personId: '10', status: 'left', startsOn: null, endsOn: null }],
    ['employees', { id: null }, { personId: null, status: 'employed', startsOn: null, endsOn: null }],
  ])('is told by the list: %s %j', (list, record, facts) => {
    expect(sageHr.readEmployment(record, list, 'UTC')).toEqual(facts);
  });
});

describe('the probe', () => {
  test('counts exactly, gives samples of both lists and names the account', async () => {
    const probe = await connect({ subdomain: 'ACME' }).probe(signal);
    expect(probe).toMatchObject({ people: 180, exact: true, account: 'acme' });
    expect(probe.records).toHaveLength(60);
    expect(probe.records.filter((record) => record.customFields !== undefined)).toHaveLength(20);
    expect(probe.records.some((record) => record.termination_date !== undefined)).toBe(true);
    expect((await requests()).paths).toMatchObject({ '/employees/{id}/custom-fields': 20 });
  });

  test('says what to do about a wrong key, without naming it', async () => {
    const error: unknown = await connect({ apiKey: 'wrong-key-canary' })
      .probe(signal)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AuthorizationLost);
    expect(String(error)).toMatch(/refused the credentials.*Settings > Integrations > API/);
    expect(String(error)).not.toContain('canary');
  });

  test('names a subdomain that does not exist', async () => {
    const probing = connect({ subdomain: 'nobody' }).probe(signal);
    await expect(probing).rejects.toMatchObject({
      name: 'AuthorizationLost',
      message: expect.stringContaining('no account with the subdomain "nobody"'),
    });
  });

  test('tells missing rights from a wrong key', async () => {
    await fault({ kind: '403', list: 'terminated' });
    await expect(connect().probe(signal)).rejects.toMatchObject({ name: 'InsufficientScope' });
  });
});

describe('trouble', () => {
  test('of a moment is bridged', async () => {
    await fault({ kind: '502', page: 2, times: 1 });
    await fault({ kind: 'cut-off', page: 3, times: 1 });
    await fault({ kind: 'html', page: 4, times: 1 });
    expect(ids(await read(connect()))).toEqual(upTo(180));
  });

  test('that stays comes after the pages before it were handed over', async () => {
    await fault({ kind: '429', page: 3, retryAfter: 60 });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const page of connect().readPages('employees', null, plain)) seen.push(page.number);
    })();
    await expect(reading).rejects.toMatchObject({ name: 'RateLimited', retryAfterSeconds: 60 });
    expect(seen).toEqual([1, 2]);
  });

  test('with the server is "unavailable", with the key "authorization lost"', async () => {
    await fault({ kind: '500', page: 1, times: 3 });
    await expect(read(connect())).rejects.toBeInstanceOf(ProviderUnavailable);
    await fault({ kind: '401', page: 2 });
    await expect(read(connect())).rejects.toBeInstanceOf(AuthorizationLost);
  });
});

/** A server whose answers are made by a function of the path and of how often it was asked; null is a 404. */
async function liar(answer: (path: string, times: number) => unknown): Promise<string> {
  let times = 0;
  const server = createServer((request, response) => {
    times += 1;
    void Promise.resolve(answer(request.url ?? '', times)).then((body) => {
      response.writeHead(body === null ? 404 : 200).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const envelope = (data: unknown, meta: unknown) => ({ data, meta });

describe('an answer that breaks the contract', () => {
  const people = [{ id: 1 }, { id: 2 }];
  test.each<[string, unknown, string]>([
    ['data that is no list', envelope({ 0: people[0] }, { current_page: 1 }), 'is no list'],
    ['people that are no objects', envelope([1, 2], { current_page: 1 }), 'is no list'],
    ['no numbers of pages', { data: people }, 'is no list'],
    ['text', 'hello', 'is no list'],
    ['another page than asked for', envelope(people, { current_page: 2, next_page: 3 }), 'says that it is page 2'],
    ['a next page that is this one', envelope(people, { current_page: 1, next_page: 1 }), 'names page 1 as the next'],
    ['a next page before this one', envelope(people, { current_page: 1, next_page: 0 }), 'names page 0 as the next'],
  ])('by %s is asked for once more and then told', async (_what, body, sentence) => {
    let asked = 0;
    const url = await liar((_path, times) => {
      asked = times;
      return body;
    });
    const error: unknown = await read(connect({}, { baseUrl: url })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProviderContractViolation);
    expect(String(error)).toContain(sentence);
    expect(asked).toBe(2);
  });

  test('but once only is forgiven', async () => {
    const url = await liar((_path, times) => (times === 1 ? 'hello' : envelope(people, { next_page: null })));
    expect(await read(connect({}, { baseUrl: url }))).toMatchObject([{ records: people, total: null, next: null }]);
  });

  test('by the same people on every page is no endless list', async () => {
    const url = await liar((path) => {
      const page = Number(path.split('page=')[1]);
      return envelope(people, { current_page: page, next_page: page + 1, total_pages: 1000 });
    });
    await expect(read(connect({}, { baseUrl: url }))).rejects.toThrow('repeats the page before it');
  });

  test('by an empty page in the middle ends the list, so that the totals tell of it', async () => {
    const url = await liar((path) =>
      path.includes('page=2')
        ? envelope([], { current_page: 2, next_page: 3, total_pages: 3, total_entries: 6 })
        : envelope(people, { current_page: 1, next_page: 2, total_pages: 3, total_entries: 6 }),
    );
    expect((await read(connect({}, { baseUrl: url }))).map((page) => [page.next, page.total])).toEqual([
      ['2', 6],
      [null, 6],
    ]);
  });

  test('by a later page that is not found ends the list without a total', async () => {
    const url = await liar((path) =>
      path.includes('page=2') ? null : envelope(people, { current_page: 1, next_page: 2, total_entries: 4 }),
    );
    expect((await read(connect({}, { baseUrl: url }))).map((page) => page.total)).toEqual([4, null]);
  });
});
