import { createTransport } from 'nodemailer';
import type { MailMessage, SendMailOptions, SMTPPoolOptions } from 'nodemailer';
import type { Readable } from 'node:stream';

/**
 * The pool of SMTP connections. Its one subtle duty is to say what is known of a mail that failed, because an
 * invitation may go out at most once: only a mail that was certainly not taken over may be tried again. What decides
 * is whether a byte of it was read after the server asked for it (DATA), not what the error is called.
 */
export interface OutgoingMail {
  /** `X-Rollcall-Kind`: invitation, report, attention … */
  readonly kind: string;
  /** `X-Rollcall-Integration`, or null for a mail that belongs to no integration. */
  readonly integration: string | null;
  /** With angle brackets; the same at each attempt, so that a receiver can tell a repetition. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface MailTransport {
  /** Resolves when the server has taken the mail over; else throws one of the family below. */
  send(mail: OutgoingMail, signal?: AbortSignal): Promise<void>;
  close(): void;
}

/** Why a mail did not go out, or may not have. The sentences carry no address and nothing of the server's text. */
abstract class MailError extends Error {
  abstract override readonly name: string;
}

/** The server said no to this mail for good (5xx): certainly not sent, repeating is useless. */
export class MailRefused extends MailError {
  override readonly name = 'MailRefused';
}

/** The server said "not now" to this one mail (4xx): certainly not sent, later it may go. */
export class MailDeferred extends MailError {
  override readonly name = 'MailDeferred';
}

/** The server cannot be used (connection, sign-in, sender): certainly not sent, and no other mail would be. */
export class MailServerUnreachable extends MailError {
  override readonly name = 'MailServerUnreachable';
}

/** The connection was lost after the mail was handed over: nobody knows. */
export class MailFateUnknown extends MailError {
  override readonly name = 'MailFateUnknown';
}

export const MAIL_CONNECTIONS = 8;

const CONNECT_TIMEOUT_MS = 5_000;
const ANSWER_TIMEOUT_MS = 60_000;
/** Only for a kept connection that the server had closed meanwhile; a mail of which a byte was read never is. */
const REQUEUES = 2;

export function openMailTransport(address: { readonly url: string; readonly from: string }): MailTransport {
  const options: SMTPPoolOptions & { pool: true } = {
    pool: true,
    url: address.url,
    maxConnections: MAIL_CONNECTIONS,
    maxMessages: 1000,
    maxRequeues: REQUEUES,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: ANSWER_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  const pool = createTransport(options);
  const bodies = new WeakMap<object, Readable[]>();
  pool.use('stream', (message: MailMessage, done) => {
    watchBody(message, bodies);
    done();
  });

  return {
    send: async (mail, signal) => {
      if (!isAddress(mail.to)) throw new MailRefused('What stands for the address is not an e-mail address.');
      const headers = headersOf(mail);
      const parts: SendMailOptions = {
        from: address.from,
        to: { name: '', address: mail.to },
        messageId: mail.messageId,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        headers,
        ...(signal && { signal }),
      };
      try {
        await pool.sendMail(parts);
      } catch (error) {
        throw sorted(error, bodies.get(headers)?.some((body) => body.readableDidRead) ?? false);
      }
    },
    close: () => pool.close(),
  };
}

function headersOf(mail: OutgoingMail): Record<string, string> {
  return {
    'X-Rollcall-Kind': mail.kind,
    ...(mail.integration !== null && { 'X-Rollcall-Integration': mail.integration }),
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
  };
}

/** Keeps every stream that the pool makes of a mail's body; the mail's own header object is what it is found by. */
function watchBody(message: MailMessage, bodies: WeakMap<object, Readable[]>): void {
  const { headers } = message.data;
  if (headers === undefined) return;
  const streams: Readable[] = [];
  bodies.set(headers, streams);
  const create = message.message.createReadStream.bind(message.message);
  message.message.createReadStream = (options) => {
    const stream = create(options);
    streams.push(stream);
    return stream;
  };
}

/** One plain address: no list, no name, no comment, nothing that could begin a header. */
const ADDRESS = /^[^\s@<>,;:"()[\]\\\p{Cc}]+@[^\s@<>,;:"()[\]\\\p{Cc}]+$/u;
const LONGEST_ADDRESS = 254;

export function isAddress(text: string): boolean {
  return text.length <= LONGEST_ADDRESS && ADDRESS.test(text);
}

interface SmtpFault {
  readonly code: string;
  readonly command: string;
  readonly status: number | null;
  /** `550 5.1.1`, without the server's words. */
  readonly answer: string;
}

function sorted(error: unknown, handedOver: boolean): MailError {
  const fault = faultOf(error);
  if (fault.code === 'EENVELOPE' && fault.command === 'API') {
    return new MailRefused('The address cannot be written in a mail envelope.');
  }
  const aboutThisMail = fault.command === 'RCPT TO' || fault.command === 'DATA';
  if (fault.status !== null && aboutThisMail) return answered(fault, fault.status);
  if (handedOver) {
    return new MailFateUnknown('The connection to the mail server was lost after the mail had been handed over.');
  }
  const said = fault.answer === '' ? fault.code : `${fault.command} ${fault.answer}`;
  return new MailServerUnreachable(`The mail server cannot be used (${said}); check SMTP_URL and the server.`);
}

/** A final answer to this very mail: it was not taken over, whatever had been sent of it. */
function answered(fault: SmtpFault, status: number): MailError {
  if (status === 421) return new MailServerUnreachable(`The mail server is closing its connections (${fault.answer}).`);
  if (status >= 500 && status !== 503) return new MailRefused(`The mail server refused the mail (${fault.answer}).`);
  return new MailDeferred(`The mail server did not take the mail yet (${fault.answer}).`);
}

function faultOf(error: unknown): SmtpFault {
  const read = (name: string): unknown =>
    error instanceof Error ? Object.getOwnPropertyDescriptor(error, name)?.value : null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const status = read('responseCode');
  return {
    code: text(read('code')) || 'ECONNECTION',
    command: text(read('command')),
    status: typeof status === 'number' ? status : null,
    answer: /^\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?/.exec(text(read('response')))?.[0] ?? '',
  };
}
