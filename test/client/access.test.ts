import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Stage } from './stage.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

describe('who may do what', () => {
  let stage: Stage;
  let own: Awaited<ReturnType<Stage['programme']>>;
  let other: Awaited<ReturnType<Stage['programme']>>;
  let routes: { method: Method; path: string }[];
  let integration: string;

  beforeAll(async () => {
    stage = await Stage.open('access');
    [own, other] = [await stage.programme(), await stage.programme({ name: 'Other' })];
    integration = await stage.integration(own.id);
    const document = await stage.ask('GET', '/openapi.json', { token: null });
    routes = Object.entries(document.body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase() as Method, path })),
    );
  });
  afterAll(() => stage.close());

  const filled = (path: string) =>
    path
      .replace('{programme}', own.id)
      .replace('{integration}', integration)
      .replace('{provider}', 'sage-hr')
      .replace(/\{\w+\}/g, () => randomUUID());
  const ofProgramme = () => routes.filter(({ path }) => path.includes('{programme}'));
  /** A vendor has no token; what it posts is proven by its signature (webhooks.test.ts). */
  const SIGNED = ['/api/v1/webhooks/{provider}'];
  /** Where nobody is signed in yet (sign-in.test.ts). */
  const isSignIn = ({ method, path }: { method: Method; path: string }) =>
    method === 'POST' && ['/api/v1/session', '/api/v1/session/link', '/api/v1/session/link/request'].includes(path);
  const guarded = () =>
    routes.filter((route) => route.path.startsWith('/api/v1/') && !SIGNED.includes(route.path) && !isSignIn(route));

  test('the document lists the routes that the table promises', () => {
    expect(ofProgramme().length).toBeGreaterThan(20);
  });

  test('without a token, and with a wrong one, every route answers 401', async () => {
    for (const { method, path } of guarded()) {
      for (const token of [null, 'rc_wrong']) {
        const answer = await stage.ask(method, filled(path), { token });
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthorized']);
      }
    }
  });

  test("another programme's token gets 404 on every route of a programme", async () => {
    for (const { method, path } of ofProgramme()) {
      const answer = await stage.ask(method, filled(path), {
        token: other.admin,
        ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
      });
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 404, 'not-found']);
    }
  });

  test('a viewer may only read', async () => {
    for (const { method, path } of ofProgramme()) {
      if (method === 'GET') continue;
      const answer = await stage.ask(method, filled(path), {
        token: own.viewer,
        ...(method === 'DELETE' ? {} : { body: {} }),
      });
      expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 403, 'forbidden']);
    }
    expect((await stage.ask('GET', `/programmes/${own.id}`, { token: own.viewer })).status).toBe(200);
  });

  test("a programme's token is refused on an operator's routes", async () => {
    for (const [method, path] of [
      ['GET', '/programmes'],
      ['POST', '/programmes'],
      ['PATCH', `/programmes/${own.id}`],
    ] as const) {
      const answer = await stage.ask(method, path, {
        token: own.admin,
        ...(method === 'GET' ? {} : { body: { name: 'x' } }),
      });
      expect([path, answer.status]).toEqual([path, 403]);
    }
    expect((await stage.ask('GET', `/programmes/${own.id}`, { token: own.admin })).body.name).toBe('Acme');
  });

  test('what does not exist answers 404 for an operator too, whatever the id looks like', async () => {
    for (const id of [randomUUID(), 'no-uuid', '%00', '..%2f..']) {
      for (const path of [
        `/programmes/${id}`,
        `/programmes/${id}/integrations`,
        `/programmes/${id}/members`,
        `/programmes/${own.id}/integrations/${id}`,
        `/programmes/${own.id}/integrations/${integration}/imports/${id}`,
        `/programmes/${own.id}/members/${id}`,
        `/operations/${id}`,
        `/providers/${id}`,
      ]) {
        const answer = await stage.ask('GET', path);
        expect([path, answer.status]).toEqual([path, 404]);
      }
    }
  });

  test('an import is found only under its own integration', async () => {
    const second = await stage.integration(own.id);
    const config = randomUUID();
    const run = randomUUID();
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
      [own.id, config, integration],
    );
    await stage.sql(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at)
       values ($1, $2, $3, 'import', 'write', 'first', $4, now())`,
      [own.id, run, integration, config],
    );
    const at = (place: string) => `/programmes/${own.id}/integrations/${place}/imports/${run}`;
    expect((await stage.ask('GET', at(integration))).status).toBe(200);
    expect((await stage.ask('GET', at(second))).status).toBe(404);
  });

  test('health needs no token', async () => {
    expect((await stage.ask('GET', '/healthz', { token: null })).status).toBe(200);
    const ready = await stage.ask('GET', '/readyz', { token: null });
    expect([ready.status, ready.body.ready]).toEqual([200, true]);
  });

  test('a revoked token is a wrong one, and only the hash of a token is kept', async () => {
    const programme = await stage.programme();
    const rows = await stage.sql<{ dump: string }>(
      `select string_agg(t::text, ' ') as dump from (select * from api_tokens) t`,
    );
    expect(rows[0]?.dump).not.toContain(programme.admin.slice(3, 20));
    await stage.sql(`update api_tokens set revoked_at = now() where programme_id = $1 and role = 'admin'`, [
      programme.id,
    ]);
    expect((await stage.ask('GET', `/programmes/${programme.id}`, { token: programme.admin })).status).toBe(401);
    expect((await stage.ask('GET', `/programmes/${programme.id}`, { token: programme.viewer })).status).toBe(200);
  });
});
