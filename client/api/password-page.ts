import { PASSWORD_LINK_MINUTES, type PasswordPage } from '../operations/forgotten-passwords.js';
import { passwordFields } from './join-page.js';
import { escape, layout } from './page.js';

/** The pages of a member who forgot their password, as text. */
const ANOTHER = '<a class="button" href="/account/forgotten">Ask for another link</a>';
const CLOSED: Readonly<Record<Exclude<PasswordPage['state'], 'open'>, readonly [title: string, text: string]>> = {
  used: ['This link was already used', 'It works once. If you did not use it, ask for another one at once.'],
  expired: ['This link has ended', `It works for ${PASSWORD_LINK_MINUTES} minutes.`],
  unknown: ['This link is not known', 'Please open the link in your mail once more, or copy it as a whole.'],
};

export function forgottenPage({ email, fault }: { email: string; fault: string | null }): string {
  const invalid = fault === null ? '' : ' aria-invalid="true" aria-describedby="fault"';
  return layout(
    'Choose another password',
    `<p>We mail you a link with which you choose another password.</p>
    <form method="post">
      ${fault === null ? '' : `<p class="fault" role="alert" id="fault">${escape(fault)}</p>`}
      <label for="email">E-mail address</label>
      <input id="email" name="email" type="email" autocomplete="username" required value="${escape(email)}"${invalid}>
      <button type="submit">Send the link</button>
    </form>
    <p><a href="/account/sign-in">Back to the sign-in</a></p>`,
  );
}

/** The same for every address. */
export function linkSentPage(email: string): string {
  return layout(
    'Look into your mailbox',
    `<p role="status">If <strong>${escape(email)}</strong> belongs to an account, a link is on its way. It works once, and for ${PASSWORD_LINK_MINUTES} minutes.</p>
    <p class="hint">Nothing there after a few minutes? Look among the spam, and whether this is the address that your company knows. If you never had an invitation, ask your HR team.</p>
    <p><a href="/account/sign-in">Back to the sign-in</a></p>`,
  );
}

export function anotherPasswordPage(page: PasswordPage, fault: string | null): string {
  if (page.state !== 'open') {
    const [title, text] = CLOSED[page.state];
    return layout(title, `<p>${escape(text)}</p>${ANOTHER}`);
  }
  return layout(
    'Choose another password',
    `<p>It is for your account${page.email === null ? '' : ` <strong>${escape(page.email)}</strong>`} at ${escape(page.programme ?? '')}. Wherever you are signed in with the old one, you are signed out.</p>
    ${passwordFields(page.email, fault)}`,
  );
}
