import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import {
  AuthorizationLost,
  InsufficientScope,
  ProviderContractViolation,
  ProviderError,
  ProviderUnavailable,
  RateLimited,
} from '../../../providers/errors.js';
import { PROVIDERS } from '../../../providers/registry.js';
import { control } from '../../simulators/control.js';
import { isSpoilt, LIES, STAYS_EMPTY, withoutAddresses, withWrongKinds } from './lies.js';
import { startLyingProxy } from './lying-proxy.js';
import { SUBJECTS } from './subjects.js';
import type { AddressInfo } from 'node:net';
import type { JsonRecord } from '../../../domain/employee.js';
import type { Page, ProviderClient, ReadOptions } from '../../../providers/provider.js';

/** The same statements for every provider, each against its simulated vendor. */
test('every provider of the catalogue is put to the suite', () => {
  expect([...new Set(SUBJECTS.map(({ provider }) => provider.id))].sort()).toEqual(
    PROVIDERS.map(({ id }) => id).sort(),
  );
});

const TODAY = '2026-03-10';
const PEOPLE = 330;
const CANARY = 'canary-7d21';
const signal = new AbortController().signal;

/** As the run judges it: totals that agree, nobody twice, nothing in doubt (database/segment-people.ts, join-records.ts). */
function isProven(pages: readonly Page[], peopleOf: (pages: readonly Page[]) => readonly unknown[]): boolean {
  return [...new Set(pages.map(({ list }) => list))].every((name) => {
    const list = pages.filter((page) => page.list === name);
    const totals = new Set(list.map(({ total }) => total));
    const rows = list.reduce((sum, { records }) => sum + records.length, 0);
    return (
      new Set(peopleOf(list)).size === rows &&
      list.every(({ doubt }) => doubt === undefined) &&
      totals.size === 1 &&
      [null, rows].includes([...totals][0] ?? null)
    );
  });
}

const named = SUBJECTS.map(
  (subject) => [[subject.provider.name, subject.way].flat().join(' ').trim(), subject] as const,
);

