import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { CancelledFailure } from '@temporalio/activity';
import { createLogger } from '../../config/logging.js';
import { createNotify, type SendMailsInput, type SendMailsResult } from '../../activities/notify.js';
import { claim } from '../../database/outbox.js';
import { inProgramme } from '../../database/transaction.js';
import type { Ending } from '../../domain/import-ending.js';
import { openMailTransport, type MailTransport } from '../../mails/transport.js';
import { startTestMailSink, type TestMailSink } from '../harness/mail-sink.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  change,
  createRun,
  createWorld,
  endRun,
  inviteMembers,
  outboxOf,
  rowsOf,
  type MailWorld,
} from './mail-world.js';

const FROM = 'Rollcall <rollcall@platform.example>';
const PUBLIC_URL = 'https://rollcall.example/';
const log = createLogger('notify-test', 'silent');

const database = ownDatabase('notify');
let sink: TestMailSink;
let transport: MailTransport;

beforeAll(async () => {
  sink = await startTestMailSink();
  transport = openMailTransport({ url: sink.smtp, from: FROM });
});
afterAll(async () => {
  transport.close();
  await sink.stop();
});

const activities = (mail = transport) =>
  createNotify({ db: database.db, mail, publicUrl: PUBLIC_URL, log, pauses: [5, 10] });

const inputOf = (world: MailWorld, some: Partial<SendMailsInput> = {}): SendMailsInput => ({ ...world, ...some });

function send(world: MailWorld, mail = transport, some: Partial<SendMailsInput> = {}): Promise<SendMailsResult> {
  return new MockActivityEnvironment({ attempt: 1 }).run(activities(mail).sendMails, inputOf(world, some));
}

const received = async (world: MailWorld) =>
  (await sink.mails('limit=1000')).items.filter((mail) => mail.integration === world.integration);

const report = async (world: MailWorld) =>
  new MockActivityEnvironment().run(activities().enqueueReport, { run: world, ending: await endingOf(world) });

/** The ending that stands in the run's row, as the workflow hands it over. */
async function endingOf(world: MailWorld): Promise<Ending> {
  const row = await inProgramme(database.db, world.programme, (trx) =>
    trx('import_runs')
      .where({ id: world.import })
      .first<{ state: Ending['state']; failure_code: string | null; failure_detail: string | null }>(),
  );
  return { state: row.state, failureCode: row.failure_code, failureDetail: row.failure_detail };
}

const COUNTS = { unchanged: 10 };

describe('sending what waits', () => {
  test('sends each invitation once, with a link whose hash stands in the database', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 30);
    expect(await send(world)).toEqual({
      sent: 30,
      refused: 0,
      unknown: 0,
      left: 0,
      waitSeconds: null,
      nextWaveIn: null,
      reachable: true,
    });
    expect(await send(world)).toMatchObject({ sent: 0, left: 0 });
    const mails = await received(world);
    expect(new Set(mails.map((mail) => mail.to[0])).size).toBe(30);
    expect(mails).toHaveLength(30);
    const hashes = new Set((await rowsOf(database.db, world, 'invitations')).map((row) => String(row.token_hash)));
    for (const mail of mails) {
      const token = /https:\/\/rollcall\.example\/join\/([\w-]{43})\s/.exec(mail.text)?.[1] ?? '';
      expect(hashes).toContain(String(createHash('sha256').update(token).digest()));
    }
    expect((await outboxOf(database.db, world)).every((row) => row.state === 'sent' && row.sent_at !== null)).toBe(
      true,
    );
  });

  test('uses the sign-in of a platform that has its own', async () => {
    const world = await createWorld(database.db, { signInUrl: 'https://sso.acme.example/in' });
    await inviteMembers(database.db, world, 1);
    await send(world);
    const [mail] = await received(world);
    expect(mail?.text).toContain('Sign in:\nhttps://sso.acme.example/in\n');
    expect(mail?.text).not.toContain('/join/');
  });

  test('sends only the kinds it is asked for', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    expect(await send(world, transport, { kinds: ['report'] })).toMatchObject({ sent: 0 });
    expect(await send(world, transport, { kinds: ['invitation'] })).toMatchObject({ sent: 1 });
  });

  test('sends what an ended import left behind when none is named', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 2);
    expect(await send(world, transport, { import: null })).toMatchObject({ sent: 0 });
    await endRun(database.db, world, { state: 'cancelled' });
    expect(await send(world, transport, { import: null })).toMatchObject({ sent: 2 });
  });

  test('sends nothing to members after revoke', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 3);
    await change(database.db, world, 'integrations', {}, { state: 'revoked' });
    expect(await send(world)).toMatchObject({ sent: 0, left: 0 });
    expect(await received(world)).toEqual([]);
  });

  test('skips a member who is closing down', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 2);
    const leaving = { state: 'closing-down', close_down_reason: 'leaver', close_down_ends_on: '2027-01-31' };
    await change(database.db, world, 'members', { employee_id: 'E1' }, leaving);
    expect(await send(world)).toMatchObject({ sent: 1, left: 0 });
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['suppressed', 'sent']);
  });
});

