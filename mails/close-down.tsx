import { z } from 'zod';
import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** What a member is told when their account closes, and when it is open again: once each, and nothing about why. */
export const closeDownSchema = z.object({
  /** The day on which everything personal is erased, `YYYY-MM-DD`. */
  endsOn: z.iso.date(),
  /** They were told a later day before. */
  sooner: z.boolean().default(false),
});
export type CloseDownMail = z.input<typeof closeDownSchema> & Told;

export interface Told {
  readonly programmeName: string;
  readonly firstName: string | null;
}

export function renderCloseDown(mail: CloseDownMail): Promise<RenderedMail> {
  const programme = oneLine(mail.programmeName);
  const day = inWords(mail.endsOn);
  return renderMail({
    subject:
      mail.sooner === true ? `Your account on ${programme} ends sooner` : `Your account on ${programme} is closing`,
    title:
      mail.sooner === true ? `Your account on ${programme} ends on ${day}` : `Your account on ${programme} is closing`,
    blocks: [
      hello(mail),
      {
        kind: 'text',
        text:
          mail.sooner === true
            ? sooner(programme, day)
            : `your company’s HR system says that you take part in ${programme} no longer, so your account is closed. It can be opened again until ${day}; on that day what we know about you is erased.`,
      },
      {
        kind: 'text',
        text: 'If you think that this is a mistake, tell the HR department of your company: once it is mended there, your account opens again by itself.',
      },
    ],
    footer: footer(programme),
  });
}

const sooner = (programme: string, day: string): string =>
  `we wrote to you that your account on ${programme} is closed. The day on which what we know about you is erased has changed, and comes sooner than we had told you: it is ${day}. Until then the account can be opened again.`;

export function renderWelcomeBack(mail: Told): Promise<RenderedMail> {
  const programme = oneLine(mail.programmeName);
  return renderMail({
    subject: `Your account on ${programme} is open again`,
    title: 'Welcome back',
    blocks: [
      hello(mail),
      { kind: 'text', text: `your account on ${programme} is open again, as it was. You sign in as before.` },
    ],
    footer: footer(programme),
  });
}

function hello({ firstName }: Told) {
  const name = oneLine(firstName ?? '');
  return { kind: 'text', text: `Hello${name === '' ? '' : ` ${name}`},` } as const;
}

const footer = (programme: string): string =>
  `You get this mail because you have an account on ${programme} through your company.`;

function inWords(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}
