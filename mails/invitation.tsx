import { oneLine, renderMail, type RenderedMail } from './layout.js';

/**
 * The invitation: a thousand of them go out in seconds, so it is rendered once for a programme and then filled in for
 * each person. What is filled in is people's text from an HR system: escaped in the HTML part, one line in the text
 * part, and never in the subject.
 */
export interface InvitationLook {
  readonly programme: string;
  /** The platform's own sign-in: then nothing expires and no password is set with us. */
  readonly signInUrl: string | null;
}

export interface Invited {
  readonly firstName: string | null;
  readonly link: string;
}

type Slot = 'name' | 'link';

/** Private-use characters, which `oneLine` takes out of everything that people typed: no text can imitate a slot. */
const slot = (name: Slot): string => `\uE000${name}\uE001`;
const SLOT = /\uE000(name|link)\uE001/;

export async function prepareInvitation(look: InvitationLook): Promise<(invited: Invited) => RenderedMail> {
  const mail = await renderMail(content(look));
  const html = filler(mail.html, escapeHtml);
  const text = filler(mail.text, (value) => value);
  return ({ firstName, link }) => {
    const name = oneLine(firstName ?? '');
    const values = { name: name === '' ? '' : ` ${name}`, link };
    return { subject: mail.subject, html: html(values), text: text(values) };
  };
}

function content(look: InvitationLook) {
  const programme = oneLine(look.programme);
  const hello = { kind: 'text', text: `Hello${slot('name')},` } as const;
  const footer = `You get this mail because your company takes part in ${programme} and its HR system names you as an employee.`;
  if (look.signInUrl !== null) {
    return {
      subject: `Welcome to ${programme}`,
      title: `Welcome to ${programme}`,
      blocks: [
        hello,
        {
          kind: 'text',
          text: `your company has given you an account on ${programme}. It is ready: sign in to use it.`,
        },
        { kind: 'button', label: 'Sign in', url: slot('link') },
      ],
      footer,
    } as const;
  }
  return {
    subject: `Welcome to ${programme}: set your password`,
    title: `Welcome to ${programme}`,
    blocks: [
      hello,
      { kind: 'text', text: `your company has given you an account on ${programme}. Set a password, and it is yours.` },
      { kind: 'button', label: 'Set your password', url: slot('link') },
      {
        kind: 'text',
        text: 'The link is for you alone: it works once and for 14 days. If you did not expect this mail, you can leave it.',
      },
    ],
    footer,
  } as const;
}

function filler(
  template: string,
  write: (value: string) => string,
): (values: Readonly<Record<Slot, string>>) => string {
  // Split by a pattern with one group: even places are text, odd ones the names of slots.
  const parts = template.split(SLOT);
  return (values) =>
    parts.map((part, place) => (place % 2 === 0 ? part : write(part === 'name' ? values.name : values.link))).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