describe('when something fails', () => {
  test('what a killed sender had in its hands is unknown for an invitation and sent again for a report', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 1);
    await endRun(database.db, world, { state: 'completed', counts: JSON.stringify(COUNTS) });
    await report(world);
    const scope = { integration: world.integration, import: world.import, kinds: null };
    const before = await inProgramme(database.db, world.programme, (trx) => claim(trx, scope, 10, true));
    expect(before).toHaveLength(2);
    expect(await send(world)).toMatchObject({ sent: 1, unknown: 1, left: 0 });
    expect(await send(world)).toMatchObject({ sent: 0, unknown: 0, left: 0 });
    const mails = await received(world);
    expect(mails.map((mail) => mail.kind)).toEqual(['report']);
    expect(mails[0]?.headers['message-id']).toBe(before.find((mail) => mail.kind === 'report')?.messageId);
    expect((await outboxOf(database.db, world)).map((row) => row.state)).toEqual(['sent', 'unknown']);
  });

  test('mails wait while the server is down and go once it is back', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 20);
    const nowhere = openMailTransport({ url: 'smtp://127.0.0.1:1', from: FROM });
    const down = await send(world, nowhere);
    nowhere.close();
    expect(down).toEqual({
      sent: 0,
      refused: 0,
      unknown: 0,
      left: 20,
      waitSeconds: 60,
      nextWaveIn: null,
      reachable: false,
    });
    const rows = await outboxOf(database.db, world);
    expect(rows.every((row) => row.state === 'pending')).toBe(true);
    expect(rows.some((row) => row.last_problem?.startsWith('The mail server cannot be used'))).toBe(true);
    expect(await rowsOf(database.db, world, 'invitations')).toEqual([]);
    expect(await send(world)).toMatchObject({ sent: 20, left: 0 });
    expect(await received(world)).toHaveLength(20);
  });

  test('a refused address is a warning of that person and the others get their mail', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 12);
    sink.refuse(/^person7@/);
    const result = await send(world);
    sink.refuse(null);
    expect(result).toMatchObject({ sent: 11, refused: 1, left: 0, reachable: true });
    expect(await rowsOf(database.db, world, 'run_problems')).toMatchObject([
      { code: 'mail-refused', employee_id: 'E7' },
    ]);
  });

  test('an address that is put off waits alone and says how long', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 12);
    sink.refuse(/^person7@/, 450);
    const result = await send(world);
    sink.refuse(null);
    expect(result).toMatchObject({ sent: 11, refused: 0, left: 1, reachable: true });
    expect(result.waitSeconds).toBeGreaterThan(50);
  });

  test('a cancelled sender lets mails under way arrive, claims no more and ends as cancelled', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 40);
    const environment = new MockActivityEnvironment({ attempt: 1 });
    sink.onMessage(() => environment.cancel());
    const run: Promise<SendMailsResult> = environment.run(activities().sendMails, inputOf(world));
    await expect(run).rejects.toBeInstanceOf(CancelledFailure);
    sink.onMessage(null);
    const states = (await outboxOf(database.db, world)).map((row) => row.state);
    const sent = states.filter((state) => state === 'sent').length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(40);
    expect(states.every((state) => state === 'sent' || state === 'pending')).toBe(true);
    expect(await received(world)).toHaveLength(sent);
    expect(await send(world)).toMatchObject({ sent: 40 - sent });
    expect(await received(world)).toHaveLength(40);
  });

  test('a database that drops its connections makes no mail go twice and none wait', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 40);
    let dropped = false;
    sink.onMessage(async () => {
      if (dropped) return;
      dropped = true;
      await database.dropConnections();
    });
    const result = await send(world);
    sink.onMessage(null);
    const again = await send(world);
    const mails = await received(world);
    expect(new Set(mails.map((mail) => mail.to[0])).size).toBe(mails.length);
    expect(mails.length).toBe(result.sent + again.sent);
    const states = (await outboxOf(database.db, world)).map((row) => row.state);
    expect(states.filter((state) => state === 'sent')).toHaveLength(mails.length);
    expect(states.every((state) => state === 'sent' || state === 'unknown')).toBe(true);
  });

  test('heartbeats tell counts alone', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 3);
    const environment = new MockActivityEnvironment({ attempt: 1 });
    const beats: unknown[] = [];
    environment.on('heartbeat', (details: unknown) => beats.push(details));
    await environment.run(activities().sendMails, inputOf(world));
    expect(beats.length).toBeGreaterThan(0);
    expect(JSON.stringify(beats)).not.toMatch(/@|Person/);
  });
});

