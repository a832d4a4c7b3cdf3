import { afterEach, beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import { startTestMailSink, type TestMailSink } from '../harness/mail-sink.js';
import {
  MailDeferred,
  MailFateUnknown,
  MailRefused,
  MailServerUnreachable,
  openMailTransport,
  type MailTransport,
  type OutgoingMail,
} from '../../mails/transport.js';

const FROM = 'Rollcall <rollcall@platform.example>';
const mail = (some: Partial<OutgoingMail> = {}): OutgoingMail => ({
  kind: 'report',
  integration: '0190aaaa-0000-7000-8000-000000000001',
  messageId: '<abc@rollcall>',
  to: 'ada.park@acme.example',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  ...some,
});

/** A mail server that answers as told by stage; `hang up` destroys the connection. */
type Stage = 'greeting' | 'RCPT' | 'MAIL' | 'DATA' | 'end of data';
type Manners = Partial<Record<Stage, string>>;

class BadServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  manners: Manners = {};
  bodies = 0;

  constructor() {
    this.#server = createServer((socket) => this.#greet(socket));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    return `smtp://127.0.0.1:${address.port}`;
  }

  close(): Promise<void> {
    this.#sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #greet(socket: Socket): void {
    this.#sockets.add(socket);
    let rest = '';
    let inData = false;
    this.#say(socket, 'greeting', '220 hello');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inData && line !== '.') continue;
        if (inData) {
          inData = false;
          this.bodies += 1;
          this.#say(socket, 'end of data', '250 taken');
        } else if (line.startsWith('EHLO')) socket.write('250 ready\r\n');
        else if (line.startsWith('MAIL')) this.#say(socket, 'MAIL', '250 ok');
        else if (line.startsWith('RCPT')) this.#say(socket, 'RCPT', '250 ok');
        else if (line === 'DATA') inData = this.#say(socket, 'DATA', '354 go on').startsWith('354');
        else socket.write('250 ok\r\n');
      }
    });
  }

  #say(socket: Socket, stage: Stage, usual: string): string {
    const answer = this.manners[stage] ?? usual;
    if (answer === 'hang up') socket.destroy();
    else if (answer !== 'silence') socket.write(`${answer}\r\n`);
    return answer;
  }
}

describe('a mail that a server takes', () => {
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

  test('arrives with both parts, its kind, its integration and its Message-ID', async () => {
    await transport.send(mail({ kind: 'invitation' }));
    const page = await sink.mails('kind=invitation');
    expect(page.items[0]).toMatchObject({
      kind: 'invitation',
      integration: '0190aaaa-0000-7000-8000-000000000001',
      to: ['ada.park@acme.example'],
      subject: 'Hello',
      html: '<p>Hello</p>',
      headers: { 'message-id': '<abc@rollcall>', 'auto-submitted': 'auto-generated' },
    });
    expect(page.items[0]?.text.trim()).toBe('Hello');
  });

  test('cannot get further headers or readers from its subject', async () => {
    await transport.send(mail({ kind: 'attention', subject: 'Hello\r\nBcc: eve@evil.example\r\n\r\nbody' }));
    const page = await sink.mails('kind=attention');
    expect(page.items[0]?.to).toEqual(['ada.park@acme.example']);
    expect(page.items[0]?.headers).not.toHaveProperty('bcc');
  });

  test.each([
    'ada@acme.example, eve@evil.example',
    'Ada <ada@acme.example>',
    'ada',
    'a@b\r\nRCPT TO:<eve@evil.example>',
    '',
  ])('is refused before the server when the address is %j', async (to) => {
    await expect(transport.send(mail({ to }))).rejects.toThrow(MailRefused);
  });
});

describe('a mail that a server does not take', () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()));
  });

  async function against(manners: Manners): Promise<{ server: BadServer; transport: MailTransport }> {
    const server = new BadServer();
    server.manners = manners;
    const transport = openMailTransport({ url: await server.listen(), from: FROM });
    opened.push(transport, server);
    return { server, transport };
  }

  test.each<[string, Manners, new (message: string) => Error]>([
    ['an unknown mailbox is refused', { RCPT: '550 5.1.1 no such user' }, MailRefused],
    ['an unwanted text is refused', { 'end of data': '554 5.7.1 no' }, MailRefused],
    ['a mailbox that is busy is for later', { RCPT: '450 4.2.0 greylisted' }, MailDeferred],
    ['a text that cannot be kept now is for later', { 'end of data': '451 4.3.0 try again' }, MailDeferred],
    [
      'a refused sender is the fault of the server or its settings',
      { MAIL: '550 5.7.1 not you' },
      MailServerUnreachable,
    ],
    ['a server that is closing is unreachable', { RCPT: '421 4.3.2 bye' }, MailServerUnreachable],
    ['a server that hangs up at once is unreachable', { greeting: 'hang up' }, MailServerUnreachable],
    ['a server that hangs up before the text is unreachable', { DATA: 'hang up' }, MailServerUnreachable],
    ['a server that hangs up after the text leaves the fate unknown', { 'end of data': 'hang up' }, MailFateUnknown],
  ])('%s', async (_title, manners, kind) => {
    const { transport } = await against(manners);
    await expect(transport.send(mail())).rejects.toBeInstanceOf(kind);
  });

  test('a port where nobody listens is unreachable', async () => {
    const { server, transport } = await against({});
    await server.close();
    await expect(transport.send(mail())).rejects.toBeInstanceOf(MailServerUnreachable);
  });

  test('a text whose taking over was not answered is never handed over a second time', async () => {
    const { server, transport } = await against({});
    await transport.send(mail());
    server.manners = { 'end of data': 'hang up' };
    await expect(transport.send(mail())).rejects.toBeInstanceOf(MailFateUnknown);
    expect(server.bodies).toBe(2);
  });

  test('an abort before the text leaves it unsent, after it the fate is unknown', async () => {
    const { transport } = await against({ 'end of data': 'silence' });
    await expect(transport.send(mail(), AbortSignal.abort())).rejects.toBeInstanceOf(MailServerUnreachable);
    const { server, transport: second } = await against({ 'end of data': 'silence' });
    const abort = new AbortController();
    const sent = second.send(mail(), abort.signal);
    const watch = setInterval(() => server.bodies > 0 && abort.abort(), 5);
    await expect(sent).rejects.toBeInstanceOf(MailFateUnknown);
    clearInterval(watch);
  });

  test('the sentence says the code and neither the address nor the words of the server', async () => {
    const { transport } = await against({ RCPT: '550 5.1.1 <ada.park@acme.example> is unknown' });
    await expect(transport.send(mail())).rejects.toThrow(/^The mail server refused the mail \(550 5\.1\.1\)\.$/);
  });
});
