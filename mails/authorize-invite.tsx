import { z } from 'zod';
import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** A colleague who has the credentials of the HR system is asked to enter them; the link opens that step alone. */
export const authorizeInviteSchema = z.object({
  programmeName: z.string(),
  integrationName: z.string(),
  providerName: z.string(),
  /** Row of the link; its token is made when the mail goes out and stands in the mail alone. */
  invite: z.string(),
  days: z.int().positive(),
});
export type AuthorizeInviteMail = z.infer<typeof authorizeInviteSchema>;

export function renderAuthorizeInvite(mail: AuthorizeInviteMail, link: string): Promise<RenderedMail> {
  const [programme, integration] = [oneLine(mail.programmeName), oneLine(mail.integrationName)];
  return renderMail({
    subject: `${programme}: please connect ${mail.providerName}`,
    title: `Please connect ${mail.providerName}`,
    blocks: [
      {
        kind: 'text',
        text: `a colleague who sets up “${integration}” for ${programme} asks you to enter the credentials of ${mail.providerName}. The page explains where to find them; nobody else gets to see them.`,
      },
      { kind: 'button', label: `Connect ${mail.providerName}`, url: link },
      {
        kind: 'text',
        text: `The link opens this one step. It works for ${mail.days} days, and no longer once the HR system is connected.`,
      },
    ],
    footer: `You get this mail because somebody who looks after ${programme} entered your address. If you do not know what it is about, ask them first.`,
  });
}