describe('the report of a run', () => {
  test('goes to the admin who set the integration up, once, and says that it was the first', async () => {
    const world = await createWorld(database.db);
    const counts = JSON.stringify({ created: 12 });
    await endRun(database.db, world, { state: 'completed', counts, members_before: 0, members_after: 12 });
    expect(await report(world)).toEqual({ enqueued: 1 });
    expect(await report(world)).toEqual({ enqueued: 0 });
    expect(await send(world)).toMatchObject({ sent: 1 });
    const [mail] = await received(world);
    expect(mail).toMatchObject({
      kind: 'report',
      to: ['ines.admin@acme.example'],
      subject: 'Sage HR London: first import: 12 created',
    });
    const path = `https://rollcall.example/programmes/${world.programme}/integrations/${world.integration}/imports/${world.import}`;
    expect(mail?.text).toContain(`${path}\n`);
  });

  test('is the first again only while none came through', async () => {
    const world = await createWorld(database.db);
    await endRun(database.db, world, {
      state: 'failed',
      failure_code: 'provider-unavailable',
      failure_detail: 'Sage HR does not answer',
    });
    const later = { ...world, import: crypto.randomUUID() };
    await createRun(database.db, later, { state: 'completed', counts: JSON.stringify(COUNTS) });
    const last = { ...world, import: crypto.randomUUID() };
    await createRun(database.db, last, { state: 'completed', counts: JSON.stringify(COUNTS) });
    for (const run of [world, later, last]) {
      await report(run);
      await send(run);
    }
    expect((await received(world)).map((mail) => mail.subject)).toEqual([
      'Sage HR London: the first import failed',
      'Sage HR London: first import: nothing changed',
      'Sage HR London: nothing changed',
    ]);
  });

  test('goes to whom the admin named, each once, and never to what is no address', async () => {
    const live = { reportTo: ['hr@acme.example', 'HR@acme.example', 'ops@acme.example', 'nobody'] };
    const world = await createWorld(database.db, { live });
    await endRun(database.db, world, { state: 'completed' });
    expect(await report(world)).toEqual({ enqueued: 2 });
    const other = await createWorld(database.db, { createdBy: 'operator' });
    await endRun(database.db, other, { state: 'completed' });
    expect(await report(other)).toEqual({ enqueued: 0 });
  });

  test.each<[string, string, Record<string, unknown>, number]>([
    ['always', 'nothing changed', { state: 'completed', counts: COUNTS }, 1],
    ['changes', 'nothing changed', { state: 'completed', counts: COUNTS }, 0],
    ['changes', 'the same errors as ever', { state: 'completed-with-errors', counts: { ...COUNTS, error: 2 } }, 0],
    ['changes', 'somebody was updated', { state: 'completed', counts: { updated: 1 } }, 1],
    ['changes', 'it failed', { state: 'failed', failure_code: 'internal', failure_detail: 'x' }, 1],
    ['problems', 'somebody was updated', { state: 'completed', counts: { updated: 1 } }, 0],
    ['problems', 'there are errors', { state: 'completed-with-errors', counts: { error: 1 } }, 1],
    ['problems', 'there are warnings', { state: 'completed', counts: { warnings: 1 } }, 1],
    ['problems', 'the directory is not proven', { state: 'completed', proof: 'incomplete', proof_detail: 'x' }, 1],
    ['problems', 'it failed', { state: 'failed', failure_code: 'internal', failure_detail: 'x' }, 1],
  ])('with reportOn "%s" when %s: %#', async (reportOn, _what, columns, expected) => {
    const world = await createWorld(database.db, { live: { reportOn } });
    await endRun(database.db, world, { ...columns, counts: JSON.stringify(columns.counts ?? {}) });
    expect(await report(world)).toEqual({ enqueued: expected });
  });

  test('is not made of a review', async () => {
    const world = await createWorld(database.db);
    await endRun(database.db, world, { state: 'completed', kind: 'review', lane: 'review' });
    expect(await report(world)).toEqual({ enqueued: 0 });
  });

  test('counts refused invitations and holds no name or address of a member', async () => {
    const world = await createWorld(database.db);
    await inviteMembers(database.db, world, 3);
    sink.refuse(/^person2@/);
    await send(world);
    sink.refuse(null);
    await change(database.db, world, 'import_runs', {}, { state: 'completed', ended_at: new Date() });
    await report(world);
    await send(world);
    const mail = (await received(world)).find((each) => each.kind === 'report');
    expect(mail?.text).toContain('1 invitation was refused by the mail server');
    expect(`${mail?.text} ${mail?.html} ${mail?.subject}`).not.toMatch(/person\d@|Person \d/);
  });
});
