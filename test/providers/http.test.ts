import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { guardLookup, isPublicAddress } from '../../providers/address-guard.js';
import {
  AddressRefused,
  AuthorizationLost,
  InsufficientScope,
  ProviderContractViolation,
  ProviderUnavailable,
  RateLimited,
} from '../../providers/errors.js';
import { createHttp, HostNotFound, type Http, type HttpOptions } from '../../providers/http.js';
import type { LookupAddress } from 'node:dns';
import type { AddressInfo, LookupFunction } from 'node:net';

const CANARY = 'canary-9f3b';
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client(baseUrl: string, more: Partial<HttpOptions> = {}): Http {
  const http = createHttp({
    vendor: 'The vendor',
    baseUrl,
    headers: { 'x-auth-token': CANARY },
    concurrency: 2,
    allowPrivate: true,
    pace: null,
    advice: { unauthorized: 'Enter another key.', forbidden: 'Ask an admin.' },
    ...more,
    limits: { repetitionMs: 1, ...more.limits },
  });
  open.push(() => http.close());
  return http;
}

const never = new AbortController().signal;
/** The error of a request; its sentence never holds what must not be told. */
async function errorOf(asked: Promise<unknown>): Promise<Error> {
  const error: unknown = await asked.then(
    () => new TypeError('it succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new TypeError('thrown was no error of ours');
  expect(`${error.stack ?? ''} ${JSON.stringify(error)}`).not.toContain(CANARY);
  return error;
}
const failure = (baseUrl: string, more: Partial<HttpOptions> = {}) =>
  errorOf(client(baseUrl, more).get('/people', { token: CANARY }, never));
const answerWith = (status: number, headers: Record<string, string> = {}) =>
  serve((_request, response) => response.writeHead(status, headers).end(`{"secret":"${CANARY}"}`));

describe('a request', () => {
  test('goes below the base address, with headers and query', async () => {
    const url = await serve((request, response) => {
      response.end(JSON.stringify([request.method, request.url, request.headers['x-auth-token']]));
    });
    const http = client(`${url}/base/`);
    expect(await http.get('/a%2Fb', { page: '2', q: 'x y' }, never)).toEqual({
      found: true,
      body: ['GET', '/base/a%2Fb?page=2&q=x+y', CANARY],
    });
    expect(await http.get('//other.example/..', {}, never)).toMatchObject({ found: true });
  });

  test.each([
    ['/people', '/base/people'],
    ['/people/', '/base/people/'],
    ['/people/7f-3.b_2/fields', '/base/people/7f-3.b_2/fields'],
    ['/people/a b', '/base/people/a%20b'],
    ['/people/?admin=1#x', '/base/people/%3Fadmin=1%23x'],
    ['/people/Zoë', '/base/people/Zo%C3%AB'],
    ['/people/../keys', '/base/keys'],
    ['/people/\r\nx-evil: 1', '/base/people/x-evil:%201'],
  ])('to %j asks for %s, and has nothing of the path elsewhere', async (path, asked) => {
    const url = await serve((request, response) => {
      response.end(JSON.stringify([request.url, request.headers['x-evil'] ?? null]));
    });
    expect(await client(`${url}/base`).get(path, {}, never)).toEqual({ found: true, body: [asked, null] });
    const answer = await client(`${url}/base/`).get(path, { page: '2', kind: ['a', 'b'] }, never);
    expect(answer.body).toEqual([`${asked}?page=2&kind=a&kind=b`, null]);
  });

  test('may send JSON, and then is made once only', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
      request.on('end', () => response.writeHead(503).end());
    });
    expect(await errorOf(client(url).post('/token', { id: 1 }, never))).toBeInstanceOf(ProviderUnavailable);
    expect(bodies).toEqual(['{"id":1}']);
  });

  test('waits for its turn: never more at once than allowed', async () => {
    // Answered two at a time: fewer than two under way would wait for ever, a third would be counted.
    const held: (() => void)[] = [];
    let most = 0;
    const url = await serve((_request, response) => {
      held.push(() => response.end('{}'));
      most = Math.max(most, held.length);
      if (held.length === 2) setImmediate(() => held.splice(0).forEach((answer) => answer()));
    });
    const http = client(url);
    await Promise.all(Array.from({ length: 40 }, (_, page) => http.get('/people', { page: String(page) }, never)));
    expect(most).toBe(2);
  });
});