describe.each(named)('%s', (_, subject) => {
  const { provider, account, people = PEOPLE } = subject;
  let simulator: Awaited<ReturnType<typeof subject.start>>;
  let clients: ProviderClient[] = [];

  beforeAll(async () => {
    simulator = await subject.start({ people, today: TODAY });
    if (subject.without !== undefined) await at('POST', 'hide', { fields: subject.without });
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await at('DELETE', 'faults');
    await at('DELETE', 'requests');
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()));
    clients = [];
  });

  const at = (method: 'GET' | 'POST' | 'DELETE', action: string, body?: object) =>
    control(simulator.url, method, `${encodeURIComponent(account)}/${action}`, body);
  const fault = (body: object) => at('POST', 'faults', { list: subject.list, ...body });

  async function connect(credential = {}, baseUrl = simulator.baseUrl): Promise<ProviderClient> {
    const file = (await subject.file?.(simulator.url)) ?? null;
    const client = provider.connect(
      { ...subject.credential, ...credential },
      { baseUrl, concurrency: 3, platformKey: 'demo-merge-key', pace: null, webhookKey: null, file },
    );
    clients.push(client);
    return client;
  }

  async function read(given?: ProviderClient, options: ReadOptions = { signal, customFields: true }): Promise<Page[]> {
    const client = given ?? (await connect());
    const pages: Page[] = [];
    for (const list of provider.lists) {
      for await (const page of client.readPages(list, null, options)) pages.push(page);
    }
    return pages;
  }

  const peopleOf = (pages: readonly Page[]) =>
    pages.flatMap(({ list, records }) =>
      records.map((record) => provider.readEmployment(record, list, 'Europe/London').personId),
    );
  const hasCustomFields = (record: JsonRecord) => Object.keys(record).some((name) => provider.isCustomField(name));
  const failure = async (work: Promise<unknown>): Promise<Error> => {
    const error: unknown = await work.then(
      () => new TypeError('it succeeded'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error)) throw new TypeError('thrown was no error');
    expect(`${error.message} ${error.stack ?? ''}`).not.toContain(subject.credential[subject.secret]);
    return error;
  };

  test('reads exactly everyone, over at least three pages, each once and known by text', async () => {
    const pages = await read();
    expect(pages.filter(({ list }) => list === provider.lists[0]).length).toBeGreaterThanOrEqual(3);
    const { items } = (await at('GET', 'people')) as { items: unknown[] };
    const found = peopleOf(pages);
    expect(found).toHaveLength(items.length);
    expect(new Set(found).size).toBe(items.length);
    expect(found.every((id) => typeof id === 'string' && id !== '')).toBe(true);
    for (const { total, list } of pages) {
      const rows = pages.filter((page) => page.list === list).flatMap(({ records }) => records).length;
      expect(total).toBe(subject.hasTotals ? rows : null);
    }
  });

  test('goes on from the cursor of any page as if it had never stopped', async () => {
    const whole = await read();
    for (const page of whole) {
      const rest: Page[] = [];
      const client = await connect();
      for await (const next of client.readPages(page.list, page.cursor, { signal, customFields: true }))
        rest.push(next);
      const expected = whole
        .filter(({ list }) => list === page.list)
        .slice(whole.filter(({ list }) => list === page.list).indexOf(page));
      expect(peopleOf(rest)).toEqual(peopleOf(expected));
    }
  });

  test('leaves custom fields out where nobody wants them', async () => {
    const plain = await read(await connect(), { signal, customFields: false });
    expect(plain.flatMap(({ records }) => records).filter(hasCustomFields)).toEqual([]);
    const whole = await read();
    expect(whole.flatMap(({ records }) => records).some(hasCustomFields)).toBe(true);
  }, 60_000);

  test('tells who is employed, who will be, and who has left', async () => {
    const facts = (await read()).flatMap(({ list, records }) =>
      records.map((record) => provider.readEmployment(record, list, 'Europe/London')),
    );
    const { items } = (await at('GET', 'people')) as { items: { standing?: string; lists?: string[] }[] };
    const left = items.filter(({ standing, lists }) => standing === 'left' || lists?.includes('terminated-employees'));
    const gone = facts.filter(
      ({ status, endsOn }) => (endsOn ?? '9999') < TODAY || (status === 'left' && endsOn === null),
    );
    expect(gone).toHaveLength(left.length);
    expect(facts.filter(({ startsOn }) => (startsOn ?? '') > TODAY)).toHaveLength(4);
    expect(facts.filter(({ unreadable }) => unreadable !== undefined)).toEqual([]);
  });

  test('tells of a SaaS user what it says it tells, and nothing else', async () => {
    if (provider.saasUser === null) {
      expect(provider.files).toBeDefined();
      return;
    }
    const { facts } = provider.saasUser;
    const pages = await read(undefined, { signal, customFields: false, saasUsers: true });
    const users = pages.flatMap(({ records }) => records.map((record) => provider.saasUser!.read(record)));
    expect(users.filter(({ id }) => id === null)).toEqual([]);
    for (const fact of ['id', 'role', 'status', 'lastActivityAt'] as const) {
      const told = users.filter((user) => user[fact] !== null).length;
      // Some people are no users: of them the person's id alone is known.
      expect([fact, told > 0]).toEqual([fact, facts.includes(fact)]);
    }
  });

  if (subject.isAsked) {
    test('a wrong secret is "authorization lost", says what to do, and is never named', async () => {
      const error = await failure((await connect({ [subject.secret]: 'a-wrong-secret' })).probe(signal));
      expect(error).toBeInstanceOf(AuthorizationLost);
      expect(error.message).toMatch(/^.+ refused the credentials\. (Check|Enter)/);
      expect(error.message).not.toContain('a-wrong-secret');
    });

    test('missing permission is told from a wrong key', async () => {
      await fault({ kind: '403' });
      expect(await failure(read())).toBeInstanceOf(InsufficientScope);
    });

    test.each<[string, object, number | null]>([
      ['in seconds', { retryAfter: '7' }, 7],
      ['not at all', {}, null],
    ])('"slow down" that says how long %s', async (_how, more, seconds) => {
      await fault({ kind: '429', ...more });
      const error = await failure(read());
      expect(error).toBeInstanceOf(RateLimited);
      expect(error).toHaveProperty('retryAfterSeconds', seconds);
    });

    test('"slow down" until a date', async () => {
      await fault({ kind: '429', retryAfter: new Date(Date.now() + 60_000).toUTCString() });
      const error = await failure(read());
      const seconds = error instanceof RateLimited ? error.retryAfterSeconds : null;
      expect(seconds).toBeGreaterThan(50);
      expect(seconds).toBeLessThanOrEqual(61);
    });

    test.each(['500', '502', '503', 'cut-off', 'html'])(
      '%s of a moment is bridged, one that stays is "unavailable"',
      async (kind) => {
        await fault({ kind, times: 1 });
        // What is no whole JSON may be a full answer's fault: it is not repeated at once by all.
        const once = await read().then(
          (pages) => new Set(peopleOf(pages)).size,
          (error: unknown) => error,
        );
        if (typeof once !== 'number') expect(once).toBeInstanceOf(ProviderUnavailable);
        else expect(once).toBeGreaterThan(people);
        await fault({ kind });
        expect(await failure(read())).toBeInstanceOf(ProviderUnavailable);
      },
    );

    test('what was read before a fault was handed over', async () => {
      await fault({ kind: '500', page: 2 });
      const pages: Page[] = [];
      const reading = (async () => {
        const options = { signal, customFields: false };
        for await (const page of (await connect()).readPages(provider.lists[0] ?? '', null, options)) pages.push(page);
      })();
      await expect(reading).rejects.toBeInstanceOf(ProviderUnavailable);
      expect(pages.map(({ number }) => number)).toEqual([1]);
    });

    test('a hanging answer ends with the caller and its reason', async () => {
      await fault({ kind: 'hang' });
      const controller = new AbortController();
      const reason = new Error('cancelled');
      const reading = read(await connect(), { signal: controller.signal, customFields: false });
      setTimeout(() => controller.abort(reason), 100);
      await expect(reading).rejects.toBe(reason);
    });

    const lies = LIES.filter(([name]) => subject.endsWithEmptyPage !== true || name !== STAYS_EMPTY);
    test.each(lies)('%s ends with everybody, in a reason why not, or without proof', async (_, lie) => {
      const everybody = peopleOf(await read()).sort();
      const proxy = await startLyingProxy(simulator.baseUrl, subject.list, lie);
      const outcome = await read(await connect({}, proxy.url), { signal, customFields: false }).catch(
        (error: unknown) => error,
      );
      await proxy.close();
      if (outcome instanceof Error) {
        expect(outcome).toBeInstanceOf(ProviderError);
        expect(outcome.message).toMatch(new RegExp(`^${provider.name}`));
        return;
      }
      const pages = outcome as Page[];
      const found = new Set(peopleOf(pages));
      const isWhole = everybody.every((id) => found.has(id));
      expect({ isWhole, isProven: isProven(pages, peopleOf) }).not.toEqual({ isWhole: false, isProven: true });
    });

    async function readSpoilt(spoil: (answer: string) => string): Promise<Page[]> {
      const proxy = await startLyingProxy(simulator.baseUrl, subject.list, { at: 1, times: Infinity, spoil });
      try {
        return await read(await connect({}, proxy.url), { signal, customFields: false });
      } finally {
        await proxy.close();
      }
    }

    test('values of another kind spoil nobody else: everybody is read, and the others are as they were', async () => {
      const whole = await read(undefined, { signal, customFields: false });
      const spoilt = await readSpoilt(withWrongKinds);
      expect(peopleOf(spoilt)).toEqual(peopleOf(whole));
      const others = (pages: readonly Page[]) =>
        pages.flatMap(({ records }) => records.filter((_record, place) => !isSpoilt(place)));
      expect(others(spoilt)).toEqual(others(whole));
      expect(JSON.stringify(spoilt)).not.toBe(JSON.stringify(whole));
    });

    test('a field that the vendor has stopped sending is missing, and nobody with it', async () => {
      const whole = await read(undefined, { signal, customFields: false });
      const spoilt = await readSpoilt(withoutAddresses);
      expect(peopleOf(spoilt)).toEqual(peopleOf(whole));
      const domain = /@[a-z0-9.-]+\.example/g;
      const addresses = (pages: readonly Page[]) => (JSON.stringify(pages).match(domain) ?? []).length;
      expect(addresses(whole)).toBeGreaterThan(people);
      expect(addresses(spoilt)).toBe(0);
    });

    test('a redirect is not followed, so that the credentials stay where they belong', async () => {
      const asked: string[] = [];
      let strangers = '';
      const stranger = createServer((request, response) => {
        asked.push(request.url ?? '');
        response.end('{}');
      });
      const liar = createServer((_request, response) => {
        response.writeHead(302, { location: strangers }).end();
      });
      for (const server of [stranger, liar]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      strangers = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`;
      const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
      const error = await failure((await connect({}, url)).probe(signal));
      expect(error).toBeInstanceOf(ProviderContractViolation);
      expect(error.message).toContain('redirect');
      expect(asked).toEqual([]);
      for (const server of [liar, stranger]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    });
  }

  test('the probe counts, gives samples with custom fields, and reads no more than it has to', async () => {
    const seen = await (await connect()).probe(signal);
    expect(seen.people).toBeGreaterThan(90);
    expect(seen.interface).toBe(subject.credential.interface ?? seen.interface);
    expect(['soql', 'v2'].includes(seen.interface ?? '')).toBe(subject.way !== undefined);
    expect(seen.records.length).toBeGreaterThan(40);
    expect(seen.records.length).toBeLessThanOrEqual(200);
    expect(seen.records.some(hasCustomFields)).toBe(true);
  });

  test('nothing sensitive and nothing unknown leaves the provider, whatever stands in it', async () => {
    const extra = !subject.hasUnknownFields ? {} : { notOfThisVendor: CANARY, nested: { deep: CANARY } };
    const hired = (await at('POST', 'hire', subject.hire(1, { ...subject.sensitive(CANARY), ...extra }))) as {
      id: number;
    };
    const text = JSON.stringify(await read());
    expect(text).not.toContain(CANARY);
    expect(text).toContain('New1');
    await at('POST', 'delete', { id: hired.id });
  });

  test('odd names and values come as they are or not at all, and never stop the reading', async () => {
    const names = ['Zoë 🦊 مها', 'x'.repeat(10_000), '"\\\u202e', '__proto__'];
    const ids: number[] = [];
    for (const [number, name] of names.entries()) {
      const body = Object.fromEntries(
        Object.entries(subject.hire(number, {})).map(([key, value]) => [
          key,
          /first/i.test(key) ? name : (value as unknown),
        ]),
      );
      ids.push(((await at('POST', 'hire', body)) as { id: number }).id);
    }
    const text = JSON.stringify(await read());
    for (const name of names) expect(text).toContain(JSON.stringify(name));
    for (const id of ids) await at('POST', 'delete', { id });
  });

  test('who stays is read once, however many come and go meanwhile', async () => {
    const client = await connect();
    const [list = ''] = provider.lists;
    const seen: (string | null)[] = [];
    const stays = peopleOf(await read()).slice(0, people - 40);
    for await (const page of client.readPages(list, null, { signal, customFields: false })) {
      seen.push(...peopleOf([page]));
      if (page.number === 1) await at('POST', 'bulk', { hire: 5 });
      if (page.number === 2) await at('POST', 'bulk', { remove: 5 });
    }
    expect(stays.filter((id) => !seen.includes(id))).toEqual([]);
    expect(seen.filter((id) => stays.includes(id))).toHaveLength(stays.length);
  });

  if (subject.hasTokens) {
    test('a token that ends in the middle is replaced, once, and the reading goes on', async () => {
      const client = await connect();
      const pages: Page[] = [];
      for await (const page of client.readPages(provider.lists[0] ?? '', null, { signal, customFields: false })) {
        if (page.number === 2) await at('DELETE', 'tokens');
        pages.push(page);
      }
      expect(peopleOf(pages)).toEqual(peopleOf(await read()));
    });

    test('two readers of one account share a token', async () => {
      await at('DELETE', 'tokens');
      await read();
      await at('DELETE', 'requests');
      await Promise.all([read(), read()]);
      const { paths } = (await at('GET', 'requests')) as { paths: Record<string, number> };
      const exchanges = Object.entries(paths).filter(([path]) => /auth|token/.test(path));
      expect(exchanges).toEqual([]);
    });
  }
});
