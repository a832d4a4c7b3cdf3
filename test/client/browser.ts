import type { Answer, Stage } from './stage.js';
import { inAccounts } from '../../database/transaction.js';
import { claimLinkMail, settleLinkMail } from '../../database/sign-in-links.js';

/** Somebody at a browser: keeps the cookie it was given, and sends the CSRF token as the portal does. */
export class Browser {
  cookie: string | null = null;
  csrf: string | null = null;

  constructor(
    private readonly stage: Stage,
    private readonly headers: Record<string, string> = {},
  ) {}

  async ask(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.stage.ask(method, path, {
      token: null,
      ...(body === undefined ? {} : { body }),
      headers: {
        ...this.headers,
        ...(this.cookie === null ? {} : { cookie: this.cookie }),
        ...(this.csrf === null ? {} : { 'x-csrf-token': this.csrf }),
        ...headers,
      },
    });
    const set = answer.headers['set-cookie'];
    if (typeof set === 'string') this.cookie = set.includes('Max-Age=0') ? null : (set.split(';')[0] ?? null);
    if (typeof answer.body.csrfToken === 'string') this.csrf = answer.body.csrfToken;
    return answer;
  }

  signInBy(token: string): Promise<Answer> {
    return this.ask('POST', '/session/link', { token });
  }
}

/** What the worker would mail next: the token that stands in the mail alone. */
export async function nextLink(stage: Stage): Promise<{ purpose: string; recipient: string; token: string } | null> {
  return inAccounts(stage.context.db, async (trx) => {
    const mail = await claimLinkMail(trx);
    if (mail !== null) await settleLinkMail(trx, mail.id, 'sent');
    return mail;
  });
}

/** Invites somebody and lets them in. */
export async function signedIn(
  stage: Stage,
  programme: string,
  person: { email: string; role: 'admin' | 'viewer'; name?: string },
): Promise<{ browser: Browser; id: string }> {
  const body = { name: 'Ada Park', ...person };
  const invited = await stage.ask('POST', `/programmes/${programme}/admins`, { body });
  if (invited.status !== 201) throw new Error(`The invitation was answered ${invited.status}: ${invited.text}`);
  const browser = new Browser(stage);
  let link = await nextLink(stage);
  while (link !== null && link.recipient !== person.email) link = await nextLink(stage);
  await browser.signInBy(link?.token ?? '');
  return { browser, id: invited.body.id };
}
