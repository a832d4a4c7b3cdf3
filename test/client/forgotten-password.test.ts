import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { eraseDue } from '../../database/erasure.js';
import { newId } from '../../database/ids.js';
import { claimPasswordMail, settlePasswordMail, type PasswordMail } from '../../database/password-links.js';
import { inAccounts, inProgramme } from '../../database/transaction.js';
import { hashPassword } from '../../client/operations/passwords.js';
import { Stage } from './stage.js';

const PASSWORD = 'grass seldom hums';
const OLD_PASSWORD = 'the old one, long gone';
let stage: Stage;
let programme: string;
let oldHash: string;
let member: string;
let email: string;

beforeAll(async () => {
  stage = await Stage.open('forgotten-password');
  programme = (await stage.programme({ name: 'Acme & Co' })).id;
  oldHash = await hashPassword(OLD_PASSWORD);
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.sql('delete from sign_in_attempts');
  await stage.sql(`update password_links set mail = 'sent' where mail = 'pending'`);
  email = `${newId()}@acme.example`;
  member = await account(programme);
});

async function account(home: string): Promise<string> {
  const body = { email, firstName: '<b>Ada', lastName: 'Park' };
  const { id } = (await stage.ask('POST', `/programmes/${home}/members`, { body })).body;
  await stage.sql('insert into member_sign_ins (programme_id, member_id, password_hash) values ($1, $2, $3)', [
    home,
    id,
    oldHash,
  ]);
  return id;
}

const get = (url: string, cookie = '') => stage.app.inject({ method: 'GET', url, headers: { cookie } });
const ask = (address = email) => stage.submit('/account/forgotten', { email: address });
const enter = (password: string) => stage.submit('/account/sign-in', { email, password });
const cookieOf = (headers: Record<string, unknown>) => String(headers['set-cookie']).split(';')[0] ?? '';

/** What the worker would mail, all that waits. */
async function mails(): Promise<PasswordMail[]> {
  const found: PasswordMail[] = [];
  for (;;) {
    const mail = await inAccounts(stage.context.db, async (trx) => {
      const next = await claimPasswordMail(trx);
      if (next !== null) await settlePasswordMail(trx, next.id, 'sent');
      return next;
    });
    if (mail === null) return found;
    found.push(mail);
  }
}

async function link(): Promise<string> {
  await ask();
  const [mail] = await mails();
  return `/account/password/${mail?.token ?? ''}`;
}

