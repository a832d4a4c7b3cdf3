import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { MailStore, StoredMail } from './mail-store.js';

/** `/dev/mail.json` for programs and `/dev/mail` for eyes. The API passes both on under its own address. */
export async function answerMailRequest(
  store: MailStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sink');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    problem(response, 405, 'method-not-allowed', 'The mail sink can only be read: use GET.');
    return;
  }
  if (url.pathname === '/dev/mail.json') return answerJson(store, url.searchParams, response);
  if (url.pathname === '/dev/mail') return answerPage(store, url.searchParams, response);
  problem(response, 404, 'not-found', 'The mail sink has only /dev/mail and /dev/mail.json.');
}

const parameters = z.strictObject({
  kind: z.string().optional(),
  integration: z.string().optional(),
  to: z.string().optional(),
  after: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the id of a mail, such as the "next" of the page before')
    .transform(Number)
    .optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number from 1 to 1000')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 1000, 'must be a whole number from 1 to 1000')
    .default(100),
});

const ON_THE_PAGE = 200;

async function answerJson(store: MailStore, given: URLSearchParams, response: ServerResponse): Promise<void> {
  const parsed = parameters.safeParse(Object.fromEntries(given));
  if (parsed.success) {
    send(response, 200, 'application/json', JSON.stringify(await store.page(parsed.data)));
    return;
  }
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: `?${key}`, detail: 'is not a parameter of this page' }))
      : [{ pointer: `?${String(issue.path[0])}`, detail: issue.message }],
  );
  const detail = `${errors.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ')}. Allowed: kind, integration, to, after, limit.`;
  problem(response, 400, 'invalid-query', detail, errors);
}

async function answerPage(store: MailStore, given: URLSearchParams, response: ServerResponse): Promise<void> {
  const id = given.get('id');
  if (id === null) {
    const mails = await store.newest(ON_THE_PAGE);
    send(response, 200, 'text/html', list(mails, store.size));
    return;
  }
  const mail = await store.get(id);
  if (mail) {
    send(response, 200, 'text/html', view(mail));
    return;
  }
  send(response, 404, 'text/html', page('No such mail', `<p>There is no mail ${escape(id)}.</p>${BACK}`));
}

function problem(
  response: ServerResponse,
  status: number,
  code: string,
  detail: string,
  errors: readonly { pointer: string; detail: string }[] = [],
): void {
  const title = code.replaceAll('-', ' ');
  const body = JSON.stringify({ type: 'about:blank', title, status, detail, code, errors });
  send(response, status, 'application/problem+json', body);
}

/** The frame of a mail inherits this policy: its styles work, its scripts and remote pictures do not. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'; base-uri 'none'";

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

const BACK = '<p><a href="/dev/mail">All mails</a></p>';

function list(mails: readonly StoredMail[], total: number): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td>${escape(mail.at)}</td><td>${escape(mail.kind ?? '')}</td><td>${escape(mail.to.join(', '))}</td>` +
      `<td><a href="/dev/mail?id=${encodeURIComponent(mail.id)}">${escape(mail.subject || '(no subject)')}</a></td></tr>`,
  );
  const shown = total > mails.length ? `, the newest ${mails.length} shown` : '';
  const head = '<tr><th>Received</th><th>Kind</th><th>To</th><th>Subject</th></tr>';
  return page(
    'Mail',
    `<p>${total} received, none delivered${shown}. <a href="/dev/mail.json">As JSON</a></p>` +
      `<table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table>`,
  );
}

/** In a sandbox without scripts; its links open in a page of their own. */
function view(mail: StoredMail): string {
  const facts = { From: mail.from, To: mail.to.join(', '), Received: mail.at, Kind: mail.kind ?? '' };
  const lines = Object.entries(facts).map(([name, value]) => `<dt>${name}</dt><dd>${escape(value)}</dd>`);
  const frame =
    mail.html === null
      ? ''
      : `<h2>HTML</h2><iframe title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox" ` +
        `srcdoc="${escape(`<base target="_blank">${mail.html}`)}"></iframe>`;
  return page(
    mail.subject || '(no subject)',
    `${BACK}<dl>${lines.join('')}</dl>${frame}<h2>Text</h2><pre>${escape(mail.text)}</pre>`,
  );
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #ccc}
iframe{width:100%;height:30rem;border:1px solid #999}pre{white-space:pre-wrap}dt{font-weight:600;float:left;width:6rem}`;

function page(title: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${escape(title)}</title><style>${STYLE}</style>`;
  return `<!doctype html><html lang="en"><head>${head}</head><body><h1>${escape(title)}</h1>${body}</body></html>`;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}
