import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { freePort, portsOf } from './ports.js';
import { answerMailRequest } from './mail-pages.js';
import { MailStore, type StoredMail } from './mail-store.js';
import type { Logger } from '../config/logging.js';

/**
 * Takes every mail and delivers none: it keeps them in the data directory and shows them at /dev/mail and
 * /dev/mail.json. For a machine without a mail server, for the demo and for tests.
 */
export interface MailSink {
  smtp: string;
  smtpPort: number;
  /** Without a path: the pages are below it. */
  url: string;
  store: MailStore;
  /** From now on nobody gets an answer, as from a mail server that hangs. */
  pause: () => void;
  resume: () => void;
  /** Recipients that match are answered 550 (or `code`); null takes them again. */
  refuse: (pattern: RegExp | null, code?: number) => void;
  /** Called when a mail is stored and before it is answered: a promise holds the answer back. */
  onMessage(hook: ((mail: StoredMail) => void | Promise<void>) | null): void;
  stop: () => Promise<void>;
}

export interface MailSinkOptions {
  dataDir: string;
  /** 0 or absent: the usual one, else any free one. */
  smtpPort?: number;
  httpPort?: number;
  log: Logger;
}

interface Manners {
  open: Promise<void>;
  release: () => void;
  refused: { pattern: RegExp; code: number } | null;
  hook: ((mail: StoredMail) => void | Promise<void>) | null;
}

const HOST = '127.0.0.1';
const LARGEST_MAIL = 25 * 1024 * 1024;
const PARSING = { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };

export async function startMailSink(options: MailSinkOptions): Promise<MailSink> {
  const store = await MailStore.open(join(options.dataDir, 'mail.jsonl'));
  const manners: Manners = { open: Promise.resolve(), release: () => undefined, refused: null, hook: null };
  const smtpPort = options.smtpPort ?? (await freePort(portsOf(options.dataDir, [1025, 2525])));
  const smtp = createSmtpServer(store, manners, options.log);
  await new Promise<void>((resolve, reject) => {
    smtp.once('error', reject);
    smtp.listen(smtpPort, HOST, resolve);
  });
  // A client that hangs up in the middle is the client's matter.
  smtp.on('error', (error) => options.log.debug({ err: error }, 'mail sink'));
  const pages = createServer((request, response) => {
    answerMailRequest(store, request, response).catch((error: unknown) => {
      options.log.error({ err: error }, 'mail pages');
      response.destroy();
    });
  });
  const port = await listen(pages, options.httpPort ?? (await freePort(portsOf(options.dataDir, [8025]))));
  return {
    smtp: `smtp://${HOST}:${portOf(smtp.server.address())}`,
    smtpPort: portOf(smtp.server.address()),
    url: `http://${HOST}:${port}`,
    store,
    ...controls(manners),
    stop: async () => {
      manners.release();
      await Promise.all([new Promise<void>((resolve) => smtp.close(() => resolve())), closePages(pages)]);
      await store.close();
    },
  };
}

function controls(manners: Manners): Pick<MailSink, 'pause' | 'resume' | 'refuse' | 'onMessage'> {
  return {
    pause: () => {
      manners.release();
      manners.open = new Promise((resolve) => (manners.release = resolve));
    },
    resume: () => manners.release(),
    refuse: (pattern, code = 550) => (manners.refused = pattern && { pattern, code }),
    onMessage: (hook) => (manners.hook = hook),
  };
}

type Answer = (error?: Error | null) => void;

function createSmtpServer(store: MailStore, manners: Manners, log: Logger): SMTPServer {
  const whenOpen = (answer: Answer, verdict: () => Error | null = () => null) =>
    void manners.open.then(() => answer(verdict()));
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: LARGEST_MAIL,
    closeTimeout: 500,
    onConnect: (_session, answer) => whenOpen(answer),
    onMailFrom: (_address, _session, answer) => whenOpen(answer),
    onRcptTo: ({ address }, _session, answer) => whenOpen(answer, () => refusal(manners, address)),
    onData: (stream, session, answer) => {
      take(stream, session, store, manners).then(
        () => answer(null),
        (error: unknown) => {
          log.error({ err: error }, 'a mail could not be kept');
          answer(refuseWith(451, 'The mail could not be kept.'));
        },
      );
    },
  });
}

async function take(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  store: MailStore,
  manners: Manners,
): Promise<void> {
  const mail = await store.add(compose(await simpleParser(stream, PARSING), session));
  await manners.open;
  await manners.hook?.(mail);
}

function compose(mail: ParsedMail, session: SMTPServerSession): Omit<StoredMail, 'id'> {
  const headers = headersOf(mail);
  const { mailFrom, rcptTo } = session.envelope;
  return {
    at: new Date().toISOString(),
    kind: headers['x-rollcall-kind'] ?? null,
    integration: headers['x-rollcall-integration'] ?? null,
    from: mail.from?.text ?? (mailFrom ? mailFrom.address : ''),
    to: rcptTo.map(({ address }) => address),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html === false ? null : (mail.html ?? null),
    headers,
  };
}

/** As sent, folded lines joined; a header that comes twice is joined by commas. */
function headersOf(mail: ParsedMail): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, line } of mail.headerLines) {
    const value = line
      .slice(line.indexOf(':') + 1)
      .replaceAll(/\r?\n[ \t]+/g, ' ')
      .trim();
    headers[key] = key in headers ? `${headers[key] ?? ''}, ${value}` : value;
  }
  return headers;
}

function refusal({ refused }: Manners, address: string): Error | null {
  return refused?.pattern.test(address) ? refuseWith(refused.code, 'This mailbox does not take mail.') : null;
}

function refuseWith(responseCode: number, sentence: string): Error {
  return Object.assign(new Error(sentence), { responseCode });
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  return portOf(server.address());
}

function portOf(address: ReturnType<Server['address']>): number {
  if (typeof address === 'object' && address) return address.port;
  throw new Error('The mail sink listens on no port.');
}

function closePages(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
