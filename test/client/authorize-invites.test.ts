import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { Stage } from './stage.js';

/** A colleague is asked for the credentials: the request, the page behind the link, and what the link may not do. */
describe('asking a colleague', () => {
  let stage: Stage;
  let programme: { id: string; admin: string; viewer: string };
  let integration: string;

  beforeAll(async () => {
    stage = await Stage.open('authorize-invites');
    programme = await stage.programme({ name: 'Acme & <Söhne>' });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    integration = await stage.integration(programme.id, { state: 'set-up' });
    stage.sent = [];
    stage.mailsFor = [];
  });

  const COLLEAGUE = 'it.desk@acme.example';
  const invite = (options: { body?: unknown; token?: string; headers?: Record<string, string> } = {}) =>
    stage.ask('POST', `/programmes/${programme.id}/integrations/${integration}/authorize/invite`, {
      body: { email: COLLEAGUE },
      ...options,
    });
  const outbox = () =>
    stage.sql<{ recipient: string; payload: { invite: string } }>(
      `select recipient, payload from outbox where integration_id = $1 order by id`,
      [integration],
    );

  /** As the mail's sender does when it takes the mail. */
  async function link(): Promise<string> {
    await invite();
    const [mail] = (await outbox()).slice(-1);
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest();
    await stage.sql('update authorize_invites set token_hash = $1 where id = $2', [hash, mail?.payload.invite]);
    return token;
  }

  const open = (token: string) => stage.ask('GET', `/authorize/${token}`, { token: null });
  const submit = (token: string, fields: Record<string, string>) =>
    stage.ask('POST', `/authorize/${token}`, {
      token: null,
      raw: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const GOOD = { subdomain: 'acme', apiKey: 'a-canary-key' };

  test('mails a link, whose token stands nowhere, and lets the mail go', async () => {
    expect(await invite()).toMatchObject({ status: 204, text: '' });
    expect(await outbox()).toMatchObject([{ recipient: COLLEAGUE, payload: { providerName: 'Sage HR' } }]);
    expect(stage.mailsFor).toEqual([integration]);
    const rows = await stage.sql<{ token_hash: Buffer | null; days: number }>(
      `select token_hash, extract(epoch from expires_at - now())::float8 / 86400 as days from authorize_invites where integration_id = $1`,
      [integration],
    );
    expect(rows).toMatchObject([{ token_hash: null, days: expect.closeTo(7, 1) }]);
    expect(
      await stage.sql(`select actor from audit_log where action = 'authorize-invite' and subject = $1`, [integration]),
    ).toHaveLength(1);
  });

  test('asked twice under one key sends one mail; with another address the key is refused', async () => {
    const headers = { 'idempotency-key': 'once' };
    expect((await invite({ headers })).status).toBe(204);
    expect((await invite({ headers })).status).toBe(204);
    expect(await outbox()).toHaveLength(1);
    expect((await invite({ headers, body: { email: 'other@acme.example' } })).body.code).toBe('idempotency-mismatch');
  });

  test.each([
    [{ email: 'not an address' }, '/email'],
    [{}, '/email'],
    [{ email: 'a@acme.example', role: 'admin' }, '/role'],
  ])('%j is refused and names %s', async (body, pointer) => {
    const answer = await invite({ body });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, pointer]);
    expect(await outbox()).toEqual([]);
  });

  test('is an admin’s to ask, once there is a setup', async () => {
    expect((await invite({ token: programme.viewer })).status).toBe(403);
    await stage.sql(`update integrations set state = 'draft' where id = $1`, [integration]);
    expect((await invite({ token: programme.admin })).body).toMatchObject({ code: 'illegal-state' });
    await stage.sql(`update integrations set state = 'removed' where id = $1`, [integration]);
    expect((await invite()).status).toBe(404);
    expect(await outbox()).toEqual([]);
  });

  test('the page explains the form, spends nothing by being opened, and runs no script', async () => {
    const token = await link();
    for (const page of [await open(token), await open(token)]) {
      expect(page.status).toBe(200);
      expect(page.text).toContain('Connect Sage HR');
      expect(page.text).toContain('Acme &amp; &lt;Söhne&gt;');
      expect(page.text).toContain('How do I find my API key?');
      expect(page.text).toContain('name="apiKey" type="password"');
      expect(page.text).not.toContain('<script');
      expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    }
  });

  test('what is entered goes to authorize, in the link’s name, and says how many people were seen', async () => {
    const token = await link();
    stage.effect = async () => {
      await stage.sql(
        `update integrations set state = 'authorized', seen = '{"people":12,"exact":true,"fields":["id"]}' where id = $1`,
        [integration],
      );
      return { outcome: 'done' };
    };
    const page = await submit(token, GOOD);
    expect([page.status, page.text.includes('12 people were seen')]).toEqual([200, true]);
    expect(stage.sent).toMatchObject([{ command: 'authorize' }]);
    const [operation] = await stage.sql<{ actor: string; body: object }>(
      'select actor, body from operations where id = $1',
      [stage.sent[0]?.operation],
    );
    expect(operation?.actor).toMatch(/^invited to authorize \([\da-f-]{36}\)$/);
    expect(JSON.stringify(operation?.body)).not.toContain('canary');
    expect(page.text).not.toContain('canary');
  });

  test('a refused key shows why and keeps what is no secret; the link stays open', async () => {
    const token = await link();
    stage.effect = async () => ({
      outcome: 'refused',
      code: 'credentials-refused',
      detail: 'Sage HR refused <the> key.',
    });
    const page = await submit(token, GOOD);
    expect(page.status).toBe(422);
    expect(page.text).toContain('Sage HR refused &lt;the&gt; key.');
    expect(page.text).toContain('value="acme"');
    expect(page.text).not.toContain('canary');
    expect((await open(token)).status).toBe(200);
    const wrong = await submit(token, { subdomain: 'not a subdomain!', apiKey: '' });
    expect(wrong.text.match(/aria-invalid="true"/g)).toHaveLength(2);
    expect((await submit(token, {})).status).toBe(422);
  });

  test('a link cannot choose a credential that the programme has already', async () => {
    const token = await link();
    const page = await submit(token, { credential: 'b6a1a7de-0000-4000-8000-000000000000' });
    expect(page.status).toBe(422);
    expect(stage.sent).toEqual([]);
  });

  test('says that it is still being checked where the answer takes long', async () => {
    const token = await link();
    stage.effect = async () => 'pending';
    expect(await submit(token, GOOD)).toMatchObject({ status: 202, text: expect.stringContaining('Still checking') });
  });

  test.each([
    ['used', 410, `used_at = now()`],
    ['expired', 410, `expires_at = now() - interval '1 second'`],
    ['unknown', 404, `token_hash = 'x'`],
  ])('a link that is %s shows nothing of whom it belongs to and takes nothing', async (_, status, change) => {
    const token = await link();
    await stage.sql(`update authorize_invites set ${change} where integration_id = $1`, [integration]);
    for (const page of [await open(token), await submit(token, GOOD)]) {
      expect(page.status).toBe(status);
      expect(page.text).not.toMatch(/Acme|Sage HR/);
    }
    expect(stage.sent).toEqual([]);
  });
});