describe('a member who forgot the password', () => {
  test('gets a link by mail with which another one is chosen, once, and is signed in by it', async () => {
    expect((await get('/account/sign-in')).body).toContain('href="/account/forgotten"');
    expect((await get('/account/forgotten')).body).toContain('Send the link');
    expect((await ask(email.toUpperCase())).statusCode).toBe(200);
    const [mail, ...more] = await mails();
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ recipient: email, programmeName: 'Acme & Co', name: '<b>Ada' });
    const place = `/account/password/${mail?.token ?? ''}`;
    const opened = await get(place);
    expect([opened.statusCode, opened.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(opened.body).toContain(`<strong>${email}</strong> at Acme &amp; Co.`);
    const short = await stage.submit(place, { password: 'short' });
    expect([short.statusCode, short.body.includes('it needs at least 10')]).toEqual([422, true]);
    const chosen = await stage.submit(place, { password: PASSWORD });
    expect([chosen.statusCode, chosen.headers.location]).toEqual([303, '/account']);
    expect((await get('/account', cookieOf(chosen.headers))).statusCode).toBe(200);
    expect((await enter(PASSWORD)).statusCode).toBe(303);
    expect((await enter(OLD_PASSWORD)).statusCode).toBe(401);
    const again = await stage.submit(place, { password: 'another one, please' });
    expect([again.statusCode, again.body.includes(email)]).toEqual([410, false]);
  });

  test('is told the same as somebody whom nobody knows, and only the one who is known gets a mail', async () => {
    const known = await ask();
    const unknown = await ask('nobody@acme.example');
    expect([known.statusCode, unknown.statusCode]).toEqual([200, 200]);
    expect(known.body.replaceAll(email, 'nobody@acme.example')).toBe(unknown.body);
    expect((await mails()).map(({ recipient }) => recipient)).toEqual([email]);
    const wrong = await ask('no address');
    expect([wrong.statusCode, wrong.body.includes('This is no e-mail address')]).toEqual([422, true]);
  });

  test('waits after five tries, and so does whoever asks for an address that nobody has', async () => {
    for (const address of [email, 'nobody@acme.example']) {
      for (let turn = 0; turn < 5; turn += 1) expect((await ask(address)).statusCode).toBe(200);
      const late = await ask(address);
      expect([late.statusCode, late.body.includes('too many attempts; wait 30 seconds.')]).toEqual([429, true]);
      expect(Number(late.headers['retry-after'])).toBeGreaterThan(25);
    }
    await stage.sql('delete from sign_in_attempts');
    await ask();
    expect(await mails()).toHaveLength(5);
  });

  test('has a link for an hour, which is kept as a hash and is of no use to another site', async () => {
    const place = await link();
    const token = place.split('/').at(-1) ?? '';
    const kept = await stage.sql<{ dump: string }>(`select string_agg(l::text, ' ') as dump from password_links l`);
    expect(kept[0]?.dump).not.toContain(token);
    expect((await get(`/account/password/${token.slice(1)}x`)).statusCode).toBe(404);
    const foreign = await stage.submit(place, { password: PASSWORD }, { 'sec-fetch-site': 'cross-site' });
    expect(foreign.statusCode).toBe(403);
    await stage.sql(`update password_links set expires_at = now() where member_id = $1`, [member]);
    const late = await stage.submit(place, { password: PASSWORD });
    expect([late.statusCode, late.body.includes('Ask for another link')]).toEqual([410, true]);
  });

  test('chooses one password where the link is used twice at the same moment', async () => {
    const place = await link();
    const both = await Promise.all(
      ['the first of two', 'the second of two'].map((password) => stage.submit(place, { password })),
    );
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([303, 410]);
  });

  test('ends with it whatever else opened the account', async () => {
    const [first, second] = [await link(), await link()];
    const elsewhere = cookieOf((await enter(OLD_PASSWORD)).headers);
    expect((await get('/account', elsewhere)).statusCode).toBe(200);
    for (let turn = 0; turn < 5; turn += 1) await enter('wrong');
    expect((await enter('wrong')).statusCode).toBe(429);
    await stage.submit(second, { password: PASSWORD });
    expect((await get('/account', elsewhere)).statusCode).toBe(303);
    expect((await stage.submit(first, { password: 'another one, please' })).statusCode).toBe(410);
    expect((await enter(PASSWORD)).statusCode).toBe(303);
  });

  test('may be closing down, and has nothing of it once the data is erased', async () => {
    await stage.sql(
      `update members set state = 'closing-down', close_down_reason = 'leaver', close_down_started_on = '2020-01-01',
         close_down_ends_on = '2020-02-01' where id = $1`,
      [member],
    );
    const chosen = await stage.submit(await link(), { password: PASSWORD });
    expect((await get('/account', cookieOf(chosen.headers))).body).toContain('is closed since 1 January 2020');
    const other = await link();
    expect((await get(other)).statusCode).toBe(200);
    await inProgramme(stage.context.db, programme, (trx) => eraseDue(trx, programme));
    expect((await get(other)).statusCode).toBe(404);
    expect(await stage.sql('select 1 from password_links where member_id = $1', [member])).toEqual([]);
    await ask();
    expect(await mails()).toEqual([]);
  });

  test('gets a link for each programme that knows the address, and each opens its own account', async () => {
    const other = (await stage.programme({ name: 'Other' })).id;
    await account(other);
    await ask();
    const found = await mails();
    expect(found.map(({ programmeName }) => programmeName).sort()).toEqual(['Acme & Co', 'Other']);
    const ofOther = found.find(({ programmeName }) => programmeName === 'Other');
    const chosen = await stage.submit(`/account/password/${ofOther?.token ?? ''}`, { password: PASSWORD });
    expect((await get('/account', cookieOf(chosen.headers))).body).toContain('your account at Other is active');
    expect((await enter(OLD_PASSWORD)).statusCode).toBe(303);
  });

  test('gets one also where no password was ever set, if there was an invitation, and none otherwise', async () => {
    await stage.sql('delete from member_sign_ins where member_id = $1', [member]);
    await ask();
    expect(await mails()).toEqual([]);
    await stage.sql(
      `insert into invitations (programme_id, id, member_id, token_hash, expires_at) values ($1, $2, $3, $4, now())`,
      [programme, newId(), member, Buffer.from(newId())],
    );
    await ask();
    expect(await mails()).toHaveLength(1);
  });
});
