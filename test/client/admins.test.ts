import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Browser, nextLink, signedIn } from './browser.js';
import { Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('admins');
});
afterAll(() => stage.close());

const invite = (programme: string, email: string, role: string, key?: string) =>
  stage.ask('POST', `/programmes/${programme}/admins`, {
    body: { email, name: 'Ada Park', role },
    ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
  });
const readsAndWrites = async (browser: Browser, programme: string) => [
  (await browser.ask('GET', `/programmes/${programme}`)).status,
  (await browser.ask('POST', `/programmes/${programme}/integrations`, { provider: 'sage-hr', name: 'X' })).status,
];

describe('who looks after a programme', () => {
  test('is invited by mail once for each key, and signs in with a link of seven days', async () => {
    const { id } = await stage.programme();
    stage.mailsFor = [];
    const first = await invite(id, 'Ada.Park@acme.example', 'admin', 'k1');
    expect([first.status, first.body]).toEqual([
      201,
      {
        id: expect.any(String),
        email: 'Ada.Park@acme.example',
        name: 'Ada Park',
        role: 'admin',
        lastSignInAt: null,
        invitedAt: expect.any(String),
      },
    ]);
    expect((await invite(id, 'Ada.Park@acme.example', 'admin', 'k1')).body.id).toBe(first.body.id);
    expect(stage.mailsFor[0]).toBe('accounts');
    const link = await nextLink(stage);
    expect([link?.purpose, link?.recipient, await nextLink(stage)]).toEqual(['invite', 'Ada.Park@acme.example', null]);
    const [{ days }] = (await stage.sql<{ days: number }>(
      `select round(extract(epoch from expires_at - created_at) / 86400)::int as days from sign_in_links where purpose = 'invite'`,
    )) as [{ days: number }];
    expect(days).toBe(7);
    const browser = new Browser(stage);
    expect((await browser.signInBy(link!.token)).status).toBe(200);
    const { items } = (await browser.ask('GET', `/programmes/${id}/admins`)).body;
    expect(items).toEqual([expect.objectContaining({ id: first.body.id, lastSignInAt: expect.any(String) })]);
  });

  test('is invited again only as long as they never came', async () => {
    const { id } = await stage.programme();
    const { browser } = await signedIn(stage, id, { email: 'bo@acme.example', role: 'admin' });
    expect((await invite(id, 'cy@acme.example', 'viewer')).status).toBe(201);
    expect((await invite(id, 'CY@acme.example', 'admin')).body.role).toBe('admin');
    const again = await invite(id, 'bo@acme.example', 'admin');
    expect([again.status, again.body.code]).toEqual([409, 'already-exists']);
    expect(again.body.detail).toContain('has access already, as admin');
    expect((await browser.ask('GET', `/programmes/${id}/admins`)).body.items).toHaveLength(2);
    while ((await nextLink(stage)) !== null);
  });

  test('changes and loses the access at once, also where a session is open', async () => {
    const { id } = await stage.programme();
    const other = await stage.programme({ name: 'Other' });
    const { browser: boss } = await signedIn(stage, id, { email: 'boss@acme.example', role: 'admin' });
    const { browser, id: admin } = await signedIn(stage, id, { email: 'di@acme.example', role: 'admin' });
    await invite(other.id, 'di@acme.example', 'viewer');
    while ((await nextLink(stage)) !== null);
    expect(await readsAndWrites(browser, id)).toEqual([200, 201]);
    expect(await readsAndWrites(browser, other.id)).toEqual([200, 403]);
    expect((await boss.ask('PATCH', `/programmes/${id}/admins/${admin}`, { role: 'viewer' })).body.role).toBe('viewer');
    expect(await readsAndWrites(browser, id)).toEqual([200, 403]);
    expect((await browser.ask('DELETE', `/programmes/${id}/admins/${admin}`)).status).toBe(403);
    expect((await boss.ask('DELETE', `/programmes/${id}/admins/${admin}`)).status).toBe(204);
    expect(await readsAndWrites(browser, id)).toEqual([404, 404]);
    expect(await readsAndWrites(browser, other.id)).toEqual([200, 403]);
    await stage.ask('DELETE', `/programmes/${other.id}/admins/${admin}`);
    expect((await browser.ask('GET', '/session')).body.programmes).toEqual([]);
    await stage.ask('POST', '/session/link/request', { token: null, body: { email: 'di@acme.example' } });
    expect(await nextLink(stage)).toBeNull();
  });

  test('does not lock everybody out by mistake', async () => {
    const { id } = await stage.programme();
    const { browser, id: only } = await signedIn(stage, id, { email: 'only@acme.example', role: 'admin' });
    const place = `/programmes/${id}/admins/${only}`;
    for (const refused of [await browser.ask('PATCH', place, { role: 'viewer' }), await browser.ask('DELETE', place)]) {
      expect([refused.status, refused.body.code]).toEqual([409, 'last-admin']);
    }
    expect((await browser.ask('DELETE', `${place}?last=true`)).status).toBe(204);
    expect((await browser.ask('GET', `/programmes/${id}`)).status).toBe(404);
  });

  test('cannot be two who remove each other at the same moment', async () => {
    const { id } = await stage.programme();
    const one = await signedIn(stage, id, { email: 'one@acme.example', role: 'admin' });
    const two = await signedIn(stage, id, { email: 'two@acme.example', role: 'admin' });
    const answers = await Promise.all([
      one.browser.ask('DELETE', `/programmes/${id}/admins/${two.id}`),
      two.browser.ask('DELETE', `/programmes/${id}/admins/${one.id}`),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test("is nothing to another programme: its ids are not found there, and a name is the inviter's own", async () => {
    const [mine, theirs] = [await stage.programme(), await stage.programme({ name: 'Theirs' })];
    const { id } = await signedIn(stage, theirs.id, { email: 'eve@acme.example', role: 'admin' });
    const at = `/programmes/${mine.id}/admins/${id}`;
    expect((await stage.ask('PATCH', at, { token: mine.admin, body: { role: 'viewer' } })).status).toBe(404);
    expect((await stage.ask('DELETE', at, { token: mine.admin })).status).toBe(404);
    const invited = await stage.ask('POST', `/programmes/${mine.id}/admins`, {
      token: mine.admin,
      body: { email: 'eve@acme.example', name: 'Eve as we call her', role: 'viewer' },
    });
    expect(invited.body).toMatchObject({ name: 'Eve as we call her', lastSignInAt: null });
    expect((await stage.ask('GET', `/programmes/${theirs.id}/admins`)).body.items[0]?.name).toBe('Ada Park');
  });
});

describe('the settings of a programme', () => {
  test('are changed by its admin, and by nobody who only looks', async () => {
    const { id } = await stage.programme();
    const { browser: admin } = await signedIn(stage, id, { email: 'set@acme.example', role: 'admin' });
    const { browser: viewer } = await signedIn(stage, id, { email: 'look@acme.example', role: 'viewer' });
    const wanted = {
      name: 'Acme Ltd',
      timeZone: 'Europe/London',
      graceDays: 30,
      signInUrl: 'https://app.acme.example',
    };
    expect((await admin.ask('PATCH', `/programmes/${id}`, wanted)).body).toMatchObject({ id, ...wanted });
    expect((await viewer.ask('PATCH', `/programmes/${id}`, wanted)).status).toBe(403);
    expect((await admin.ask('POST', '/programmes', { name: 'Mine', timeZone: 'Europe/London' })).status).toBe(403);
    expect((await admin.ask('GET', '/programmes')).status).toBe(403);
  });
});