describe('an answer', () => {
  test.each([
    ['plain', Buffer.from('{"name":"Ada"}'), { name: 'Ada' }],
    ['in UTF-8', Buffer.from('{"name":"Zoë 李 🙂"}'), { name: 'Zoë 李 🙂' }],
    ['with a byte order mark', Buffer.from('\uFEFF{"name":"Zoë"}'), { name: 'Zoë' }],
    ['with a broken character', Buffer.from('{"name":"Zo\xEB"}', 'latin1'), { name: 'Zo\uFFFD' }],
  ])('%s is read as it is meant, whole or in pieces', async (_, bytes, meant) => {
    const url = await serve((request, response) => {
      if (request.url === '/whole') {
        response.end(bytes);
        return;
      }
      // Cut in the middle of a character, if there is a longer one.
      response.write(bytes.subarray(0, 12));
      setTimeout(() => response.end(bytes.subarray(12)), 5);
    });
    for (const path of ['/whole', '/pieces']) {
      expect(await client(url).get(path, {}, never)).toEqual({ found: true, body: meant });
    }
  });

  test('404 is one, not an error, and says what came with it', async () => {
    const answer = await client(await answerWith(404)).get('/people', {}, never);
    expect(answer).toEqual({ found: false, body: { secret: CANARY } });
  });

  test('404 of somebody else than an API comes with nothing', async () => {
    const url = await serve((_, response) => response.writeHead(404).end('<h1>Not here</h1>'));
    expect(await client(url).get('/people', {}, never)).toEqual({ found: false, body: null });
  });

  test.each([
    [401, AuthorizationLost, 'The vendor refused the credentials. Enter another key.'],
    [403, InsufficientScope, 'The vendor does not allow this to be read. Ask an admin.'],
    [408, ProviderUnavailable, 'HTTP 408'],
    [500, ProviderUnavailable, 'HTTP 500'],
    [503, ProviderUnavailable, 'HTTP 503'],
    [400, ProviderContractViolation, 'HTTP 400'],
    [422, ProviderContractViolation, 'HTTP 422'],
  ])('%d is told in our words', async (status, kind, sentence) => {
    const error = await failure(await answerWith(status));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toContain(sentence);
  });

  test('429 carries how long to wait', async () => {
    const error = await failure(await answerWith(429, { 'retry-after': '17' }));
    expect(error).toMatchObject({ name: 'RateLimited', retryAfterSeconds: 17 });
    const silent = await failure(await answerWith(429));
    expect(silent).toBeInstanceOf(RateLimited);
    expect(silent).toMatchObject({ retryAfterSeconds: null });
  });

  test('each request asks for its turn, and a 429 is told to all who share the account', async () => {
    const said: string[] = [];
    const pace: HttpOptions['pace'] = {
      turn: async () => void said.push('turn'),
      slowDown: async (seconds) => void said.push(`slow down for ${seconds}`),
    };
    const good = client(await answerWith(200), { pace });
    await good.get('/', {}, never).catch(() => undefined);
    await client(await answerWith(429, { 'retry-after': '9' }), { pace })
      .get('/', {}, never)
      .catch(() => undefined);
    expect(said).toEqual(['turn', 'turn', 'slow down for 9']);
  });

  test('of a refusal is known by its status even if its body breaks off', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(401, { 'content-length': '100' });
      response.write('{"half', () => response.destroy());
    });
    expect(await failure(url)).toBeInstanceOf(AuthorizationLost);
  });

  test('that redirects is not followed', async () => {
    let followed = false;
    const elsewhere = await serve((_request, response) => {
      followed = true;
      response.end('{}');
    });
    const error = await failure(await answerWith(302, { location: elsewhere }));
    expect(error).toBeInstanceOf(ProviderContractViolation);
    expect(error.message).toContain('redirect');
    expect(followed).toBe(false);
  });

  test.each([
    ['a page of HTML', `<!doctype html>${CANARY}`],
    ['half a document', `{"data":[{"email":"${CANARY}"`],
    ['nothing', ''],
  ])('that is %s is not JSON, and is not quoted', async (_what, body) => {
    const url = await serve((_request, response) => response.end(body));
    const error = await failure(url);
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error.message).toContain('not JSON');
  });

  test('that is cut off is asked for again', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      if (requests === 3) response.end('{"whole":true}');
      else {
        response.writeHead(200, { 'content-length': '14' });
        response.write('{"whole', () => response.destroy());
      }
    });
    expect(await client(url).get('/people', {}, never)).toEqual({ found: true, body: { whole: true } });
    requests = -10;
    expect(await failure(url)).toBeInstanceOf(ProviderUnavailable);
    expect(requests).toBe(-7);
  });

  test('that is larger than allowed is not read on, declared or not', async () => {
    for (const headers of [{ 'content-length': '5000' }, {}]) {
      const url = await serve((_request, response) => {
        response.writeHead(200, headers);
        response.end(JSON.stringify(CANARY.padEnd(4998)));
      });
      const error = await failure(url, { limits: { bodyBytes: 4999 } });
      expect(error).toBeInstanceOf(ProviderContractViolation);
      expect(error.message).toContain('4999 bytes');
      const enough = client(url, { limits: { bodyBytes: 5000 } });
      expect(await enough.get('/', {}, never)).toMatchObject({ found: true });
    }
  });
});

