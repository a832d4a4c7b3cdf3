import type { AuthorizePage, Authorized } from '../operations/authorize-invites.js';
import { escape, layout } from './page.js';

/** The page of a link that asks for the credentials of an HR system. */
const CLOSED: Readonly<Record<Exclude<AuthorizePage['state'], 'open'>, readonly [title: string, text: string]>> = {
  used: ['There is nothing left to do', 'The HR system was connected since, or the request was withdrawn.'],
  expired: ['This link has ended', 'Ask whoever sent it to you for a new one.'],
  unknown: ['This link is not known', 'Please open the link in your mail once more, or copy it as a whole.'],
};

/** @param given what was typed; secrets are never shown again. */
export function authorizePage(page: AuthorizePage, outcome: Authorized | null, given: Record<string, string>): string {
  const provider = page.provider ?? 'the HR system';
  if (outcome?.outcome === 'done') {
    const people = `${outcome.exact ? '' : 'At least '}${outcome.people} ${outcome.people === 1 ? 'person was' : 'people were'} seen`;
    const text = `${people}. Whoever asked you can go on now; nothing is imported before they have looked at it and published it. You can close this page.`;
    return layout('Thank you, it is connected', `<p>${escape(text)}</p>`);
  }
  if (outcome?.outcome === 'pending') {
    const text = `${provider} has not answered yet; the credentials are still being checked. Open the link once more in a minute: it says whether there is anything left to do.`;
    return layout('Still checking', `<p>${escape(text)}</p>`);
  }
  if (page.state === 'open') return layout(`Connect ${provider}`, form(page, outcome, given));
  const [title, text] = CLOSED[page.state];
  return layout(title, `<p>${escape(text)}</p>`);
}

type Refused = Extract<Authorized, { outcome: 'refused' }>;

function form(page: AuthorizePage, refused: Refused | null, given: Record<string, string>): string {
  const intro = `You were asked to connect “${page.integration ?? ''}” of ${page.programme ?? ''}. What you enter goes to ${page.provider ?? ''} alone, is kept encrypted, and nobody can read it again.`;
  const never = page.neverRead.length === 0 ? '' : ` Never read: ${page.neverRead.join(', ')}.`;
  return `<p>${escape(intro)}</p>
    <form method="post" autocomplete="off">
      ${refused === null ? '' : `<p class="fault" role="alert" id="fault">${escape(refused.detail)}</p>`}
      ${page.fields.map((field) => input(field, refused, given[field.name] ?? '')).join('\n      ')}
      <button type="submit">Check and connect</button>
    </form>
    <p class="hint">Only the employee directory is read.${escape(never)}</p>`;
}

function input(field: AuthorizePage['fields'][number], refused: Refused | null, given: string): string {
  const { name, label, help, secret, example } = field;
  const invalid = refused?.faults.some(({ pointer }) => pointer === `/${name}`) === true ? ' aria-invalid="true"' : '';
  const kind = secret ? 'type="password" value=""' : `type="text" value="${escape(given)}"`;
  return `<label for="${escape(name)}">${escape(label)}</label>
      <input id="${escape(name)}" name="${escape(name)}" ${kind} required placeholder="${escape(example)}" aria-describedby="${escape(name)}-help"${invalid}>
      <p class="hint" id="${escape(name)}-help">${escape(help)}</p>`;
}
