import { DateTime } from 'luxon';
import type { MemberAccount } from '../operations/accounts.js';
import { escape, layout } from './page.js';

/** A member's own pages, as text. */
export function accountPage(account: MemberAccount): string {
  const greeting = account.name === null ? 'Hello,' : `Hello ${account.name},`;
  const facts = account.state === 'active' ? activeFacts(account) : closingFacts(account);
  return layout(
    'My Account',
    `<p>${escape(greeting)}</p>
    ${facts.map((fact) => `<p>${escape(fact)}</p>`).join('\n    ')}
    ${account.email === null ? '' : `<p class="hint">You sign in with ${escape(account.email)}.</p>`}
    <form method="post" action="/account/sign-out"><button type="submit">Sign out</button></form>`,
  );
}

function activeFacts({ programmeName, accessEndsOn, dataEndsOn }: MemberAccount): string[] {
  const state = `your account at ${programmeName} is active.`;
  if (accessEndsOn === null || dataEndsOn === null) return [state];
  return [
    state,
    `Your HR team gave ${inWords(accessEndsOn)} as your last day. Until the end of it you have access; on ${inWords(dataEndsOn)} what is known about you here is erased.`,
  ];
}

function closingFacts({ programmeName, accessEndsOn, dataEndsOn }: MemberAccount): string[] {
  const since = accessEndsOn === null ? '' : ` since ${inWords(accessEndsOn)}`;
  return [
    `your account at ${programmeName} is closed${since}.`,
    ...(dataEndsOn === null
      ? []
      : [`On ${inWords(dataEndsOn)} what is known about you here is erased. This page can be opened until then.`]),
    'If you think that this is a mistake, tell the HR department of your company: once it is mended there, your account opens again by itself.',
  ];
}

export function accountSignInPage(given: { email: string; fault: string | null }): string {
  const { email, fault } = given;
  const invalid = fault === null ? '' : ' aria-invalid="true" aria-describedby="fault"';
  return layout(
    'Sign in to My Account',
    `<form method="post">
      ${fault === null ? '' : `<p class="fault" role="alert" id="fault">${escape(fault)}</p>`}
      <label for="email">E-mail address</label>
      <input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${invalid}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required${invalid}>
      <button type="submit">Sign in</button>
    </form>
    <p><a href="/account/forgotten">I do not know my password</a></p>
    <p class="hint">You have a password once you have opened the link of your invitation.</p>`,
  );
}

function inWords(date: string): string {
  return DateTime.fromISO(date, { zone: 'utc' }).setLocale('en-GB').toLocaleString(DateTime.DATE_FULL);
}
