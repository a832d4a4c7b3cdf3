import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** A member, or somebody who entered their address, asked for a link with which another password is chosen. */
export interface PasswordLinkMail {
  readonly name: string | null;
  readonly programmeName: string;
  readonly minutes: number;
}

export function renderPasswordLink(mail: PasswordLinkMail, link: string): Promise<RenderedMail> {
  const programme = oneLine(mail.programmeName);
  return renderMail({
    subject: `Choose another password for ${programme}`,
    title: mail.name === null ? 'Hello,' : `Hello ${oneLine(mail.name, 80)},`,
    blocks: [
      {
        kind: 'text',
        text: `with this link you choose another password for your account at ${programme}. It works once, and for ${mail.minutes} minutes.`,
      },
      { kind: 'button', label: 'Choose another password', url: link },
    ],
    footer:
      'You get this mail because somebody entered your address on the sign-in page. If that was not you, there is nothing to do: your password stays as it is.',
  });
}
