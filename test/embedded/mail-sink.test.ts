import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import { createLogger } from '../../config/logging.js';
import { startMailSink, type MailSink } from '../../embedded/mail-sink.js';
import type { MailPage } from '../../embedded/mail-store.js';
import { startTestMailSink, type TestMailSink } from '../harness/mail-sink.js';

const log = createLogger('mail-sink', 'silent');

function invitation(to: string, more: SendMailOptions = {}): SendMailOptions {
  return {
    from: 'Rollcall <rollcall@acme.example>',
    to,
    subject: 'Welcome, <Ada> & all',
    text: 'Come in.',
    html: '<p>Come <b>in</b>.</p>',
    headers: { 'X-Rollcall-Kind': 'invitation', 'X-Rollcall-Integration': 'i-1' },
    ...more,
  };
}

function sender(sink: MailSink): Transporter {
  return createTransport({ url: sink.smtp, pool: true, maxConnections: 5, maxMessages: Infinity });
}

describe('the mail sink', () => {
  let sink: TestMailSink;
  let transport: Transporter;

  beforeAll(async () => {
    sink = await startTestMailSink();
    transport = sender(sink);
  });
  afterEach(() => {
    sink.resume();
    sink.refuse(null);
    sink.onMessage(null);
  });
  afterAll(async () => {
    transport.close();
    await sink.stop();
  });

  test('keeps what a mail says, its kind, its integration and who it was handed over for', async () => {
    await transport.sendMail(invitation('ada.park@acme.example', { bcc: 'ben.ode@acme.example' }));
    const { items } = await sink.mails('to=ADA.park@acme.example');
    expect(items).toEqual([
      {
        id: expect.any(String),
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        kind: 'invitation',
        integration: 'i-1',
        from: '"Rollcall" <rollcall@acme.example>',
        to: ['ada.park@acme.example', 'ben.ode@acme.example'],
        subject: 'Welcome, <Ada> & all',
        text: expect.stringContaining('Come in.'),
        html: expect.stringContaining('<p>Come <b>in</b>.</p>'),
        headers: expect.objectContaining({ 'x-rollcall-kind': 'invitation', 'message-id': expect.any(String) }),
      },
    ]);
  });

  test('pages oldest first through what a filter leaves over, with its total', async () => {
    for (const number of [1, 2, 3, 4, 5]) {
      await transport.sendMail(
        invitation('paul.page@acme.example', { subject: `report ${number}`, headers: { 'X-Rollcall-Kind': 'report' } }),
      );
    }
    const first = await sink.mails('kind=report&limit=2');
    expect(first.items.map((mail) => mail.subject)).toEqual(['report 1', 'report 2']);
    expect(first.total).toBe(5);
    const second = await sink.mails(`kind=report&limit=2&after=${first.next!}`);
    const last = await sink.mails(`kind=report&limit=2&after=${second.next!}`);
    expect(last).toMatchObject({ items: [{ subject: 'report 5' }], next: null, total: 5 });
    expect((await sink.mails('kind=close-down')).total).toBe(0);
  });

  test.each(['limit=0', 'limit=1001', 'limit=ten', 'after=x', 'colour=red'])(
    'refuses ?%s as a problem',
    async (query) => {
      const answer = await fetch(`${sink.url}/dev/mail.json?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({
        code: 'invalid-query',
        status: 400,
        errors: [{ pointer: `?${query.split('=')[0]!}` }],
      });
    },
  );

  test('shows mails as pages in which nothing of a mail runs', async () => {
    await transport.sendMail(invitation('eve.sly@acme.example', { html: '<script>alert("x")</script>' }));
    const list = await (await fetch(`${sink.url}/dev/mail`)).text();
    expect(list).toContain('Welcome, &lt;Ada&gt; &amp; all');
    const { items } = await sink.mails('to=eve.sly@acme.example');
    const view = await (await fetch(`${sink.url}/dev/mail?id=${items[0]!.id}`)).text();
    expect(view).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(view).not.toContain('<script>');
    expect((await fetch(`${sink.url}/dev/mail?id=99999`)).status).toBe(404);
    expect((await fetch(`${sink.url}/`)).status).toBe(404);
  });

  test('refuses the recipients it is told to and takes the others', async () => {
    sink.refuse(/^nobody@/);
    await expect(transport.sendMail(invitation('nobody@acme.example'))).rejects.toMatchObject({ responseCode: 550 });
    await transport.sendMail(invitation('somebody@acme.example'));
    expect((await sink.mails('to=somebody@acme.example')).total).toBe(1);
  });

  test('holds its answers while it is paused', async () => {
    sink.pause();
    let answered = false;
    const sending = transport.sendMail(invitation('slow@acme.example')).then(() => (answered = true));
    const direct = createTransport({ url: sink.smtp, greetingTimeout: 100 });
    await expect(direct.sendMail(invitation('slow@acme.example'))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(answered).toBe(false);
    sink.resume();
    await sending;
    expect((await sink.mails('to=slow@acme.example')).total).toBe(1);
  });

  test('lets a test hold back the answer to a mail that is already kept', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const arrived = new Promise<string>((resolve) => {
      sink.onMessage((mail) => {
        resolve(mail.to[0]!);
        return held;
      });
    });
    const sending = transport.sendMail(invitation('held@acme.example'));
    expect(await arrived).toBe('held@acme.example');
    expect((await sink.mails('to=held@acme.example')).total).toBe(1);
    release();
    await sending;
  });

  test('takes hundreds of mails a second', async () => {
    const count = 300;
    const before = process.cpuUsage();
    await Promise.all(
      Array.from({ length: count }, (_, number) => transport.sendMail(invitation(`m${number}@fast.example`))),
    );
    const { user, system } = process.cpuUsage(before);
    const perSecond = (count / (user + system)) * 1_000_000;
    expect((await sink.mails('to=m299@fast.example')).total).toBe(1);
    // Of the processor's seconds, sender included: how busy the machine is with other things does not matter.
    expect(perSecond).toBeGreaterThan(100);
  });
});

test('mails and their ids are kept over a restart, and a line that a crash cut off is taken away', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-mail-'));
  try {
    const before = await startMailSink({ dataDir, smtpPort: 0, httpPort: 0, log });
    await send(before, 'ada.park@acme.example');
    await send(before, 'åsa@acme.example');
    await before.stop();
    await appendFile(join(dataDir, 'mail.jsonl'), '{"id":"3","at":"20');

    const after = await startMailSink({ dataDir, smtpPort: 0, httpPort: 0, log });
    await send(after, 'ben.ode@acme.example');
    const page = (await (await fetch(`${after.url}/dev/mail.json`)).json()) as MailPage;
    await after.stop();
    expect(page.items.map((mail) => [mail.id, mail.subject])).toEqual([
      ['1', 'to ada.park@acme.example'],
      ['2', 'to åsa@acme.example'],
      ['3', 'to ben.ode@acme.example'],
    ]);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

async function send(sink: MailSink, to: string): Promise<void> {
  const transport = createTransport({ url: sink.smtp });
  await transport.sendMail(invitation('ada.park@acme.example', { subject: `to ${to}` }));
  transport.close();
}
