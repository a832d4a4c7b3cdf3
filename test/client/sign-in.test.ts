import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildApi } from '../../client/api/build.js';
import { printLink } from '../../client/operations/sign-in.js';
import { readEnvironment } from '../../config/environment.js';
import { Browser, nextLink, signedIn } from './browser.js';
import { OPERATOR, Stage } from './stage.js';

const PASSWORD = 'a long enough password';
let stage: Stage;
let programme: string;
let other: string;

beforeAll(async () => {
  stage = await Stage.open('sign-in');
  programme = (await stage.programme()).id;
  other = (await stage.programme({ name: 'Other' })).id;
});
afterAll(() => stage.close());
/** Time passes for this database alone; connections that are open would not notice. */
const wait = async (interval: string) => {
  await stage.sql(
    `do $$ begin execute format('alter database %I set rollcall.now_offset = %L', current_database(), '${interval}'); end $$`,
  );
  await stage.context.db.destroy();
  stage.context.db.initialize();
};
beforeEach(async () => {
  await stage.sql('delete from sign_in_attempts');
});

let number = 0;
const fresh = () => `ada.park${(number += 1)}@acme.example`;
const admin = (role: 'admin' | 'viewer' = 'admin', email = fresh()) => signedIn(stage, programme, { email, role });
const operator = () => printLink({ context: stage.context, actor: OPERATOR });

describe('a one-time link', () => {
  test('signs in once, and tells what to do when it has ended', async () => {
    const token = await operator();
    const browser = new Browser(stage);
    const first = await browser.signInBy(token);
    expect([first.status, first.body.admin, first.body.links]).toEqual([
      200,
      expect.objectContaining({ operator: true, hasPassword: false, name: 'Operator' }),
      { temporalUi: null, mail: null },
    ]);
    for (const spent of [token, 'unknown']) {
      const again = await new Browser(stage).signInBy(spent);
      expect([again.status, again.body.code]).toEqual([401, 'link-ended']);
      expect(again.body.detail).toContain('enter your e-mail address on the sign-in page');
    }
  });

  test('by mail comes to whoever has access, works for 15 minutes, and the answer is the same for everybody', async () => {
    const email = fresh();
    await admin('viewer', email);
    const asked = async (address: string) => {
      const answer = await stage.ask('POST', '/session/link/request', { token: null, body: { email: address } });
      return [answer.status, answer.text, stage.mailsFor.at(-1)];
    };
    stage.mailsFor = [];
    expect(await asked('nobody@acme.example')).toEqual([204, '', 'accounts']);
    expect(await nextLink(stage)).toBeNull();
    expect(await asked(email.toUpperCase())).toEqual([204, '', 'accounts']);
    const link = await nextLink(stage);
    expect(link).toMatchObject({ purpose: 'sign-in', recipient: email });
    await stage.sql(
      `update sign_in_links set expires_at = expires_at - interval '15 minutes' where purpose = 'sign-in'`,
    );
    expect((await new Browser(stage).signInBy(link!.token)).body.code).toBe('link-ended');
    // Nobody's inbox is filled by asking on and on.
    for (let count = 0; count < 10; count += 1) await asked(email);
    let mails = 0;
    while ((await nextLink(stage)) !== null) mails += 1;
    expect(mails).toBe(4);
  });

  test('is kept as a hash alone, and so is a session', async () => {
    const token = await operator();
    const browser = new Browser(stage);
    await browser.signInBy(token);
    const [{ dump }] = (await stage.sql<{ dump: string }>(
      `select (select string_agg(l::text, ' ') from sign_in_links l) || (select string_agg(s::text, ' ') from admin_sessions s) as dump`,
    )) as [{ dump: string }];
    expect(dump).not.toContain(token);
    expect(dump).not.toContain(browser.cookie!.split('=')[1]);
    expect(dump).not.toContain(browser.csrf);
  });
});

