import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { eraseDue } from '../../database/erasure.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { Stage } from './stage.js';

const PASSWORD = 'correct horse battery';
let stage: Stage;
let programme: string;
let member: string;
let email: string;

beforeAll(async () => {
  stage = await Stage.open('account');
  programme = (await stage.programme({ name: 'Acme & Co', graceDays: 30 })).id;
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.sql('delete from sign_in_attempts');
  email = `${newId()}@acme.example`;
  const made = await stage.ask('POST', `/programmes/${programme}/members`, {
    body: { email, firstName: '<b>Ada', lastName: 'Park' },
  });
  member = made.body.id;
});

const cookieOf = (headers: Record<string, unknown>) => String(headers['set-cookie']).split(';')[0] ?? '';
const look = (cookie: string) => stage.app.inject({ method: 'GET', url: '/account', headers: { cookie } });

async function join(): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await stage.sql(
    `insert into invitations (programme_id, id, member_id, token_hash, expires_at) values ($1, $2, $3, $4, now() + interval '14 days')`,
    [programme, newId(), member, createHash('sha256').update(token).digest()],
  );
  const page = await stage.submit(`/join/${token}`, { password: PASSWORD });
  expect([page.statusCode, page.body.includes('href="/account"')]).toEqual([200, true]);
  return cookieOf(page.headers);
}

describe("a member's own page", () => {
  test('opens to whoever has just set a password, by a cookie of its own that is no key to the API', async () => {
    const cookie = await join();
    expect(cookie).toMatch(/^rollcall_account=[\w-]{43}$/);
    const page = await look(cookie);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('your account at Acme &amp; Co is active.');
    expect(page.body).toContain('Hello &lt;b&gt;Ada,');
    expect(page.headers['cache-control']).toBe('no-store');
    const asAdmin = { cookie: cookie.replace('rollcall_account', 'rollcall_session') };
    expect((await stage.ask('GET', '/session', { token: null, headers: asAdmin })).status).toBe(401);
    const kept = await stage.sql<{ dump: string }>(`select string_agg(s::text, ' ') as dump from member_sessions s`);
    expect(kept[0]?.dump).not.toContain(cookie.split('=')[1]);
  });

  test('tells the last day of access, and when the data is erased', async () => {
    const cookie = await join();
    await stage.sql(`update members set ends_on = '2030-01-31' where id = $1`, [member]);
    expect((await look(cookie)).body).toMatch(/31 January 2030 as your last day.*on 2 March 2030 what is known/);
    await stage.sql(
      `update members set state = 'closing-down', close_down_reason = 'leaver', close_down_started_on = '2030-02-01',
         close_down_ends_on = '2030-03-03' where id = $1`,
      [member],
    );
    const closing = (await look(cookie)).body;
    expect(closing).toContain('is closed since 1 February 2030.');
    expect(closing).toContain('On 3 March 2030 what is known about you here is erased.');
  });

  test('ends with the data of the member, and so do the passwords', async () => {
    const cookie = await join();
    await stage.sql(
      `update members set state = 'closing-down', close_down_reason = 'leaver', close_down_started_on = '2020-01-01',
         close_down_ends_on = '2020-02-01' where id = $1`,
      [member],
    );
    expect((await look(cookie)).statusCode).toBe(200);
    await inProgramme(stage.context.db, programme, (trx) => eraseDue(trx, programme));
    const gone = await look(cookie);
    expect([gone.statusCode, gone.headers.location]).toEqual([303, '/account/sign-in']);
    expect(String(gone.headers['set-cookie'])).toContain('Max-Age=0');
    expect(await stage.sql('select 1 from member_sessions where member_id = $1', [member])).toEqual([]);
    expect((await stage.submit('/account/sign-in', { email, password: PASSWORD })).statusCode).toBe(401);
  });

  test('ends after two hours without a request, and after a day in any case', async () => {
    const cookie = await join();
    await stage.sql(`update member_sessions set last_seen_at = now() - interval '121 minutes' where member_id = $1`, [
      member,
    ]);
    expect((await look(cookie)).statusCode).toBe(303);
    await stage.sql(`update member_sessions set last_seen_at = now(), expires_at = now() where member_id = $1`, [
      member,
    ]);
    expect((await look(cookie)).statusCode).toBe(303);
  });

  test('signs in with the password, whatever the case of the address, and out again', async () => {
    await join();
    for (const given of [
      { email, password: 'wrong' },
      { email: 'nobody@acme.example', password: PASSWORD },
    ]) {
      const refused = await stage.submit('/account/sign-in', given);
      expect([refused.statusCode, refused.body.includes('The e-mail address or the password is not right.')]).toEqual([
        401,
        true,
      ]);
    }
    const entered = await stage.submit('/account/sign-in', { email: email.toUpperCase(), password: PASSWORD });
    expect([entered.statusCode, entered.headers.location]).toEqual([303, '/account']);
    const cookie = cookieOf(entered.headers);
    expect((await look(cookie)).statusCode).toBe(200);
    const foreign = await stage.submit('/account/sign-out', {}, { cookie, 'sec-fetch-site': 'cross-site' });
    expect(foreign.statusCode).toBe(403);
    const out = await stage.submit('/account/sign-out', {}, { cookie, 'sec-fetch-site': 'same-origin' });
    expect([out.statusCode, out.headers.location]).toEqual([303, '/account/sign-in']);
    expect((await look(cookie)).statusCode).toBe(303);
  });

  test('is the one whose password it is, where two programmes know the address', async () => {
    const other = (await stage.programme({ name: 'Other' })).id;
    await stage.ask('POST', `/programmes/${other}/members`, { body: { email } });
    await join();
    const entered = await stage.submit('/account/sign-in', { email, password: PASSWORD });
    expect((await look(cookieOf(entered.headers))).body).toContain('Acme &amp; Co');
  });

  test('cannot be guessed at: after five tries one has to wait', async () => {
    await join();
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await stage.submit('/account/sign-in', { email, password: 'wrong' })).statusCode).toBe(401);
    }
    const locked = await stage.submit('/account/sign-in', { email, password: PASSWORD });
    expect([locked.statusCode, locked.body.includes('too many attempts; wait 30 seconds.')]).toEqual([429, true]);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(25);
  });
});
