import { z } from 'zod';
import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** Somebody is asked to help look after a programme (or, as operator, all of them). */
export const adminInviteSchema = z.object({
  /** null: an operator, who looks after all of them. */
  programmeName: z.string().nullable(),
  role: z.enum(['admin', 'viewer', 'operator']),
});
export type AdminInviteMail = z.infer<typeof adminInviteSchema> & { readonly name: string; readonly days: number };

const MAY: Readonly<Record<AdminInviteMail['role'], string>> = {
  admin: 'You can connect HR systems, look at every import and decide what it does.',
  viewer: 'You can look at everything and change nothing.',
  operator: 'As an operator you see every programme and can change all of them.',
};

export function renderAdminInvite(mail: AdminInviteMail, link: string): Promise<RenderedMail> {
  const where = mail.programmeName === null ? 'Rollcall' : `Rollcall of ${oneLine(mail.programmeName)}`;
  return renderMail({
    subject: `You are invited to ${where}`,
    title: `Hello ${oneLine(mail.name, 80)},`,
    blocks: [
      {
        kind: 'text',
        text: `you were invited to ${where}, which keeps member accounts in step with the HR system. ${MAY[mail.role]}`,
      },
      { kind: 'button', label: 'Accept and sign in', url: link },
      {
        kind: 'text',
        text: `The link works once, and for ${mail.days} days. Afterwards the sign-in page sends you a new one whenever you ask.`,
      },
    ],
    footer: 'You get this mail because somebody who looks after the programme entered your address.',
  });
}
