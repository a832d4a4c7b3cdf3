import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { verify } from '@node-rs/argon2';
import { createHash, randomBytes } from 'node:crypto';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

describe('the page of an invitation', () => {
  let stage: Stage;
  let programme: string;
  let member: string;
  let token: string;

  beforeAll(async () => {
    stage = await Stage.open('join');
    programme = (
      await stage.programme({ name: 'Acme & <Söhne>', signInUrl: 'https://app.acme.example/sign-in?a=1&b=2' })
    ).id;
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    member = newId();
    token = randomBytes(32).toString('base64url');
    await stage.sql(
      `insert into members (programme_id, id, state, email, first_name) values ($1, $2, 'active', 'ada@acme.example', '<script>Ada')`,
      [programme, member],
    );
    await stage.sql(
      `insert into invitations (programme_id, id, member_id, token_hash, expires_at) values ($1, $2, $3, $4, now() + interval '14 days')`,
      [programme, newId(), member, createHash('sha256').update(token).digest()],
    );
  });

  const open = () => stage.ask('GET', `/join/${token}`, { token: null });
  const submit = (password: string) =>
    stage.ask('POST', `/join/${token}`, {
      token: null,
      raw: new URLSearchParams({ password, username: 'ada@acme.example' }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  const passwords = () =>
    stage.sql<{ password_hash: string }>('select password_hash from member_sign_ins where member_id = $1', [member]);

  test('greets, asks for a password, runs no script and lets nobody put one in', async () => {
    const page = await open();
    expect(page.status).toBe(200);
    expect(page.text).toContain('Hello &lt;script&gt;Ada,');
    expect(page.text).toContain('Welcome to Acme &amp; &lt;Söhne&gt;');
    expect(page.text).not.toContain('<script');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'/,
      ),
    });
  });

  test('a password is set once, as a slow hash', async () => {
    const page = await submit('correct horse battery');
    expect([page.status, page.text.includes('Your password is set')]).toEqual([200, true]);
    expect(page.text).toContain('href="https://app.acme.example/sign-in?a=1&amp;b=2"');
    const [row] = await passwords();
    expect(row?.password_hash).toMatch(/^\$argon2id\$/);
    expect(await verify(row!.password_hash, 'correct horse battery')).toBe(true);

    const again = await submit('another password');
    expect([again.status, again.text.includes('already used')]).toEqual([410, true]);
    expect(again.text).not.toContain('Ada');
    expect((await open()).status).toBe(410);
    expect(await passwords()).toEqual([row]);
  });

  test('two clicks at once set one password', async () => {
    const answers = await Promise.all([submit('first password'), submit('second password')]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, 410]);
    expect((await passwords()).length).toBe(1);
  });

  test.each([
    ['', 'has 0 characters'],
    ['ninechars', 'has 9 characters'],
    ['x'.repeat(1001), 'more than 1000'],
  ])('a password of another length is told at once and costs nothing', async (password, words) => {
    const page = await submit(password);
    expect([page.status, page.text.includes(words)]).toEqual([422, true]);
    expect(page.text).toContain('role="alert"');
    expect(await passwords()).toEqual([]);
    expect((await open()).status).toBe(200);
  });

  test('a link that has ended, is unknown, or whose account is closed says so kindly', async () => {
    await stage.sql(`update members set state = 'closing-down', close_down_ends_on = '2030-01-01' where id = $1`, [
      member,
    ]);
    expect([(await open()).status, (await submit('long enough 1')).status]).toEqual([410, 410]);
    await stage.sql(`update members set state = 'active', close_down_ends_on = null where id = $1`, [member]);
    await stage.sql(`update invitations set expires_at = now() where member_id = $1`, [member]);
    const ended = await open();
    expect([ended.status, ended.text.includes('has ended')]).toEqual([410, true]);
    expect((await submit('long enough 1')).status).toBe(410);
    expect(await passwords()).toEqual([]);
    const unknown = await stage.ask('GET', '/join/nonsense', { token: null });
    expect([unknown.status, unknown.text.includes('not known')]).toEqual([404, true]);
  });

  test('the API itself takes no form', async () => {
    const answer = await stage.ask('POST', '/programmes', {
      raw: 'name=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(415);
  });
});
