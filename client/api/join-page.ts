import type { InvitationPage, InvitationState } from '../operations/invitations.js';
import { SHORTEST_PASSWORD } from '../operations/passwords.js';
import { escape, layout } from './page.js';

/** The page of an invitation, as text. */

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
  return `<p>${escape(greeting)} choose a password for your account${page.email === null ? '' : ` <strong>${escape(page.email)}</strong>`}.</p>
    ${passwordFields(page.email, fault)}`;
}

/** Where a password is chosen; a browser that keeps passwords learns whose it is. */
export function passwordFields(email: string | null, fault: string | null): string {
  const invalid = fault === null ? '' : ' aria-invalid="true"';
  return `<form method="post">
      ${fault === null ? '' : `<p class="fault" role="alert" id="fault">${escape(fault)}</p>`}
      <input type="text" name="username" autocomplete="username" value="${escape(email ?? '')}" hidden>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="new-password" required minlength="${SHORTEST_PASSWORD}" aria-describedby="${fault === null ? 'hint' : 'fault hint'}"${invalid}>
      <p class="hint" id="hint">At least ${SHORTEST_PASSWORD} characters.</p>
      <button type="submit">Set password</button>
    </form>`;
}

function welcome(page: InvitationPage): string {
  return `<p>Your account at ${escape(page.programme ?? 'the programme')} is ready.</p>${signIn(page)}<p><a class="button" href="/account">Go to my account</a></p>`;
}

function signIn(page: InvitationPage): string {
  return page.signInUrl === null ? '' : `<a class="button" href="${escape(page.signInUrl)}">Sign in</a>`;
}
