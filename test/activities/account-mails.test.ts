import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createHash } from 'node:crypto';
import { createAccountMails } from '../../activities/account-mails.js';
import { createLogger } from '../../config/logging.js';
import { ensureAdmin, setOperator } from '../../database/admins.js';
import { insertInvite, requestSignInLink } from '../../database/sign-in-links.js';
import { requestPasswordLinks } from '../../database/password-links.js';
import { inAccounts, inProgramme } from '../../database/transaction.js';
import { openMailTransport, type MailTransport } from '../../mails/transport.js';
import { startTestMailSink, type TestMailSink } from '../harness/mail-sink.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, inviteMembers } from './mail-world.js';

const database = ownDatabase('account-mails');
let sink: TestMailSink;
let transport: MailTransport;

beforeAll(async () => {
  sink = await startTestMailSink();
  transport = openMailTransport({ url: sink.smtp, from: 'Rollcall <rollcall@platform.example>' });
});
afterAll(async () => {
  transport.close();
  await sink.stop();
});

const send = (mail = transport) =>
  new MockActivityEnvironment().run(
    createAccountMails({
      db: database.db,
      mail,
      publicUrl: 'https://rollcall.example',
      log: createLogger('account-mails-test', 'silent'),
    }).sendAccountMails,
  );

test('links go out once, wait for a mail server that is away, and are known to the database as hashes', async () => {
  await inAccounts(database.db, async (trx) => {
    const { id } = await ensureAdmin(trx, { email: 'ada.park@acme.example', name: 'Ada\r\nBcc: eve@evil.example' });
    await setOperator(trx, id, true);
    await insertInvite(trx, id, { programmeName: 'Acme Rewards', role: 'viewer' });
    await requestSignInLink(trx, 'ada.park@acme.example');
  });
  const nobody = openMailTransport({ url: 'smtp://127.0.0.1:1', from: 'x@platform.example' });
  expect(await send(nobody)).toMatchObject({ sent: 0, left: 2, waitSeconds: 15, reachable: false });
  nobody.close();
  expect(await send()).toMatchObject({ sent: 2, left: 0, waitSeconds: null });
  expect(await send()).toMatchObject({ sent: 0, left: 0 });

  const { items } = await sink.mails();
  expect(items.map(({ kind, to, subject }) => [kind, to, subject]).sort()).toEqual([
    ['admin-invite', ['ada.park@acme.example'], 'You are invited to Rollcall of Acme Rewards'],
    ['sign-in', ['ada.park@acme.example'], 'Sign in to Rollcall'],
  ]);
  const hashes = await inAccounts(database.db, (trx) => trx('sign_in_links').pluck<Buffer[]>('token_hash'));
  for (const { text } of items) {
    expect(text).toContain('Hello Ada Bcc: eve@evil.example,');
    const token = /https:\/\/rollcall\.example\/sign-in#([\w-]{43})\s/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(token).digest('hex');
    expect(hashes.map((one) => one.toString('hex'))).toContain(hash);
  }
});

test('a member gets the link of a forgotten password by the same sender', async () => {
  const world = await createWorld(database.db);
  await inviteMembers(database.db, world, 1);
  await inProgramme(database.db, world.programme, (trx) =>
    trx.raw(
      `insert into member_sign_ins (programme_id, member_id, password_hash) select programme_id, id, 'x' from members`,
    ),
  );
  await inProgramme(database.db, world.programme, (trx) =>
    trx.raw(
      `insert into member_keys (programme_id, kind, value, member_id) select programme_id, 'email', email, id from members`,
    ),
  );
  await inAccounts(database.db, (trx) => requestPasswordLinks(trx, 'person1@acme.example'));
  expect(await send()).toMatchObject({ sent: 1, left: 0 });
  const mail = (await sink.mails()).items.find(({ kind }) => kind === 'password-link');
  expect(mail).toMatchObject({ to: ['person1@acme.example'], subject: 'Choose another password for Acme Rewards' });
  expect(mail?.text).toMatch(/https:\/\/rollcall\.example\/account\/password\/[\w-]{43}\s/);
  expect(await send()).toMatchObject({ sent: 0, left: 0 });
});

test('a link that has ended before it could be mailed is not mailed any more', async () => {
  await inAccounts(database.db, async (trx) => {
    await requestSignInLink(trx, 'ada.park@acme.example');
    await trx('sign_in_links').update({ expires_at: trx.raw('rollcall_now()') });
  });
  expect(await send()).toMatchObject({ sent: 0, left: 0 });
});
