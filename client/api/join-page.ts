import { createHash } from 'node:crypto';
import { SHORTEST_PASSWORD, type InvitationPage, type InvitationState } from '../operations/invitations.js';

/** The invitation's page as text: no script, one style that the page's policy knows by its hash, everything escaped. */
const STYLE = `
  body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: #1d2433; background: #f3f5f8; }
  main { max-width: 26rem; margin: 12vh auto 0; padding: 2rem; background: #fff; border-radius: .75rem; box-shadow: 0 1px 4px #0002; }
  h1 { margin: 0 0 .5rem; font-size: 1.4rem; }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
  input { box-sizing: border-box; width: 100%; padding: .6rem; font: inherit; border: 1px solid #8a94a6; border-radius: .4rem; }
  button, a.button { display: inline-block; margin-top: 1rem; padding: .6rem 1.2rem; font: inherit; color: #fff; background: #1f4fb2; border: 0; border-radius: .4rem; text-decoration: none; }
  .hint { color: #4a5468; font-size: .9rem; }
  .fault { color: #a11212; font-weight: 600; }
`;
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

const CLOSED: Readonly<Record<Exclude<InvitationState, 'open'>, readonly [title: string, text: string]>> = {
  used: ['This link was already used', 'A password was set with it. If that was not you, tell your HR team at once.'],
  expired: ['This link has ended', 'Invitations are valid for 14 days. Ask your HR team for a new one.'],
  closed: ['This account is closed', 'The link belongs to an account that is not active any more.'],
  unknown: ['This link is not known', 'Please open the link in your invitation mail once more, or copy it as a whole.'],
};

export function joinPage(page: InvitationPage, outcome: { done: boolean; fault: string | null }): string {
  if (outcome.done) return layout('Your password is set', welcome(page));
  if (page.state === 'open')
    return layout(`Welcome to ${page.programme ?? 'your programme'}`, form(page, outcome.fault));
  const [title, text] = CLOSED[page.state];
  return layout(title, `<p>${escape(text)}</p>${signIn(page)}`);
}

function form(page: InvitationPage, fault: string | null): string {
  const greeting = page.name === null ? 'Hello,' : `Hello ${page.name},`;
  const invalid = fault === null ? '' : ' aria-invalid="true"';
  return `<p>${escape(greeting)} choose a password for your account${page.email === null ? '' : ` <strong>${escape(page.email)}</strong>`}.</p>
    <form method="post">
      ${fault === null ? '' : `<p class="fault" role="alert" id="fault">${escape(fault)}</p>`}
      <input type="text" name="username" autocomplete="username" value="${escape(page.email ?? '')}" hidden>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" required minlength="${SHORTEST_PASSWORD}" aria-describedby="${fault === null ? 'hint' : 'fault hint'}"${invalid}>
      <p class="hint" id="hint">At least ${SHORTEST_PASSWORD} characters.</p>
      <button type="submit">Set password</button>
    </form>`;
}

function welcome(page: InvitationPage): string {
  return `<p>Your account at ${escape(page.programme ?? 'the programme')} is ready.</p>${signIn(page)}`;
}

function signIn(page: InvitationPage): string {
  return page.signInUrl === null ? '' : `<a class="button" href="${escape(page.signInUrl)}">Sign in</a>`;
}

function layout(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body><main><h1>${escape(title)}</h1>${body}</main></body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}