describe('a password', () => {
  test('signs in whatever the case of the address, and replaces nothing without the one before', async () => {
    const email = fresh();
    const { browser } = await admin('admin', email);
    expect((await browser.ask('PUT', '/session/password', { password: 'short' })).body.errors[0]?.pointer).toBe(
      '/password',
    );
    expect((await browser.ask('PUT', '/session/password', { password: PASSWORD })).status).toBe(204);
    const later = new Browser(stage);
    const entered = await later.ask('POST', '/session', { email: ` ${email.toUpperCase()}`, password: PASSWORD });
    expect([entered.status, entered.body.admin]).toEqual([200, expect.objectContaining({ email, hasPassword: true })]);
    const without = await later.ask('PUT', '/session/password', { password: 'another long one' });
    const wrong = await later.ask('PUT', '/session/password', { password: 'another long one', current: 'no' });
    expect([without, wrong].map(({ status, body }) => [status, body.errors[0]?.pointer])).toEqual([
      [422, '/current'],
      [422, '/current'],
    ]);
    expect(
      (await later.ask('PUT', '/session/password', { password: 'another long one', current: PASSWORD })).status,
    ).toBe(204);
    expect((await later.ask('GET', '/session')).status).toBe(200);
    expect((await browser.ask('GET', '/session')).status).toBe(401);
  });

  test('that was forgotten is replaced after a link, for a quarter of an hour', async () => {
    const email = fresh();
    const { browser } = await admin('admin', email);
    await browser.ask('PUT', '/session/password', { password: PASSWORD });
    const linked = new Browser(stage);
    await stage.ask('POST', '/session/link/request', { token: null, body: { email } });
    const entered = await linked.signInBy((await nextLink(stage))!.token);
    expect(entered.body.admin).toMatchObject({ hasPassword: true, mayReset: true });
    expect((await linked.ask('PUT', '/session/password', { password: 'the next long one' })).status).toBe(204);
    const later = new Browser(stage);
    const again = await later.ask('POST', '/session', { email, password: 'the next long one' });
    expect([again.status, again.body.admin]).toEqual([200, expect.objectContaining({ mayReset: false })]);
    // Both moments, since they are one.
    await stage.sql(`with back as (update admin_sessions set created_at = created_at - interval '15 minutes')
      update sign_in_links set used_at = used_at - interval '15 minutes'`);
    expect((await linked.ask('PUT', '/session/password', { password: PASSWORD })).body.errors[0]?.pointer).toBe(
      '/current',
    );
  });

  test('an unknown address and a wrong password get the same words in the same time', async () => {
    const email = fresh();
    const { browser } = await admin('admin', email);
    await browser.ask('PUT', '/session/password', { password: PASSWORD });
    const timed = async (address: string, count: number) => {
      const times: number[] = [];
      const answers = new Set<string>();
      for (let turn = 0; turn < count; turn += 1) {
        await stage.sql('delete from sign_in_attempts');
        const from = performance.now();
        const answer = await stage.ask('POST', '/session', {
          token: null,
          body: { email: address, password: 'wrong' },
        });
        times.push(performance.now() - from);
        answers.add(answer.text);
        expect([answer.status, answer.body.code]).toEqual([401, 'sign-in-refused']);
      }
      return { median: times.sort((a, b) => a - b)[Math.floor(count / 2)]!, answers: [...answers] };
    };
    await timed('nobody@acme.example', 1);
    const [unknown, wrong] = [await timed('nobody@acme.example', 5), await timed(email, 5)];
    expect(unknown.answers).toEqual(wrong.answers);
    // Without a hash to compare with, the unknown one would take a tenth of the time.
    expect(unknown.median).toBeGreaterThan(wrong.median / 3);
  });

  test('too many tries lock the account out, longer each time, and a link still gets in', async () => {
    const email = fresh();
    const { browser } = await admin('admin', email);
    await browser.ask('PUT', '/session/password', { password: PASSWORD });
    const attempt = (password: string, from = '127.0.0.1') =>
      stage.app.inject({ method: 'POST', url: '/api/v1/session', payload: { email, password }, remoteAddress: from });
    const together = await Promise.all(Array.from({ length: 12 }, (_, turn) => attempt('wrong', `10.0.0.${turn}`)));
    expect(together.filter(({ statusCode }) => statusCode === 401)).toHaveLength(5);
    const locked = await attempt(PASSWORD);
    expect([locked.statusCode, locked.json<{ code: string }>().code]).toEqual([429, 'too-many-attempts']);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(25);
    await wait('31 seconds');
    expect((await attempt('wrong')).statusCode).toBe(401);
    const longer = await attempt(PASSWORD);
    expect(Number(longer.headers['retry-after'])).toBeGreaterThan(50);
    await stage.ask('POST', '/session/link/request', { token: null, body: { email } });
    const link = await nextLink(stage);
    expect((await new Browser(stage).signInBy(link!.token)).status).toBe(200);
    await wait('95 seconds');
    expect((await attempt(PASSWORD)).statusCode).toBe(200);
    expect((await attempt('wrong')).statusCode).toBe(401);
    await wait('0 seconds');
  });

  test('one network address cannot try one account after the other for ever', async () => {
    const statuses: number[] = [];
    for (let turn = 0; turn < 32; turn += 1) {
      const body = { email: `guess${turn}@acme.example`, password: 'wrong' };
      statuses.push((await stage.ask('POST', '/session', { token: null, body })).status);
    }
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
    expect(statuses.slice(30)).toEqual([429, 429]);
  });
});

