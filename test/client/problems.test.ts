import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildApi } from '../../client/api/build.js';
import { PROBLEMS } from '../../client/api/errors.js';
import { checkHealth } from '../../client/operations/health.js';
import { openDatabase } from '../../database/connection.js';
import { Stage } from './stage.js';

describe('problem details', () => {
  let stage: Stage;
  let programme: string;

  beforeAll(async () => {
    stage = await Stage.open('problems');
    programme = (await stage.programme()).id;
  });
  afterAll(() => stage.close());

  test('the list of codes is closed', () => {
    const statuses = Object.fromEntries(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]));
    expect(statuses).toEqual({
      'invalid-json': 400,
      'invalid-query': 400,
      unauthorized: 401,
      'sign-in-refused': 401,
      'link-ended': 401,
      forbidden: 403,
      csrf: 403,
      'not-found': 404,
      'illegal-state': 409,
      'already-ended': 409,
      'nothing-held': 409,
      'plan-changed': 409,
      'already-exists': 409,
      'custom-fields-locked': 409,
      'different-account': 409,
      'last-admin': 409,
      'integration-paused': 409,
      'provider-not-configured': 409,
      'details-deleted': 410,
      'changed-meanwhile': 412,
      'too-large': 413,
      'unsupported-media-type': 415,
      'invalid-body': 422,
      'credentials-refused': 422,
      'too-many-custom-fields': 422,
      'idempotency-mismatch': 422,
      'too-many-requests': 429,
      'too-many-attempts': 429,
      internal: 500,
      unavailable: 503,
    });
  });

  test('every problem has the whole form and its own media type', async () => {
    const answer = await stage.ask('POST', '/programmes', { body: { timeZone: 'Mars/Olympus', colour: 'red' } });
    expect(answer.status).toBe(422);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.body).toEqual({
      type: 'urn:rollcall:problem:invalid-body',
      title: 'The body is wrong',
      status: 422,
      code: 'invalid-body',
      detail: expect.any(String),
      errors: [
        { pointer: '/name', detail: 'is missing; it must be text' },
        { pointer: '/timeZone', detail: 'must be an IANA time zone like "Europe/Berlin"' },
        { pointer: '/colour', detail: 'is not a property this has' },
      ],
    });
  });

  test.each([
    ['no JSON', { raw: '{"name": ' }, 400, 'invalid-json'],
    ['a prototype in the JSON', { raw: '{"__proto__": {"a": 1}}' }, 400, 'invalid-json'],
    ['no object', { raw: '"text"' }, 422, 'invalid-body'],
    ['no body at all', {}, 422, 'invalid-body'],
    ['another media type', { raw: 'name=x', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported-media-type'],
    [
      'a form',
      { raw: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported-media-type',
    ],
    ['more than a megabyte', { raw: JSON.stringify({ name: 'x'.repeat(1_100_000) }) }, 413, 'too-large'],
  ])('%s is refused', async (_, options, status, code) => {
    const answer = await stage.ask('POST', '/programmes', options);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail.length).toBeGreaterThan(10);
  });

  test.each([
    ['limit=0', '?limit'],
    ['limit=1001', '?limit'],
    ['limit=ten', '?limit'],
    ['after=nonsense', '?after'],
    ['page=2', '?page'],
  ])('the parameter %s is refused by its name', async (query, pointer) => {
    const answer = await stage.ask('GET', `/programmes?${query}`);
    expect([answer.status, answer.body.code, answer.body.errors[0]?.pointer]).toEqual([400, 'invalid-query', pointer]);
  });

  test('an unknown address is a problem too', async () => {
    for (const path of ['/nothing', '/api/v2/programmes', '/api/v1/programmes/x/y/z']) {
      const answer = await stage.ask('GET', `/api${path}`, { token: null });
      expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
    }
  });

  test('what breaks inside tells nothing of the inside', async () => {
    const integration = await stage.integration(programme);
    stage.effect = () => Promise.reject(new Error('secret-of-the-inside'));
    const answer = await stage.ask('PUT', `/programmes/${programme}/integrations/${integration}/setup`, { body: {} });
    expect([answer.status, answer.body.code]).toEqual([500, 'internal']);
    expect(answer.text).not.toContain('secret-of-the-inside');
  });

  test('a token may ask a hundred times a second, and is told when it is too much', async () => {
    const small = await Stage.open('rate', { requestsPerSecond: 120 });
    try {
      const asked = await Promise.all(Array.from({ length: 160 }, () => small.ask('GET', '/providers')));
      const refused = asked.filter((answer) => answer.status === 429);
      expect(asked.filter((answer) => answer.status === 200).length).toBeGreaterThanOrEqual(100);
      for (const answer of refused) {
        expect(answer.body.code).toBe('too-many-requests');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      }
    } finally {
      await small.close();
    }
  });

  test.each(['Connection terminated unexpectedly', 'COMMIT; - Connection terminated unexpectedly'])(
    'a connection that is cut under a statement (%s) is 503: the next one may do',
    async (message) => {
      const app = await buildApi(stage.context);
      app.get('/cut', () => {
        throw new Error(message);
      });
      try {
        const answer = await app.inject('/cut');
        expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([503, 'unavailable']);
      } finally {
        await app.close();
      }
    },
  );

  test('without its database the API lives, is not ready, and answers 503 instead of a riddle', async () => {
    const db = openDatabase('postgres://nobody:nothing@127.0.0.1:1/none', { name: 'lost' });
    const app = await buildApi({ ...stage.context, db });
    try {
      const ask = (url: string) => app.inject({ method: 'GET', url, headers: { authorization: 'Bearer rc_x' } });
      expect((await ask('/healthz')).statusCode).toBe(200);
      expect((await ask('/readyz')).statusCode).toBe(503);
      const answer = await ask('/api/v1/programmes');
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.json()).toMatchObject({ code: 'unavailable', status: 503 });
    } finally {
      await app.close();
      await db.destroy();
    }
  });

  test('a database that is slow answers an operator, and is away for who balances load', async () => {
    const db = openDatabase(stage.database.url, { name: 'slow', connections: 1 });
    // Who holds the only connection makes the next one wait, as a machine without time does.
    const held = db.raw('select pg_sleep(0.4)').then(() => 'over');
    try {
      const look = (patienceMs: number) => checkHealth({ ...stage.context, db }, patienceMs);
      const isThere = async (patienceMs: number) =>
        (await look(patienceMs)).find(({ name }) => name === 'database')?.ok;
      expect(await Promise.all([isThere(50), isThere(10_000)])).toEqual([false, true]);
    } finally {
      await held;
      await db.destroy();
    }
  });
});
