import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** Somebody who administers asked for a link that signs them in. */
export interface SignInMail {
  readonly name: string;
  readonly minutes: number;
}

export function renderSignIn({ name, minutes }: SignInMail, link: string): Promise<RenderedMail> {
  return renderMail({
    subject: 'Sign in to Rollcall',
    title: `Hello ${oneLine(name, 80)},`,
    blocks: [
      { kind: 'text', text: `this link signs you in to Rollcall. It works once, and for ${minutes} minutes.` },
      { kind: 'button', label: 'Sign in', url: link },
    ],
    footer:
      'You get this mail because somebody entered your address on the sign-in page. If that was not you, there is nothing to do: nobody gets in without this link.',
  });
}