describe('waiting', () => {
  test('for the first byte ends in time', async () => {
    const url = await serve(() => undefined);
    const error = await failure(url, { limits: { headersMs: 50, repetitions: 0 } });
    expect(error).toMatchObject({ name: 'ProviderUnavailable', message: 'The vendor did not answer in time.' });
  });

  test('for the rest of a body ends in time', async () => {
    const url = await serve((_request, response) => response.write('{'));
    const error = await failure(url, { limits: { bodyMs: 50, repetitions: 0 } });
    expect(error).toMatchObject({ name: 'ProviderUnavailable', message: 'The vendor did not answer in time.' });
  });

  test('is over at the deadline, however slowly an answer drips', async () => {
    const drips = new Set<NodeJS.Timeout>();
    const url = await serve((_request, response) => {
      drips.add(setInterval(() => response.write(' '), 10));
    });
    const error = await failure(url, { limits: { deadlineMs: 80 } });
    drips.forEach(clearInterval);
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error.message).toContain('within 0.08 seconds');
  });

  test("ends with the caller's abort and its reason: under way, in the queue, before the start", async () => {
    const arrivals = new EventEmitter();
    const arrival = once(arrivals, 'request');
    const url = await serve(() => arrivals.emit('request'));
    const http = client(url, { concurrency: 1 });
    const controller = new AbortController();
    const asked = [1, 2].map(() => http.get('/people', {}, controller.signal).catch((reason: unknown) => reason));
    await arrival;
    const reason = new Error('the run was cancelled');
    controller.abort(reason);
    expect(await Promise.all(asked)).toEqual([reason, reason]);
    await expect(http.get('/people', {}, controller.signal)).rejects.toBe(reason);
  });

  test('a place in the queue is free again after an abort', async () => {
    const url = await serve((_request, response) => response.end('{}'));
    const http = client(url, { concurrency: 1 });
    const controller = new AbortController();
    const first = http.get('/', {}, never);
    const second = http.get('/', {}, controller.signal).catch(() => 'gone');
    const third = http.get('/', {}, never);
    controller.abort();
    expect(await Promise.all([first, second, third])).toEqual([
      { found: true, body: {} },
      'gone',
      { found: true, body: {} },
    ]);
  });

  test('a vendor that is away is unavailable', async () => {
    const url = await serve(() => undefined);
    await open.pop()?.();
    const error = await failure(url);
    expect(error).toBeInstanceOf(ProviderUnavailable);
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each([true, false])('a name that does not exist is told apart (private addresses: %s)', async (allowPrivate) => {
    // As the system's resolver does it: the error alone.
    const lookup = ((hostname: string, _options: unknown, callback: (error: Error) => void) => {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' }));
    }) as LookupFunction;
    const error = await failure('https://nowhere.example', { lookup, allowPrivate });
    expect(error).toBeInstanceOf(HostNotFound);
    expect(error.name).toBe('ProviderUnavailable');
  });
});

describe('the address guard', () => {
  test.each([
    'https://127.0.0.1',
    'https://localhost',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'https://2130706433',
    'https://0x7f.1',
    'https://169.254.169.254',
    'https://10.1.2.3',
    'https://172.16.0.1',
    'https://192.168.0.1',
    'https://0.0.0.0',
    'https://[64:ff9b::7f00:1]',
    'https://100.64.0.1',
    'https://[fd00::1]',
    'https://[fe80::1]',
    'http://93.184.216.34',
  ])('does not let %s be called', async (baseUrl) => {
    expect(await failure(baseUrl, { allowPrivate: false })).toBeInstanceOf(AddressRefused);
  });

  test('asks again at each connection: a name that was public and becomes private is refused', async () => {
    const answers: LookupAddress[][] = [
      [{ address: '93.184.216.34', family: 4 }],
      [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ];
    const rebinding: LookupFunction = (_hostname, _options, callback) => callback(null, answers.shift() ?? []);
    const guarded = guardLookup(rebinding);
    const resolve = () =>
      new Promise((settle) => {
        guarded('name.example', { all: true }, (error, address) => settle(error ?? address));
      });
    expect(await resolve()).toEqual([{ address: '93.184.216.34', family: 4 }]);
    expect(await resolve()).toBeInstanceOf(AddressRefused);
  });

  test('refuses a name whose addresses are private, in either form of a look-up', async () => {
    const single: LookupFunction = (_hostname, options, callback) => {
      if (options.all === true) callback(null, [{ address: '::ffff:10.0.0.1', family: 6 }]);
      else callback(null, '::ffff:10.0.0.1', 6);
    };
    expect(await failure('https://name.example', { allowPrivate: false, lookup: single })).toBeInstanceOf(
      AddressRefused,
    );
    const one = new Promise((settle) => {
      guardLookup(single)('name.example', {}, (error) => settle(error));
    });
    expect(await one).toBeInstanceOf(AddressRefused);
  });

  test.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['2002:7f00:1::', false],
    ['192.0.2.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['', false],
    ['name.example', false],
  ])('%s public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });
});