describe('a session', () => {
  test('is a cookie that scripts cannot read, with __Host- and Secure where people come by https', async () => {
    const token = await operator();
    const plain = await new Browser(stage).signInBy(token);
    expect(plain.headers['set-cookie']).toMatch(
      /^rollcall_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const environment = readEnvironment({ ROLLCALL_PUBLIC_URL: 'https://rollcall.acme.example' });
    const app = await buildApi({ ...stage.context, environment });
    const payload = { token: await operator() };
    const secure = await app.inject({ method: 'POST', url: '/api/v1/session/link', payload });
    expect(secure.headers['set-cookie']).toMatch(
      /^__Host-rollcall_session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    await app.close();
  });

  test('is a new one at each sign-in, whatever cookie comes along', async () => {
    const browser = new Browser(stage);
    browser.cookie = 'rollcall_session=planted-by-somebody-else';
    await browser.signInBy(await operator());
    const first = browser.cookie;
    expect(first).not.toContain('planted');
    await browser.signInBy(await operator());
    expect(browser.cookie).not.toBe(first);
  });

  test('changes something only with its CSRF token, and never for another origin', async () => {
    const { browser } = await admin();
    const create = (headers: Record<string, string>) =>
      browser.ask('POST', `/programmes/${programme}/integrations`, { provider: 'sage-hr', name: 'X' }, headers);
    for (const headers of [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': 'wrong' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const answer = await create(headers);
      expect([answer.status, answer.body.code]).toEqual([403, 'csrf']);
    }
    const { csrf } = browser;
    browser.csrf = null;
    expect((await create({})).body.code).toBe('csrf');
    expect((await browser.ask('GET', `/programmes/${programme}`)).status).toBe(200);
    browser.csrf = csrf;
    expect((await create({ origin: 'http://127.0.0.1:3000' })).status).toBe(201);
    const foreign = { token: null, body: { token: await operator() }, headers: { origin: 'https://evil.example' } };
    expect((await stage.ask('POST', '/session/link', foreign)).body.code).toBe('csrf');
  });

  test('shows its programmes with their roles, and the links of an operator', async () => {
    const email = fresh();
    const { browser } = await admin('viewer', email);
    await stage.ask('POST', `/programmes/${other}/admins`, { body: { email, name: 'Another name', role: 'admin' } });
    const { body } = await browser.ask('GET', '/session');
    expect(body).toMatchObject({
      admin: { email, name: 'Ada Park', operator: false, hasPassword: false },
      programmes: [
        { id: programme, name: 'Acme', timeZone: 'Europe/Berlin', role: 'viewer' },
        { id: other, name: 'Other', timeZone: 'Europe/Berlin', role: 'admin' },
      ],
      links: { temporalUi: null, mail: null },
    });
    const environment = readEnvironment({
      ROLLCALL_TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
      ROLLCALL_MAIL_SINK_URL: 'http://127.0.0.1:1080',
      ROLLCALL_PUBLIC_URL: 'http://127.0.0.1:3000/',
    });
    const app = await buildApi({ ...stage.context, environment });
    const asOperator = await app.inject({
      method: 'POST',
      url: '/api/v1/session/link',
      payload: { token: await operator() },
    });
    expect(asOperator.json()).toMatchObject({
      programmes: expect.arrayContaining([expect.objectContaining({ id: other, role: 'operator' })]),
      links: { temporalUi: 'http://127.0.0.1:8233', mail: 'http://127.0.0.1:3000/dev/mail' },
    });
    await app.close();
  });

  test('can be listed, ended here and elsewhere, and somebody else’s cannot', async () => {
    const email = fresh();
    const { browser } = await admin('admin', email);
    await browser.ask('PUT', '/session/password', { password: PASSWORD });
    const phone = new Browser(stage, { 'user-agent': `Phone ${'x'.repeat(500)}` });
    expect((await phone.ask('POST', '/session', { email, password: PASSWORD })).status).toBe(200);
    const { items } = (await browser.ask('GET', '/sessions')).body;
    expect(items.map(({ current, userAgent }) => [current, userAgent])).toEqual([
      [false, `Phone ${'x'.repeat(194)}`],
      [true, expect.any(String)],
    ]);
    const { browser: stranger } = await admin();
    expect((await stranger.ask('DELETE', `/sessions/${items[0]!.id}`)).status).toBe(404);
    expect((await browser.ask('DELETE', `/sessions/${items[0]!.id}`)).status).toBe(204);
    expect((await phone.ask('GET', '/session')).status).toBe(401);
    const { cookie } = browser;
    expect((await browser.ask('DELETE', '/session')).status).toBe(204);
    expect(browser.cookie).toBeNull();
    browser.cookie = cookie;
    expect((await browser.ask('GET', '/session')).status).toBe(401);
  });

  test('ends after half a day without a request, and after 30 days in any case', async () => {
    const { browser } = await admin();
    await wait('11 hours');
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    await wait('22 hours');
    expect((await browser.ask('GET', '/session')).status).toBe(200);
    await wait('35 hours');
    expect((await browser.ask('GET', '/session')).status).toBe(401);
    await wait('0 hours');
    const { browser: busy } = await admin();
    await stage.sql(`update admin_sessions set last_seen_at = last_seen_at + interval '719 hours'`);
    await wait('719 hours');
    expect((await busy.ask('GET', '/session')).status).toBe(200);
    await wait('721 hours');
    expect((await busy.ask('GET', '/session')).status).toBe(401);
    await wait('0 hours');
  });

  test('is a person’s: a token has none', async () => {
    for (const [method, path] of [
      ['GET', '/session'],
      ['DELETE', '/session'],
      ['GET', '/sessions'],
    ] as const) {
      expect((await stage.ask(method, path)).body.code).toBe('unauthorized');
    }
  });
});
