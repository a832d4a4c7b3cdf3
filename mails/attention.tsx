import { z } from 'zod';
import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** An integration needs somebody: what happened and what to do, in as few words as there are. */
export const attentionSchema = z.object({
  programmeName: z.string(),
  integrationName: z.string(),
  /** One of the codes of `needsAttention`. */
  code: z.string(),
  /** One sentence that says what happened. */
  detail: z.string(),
});
export type Attention = z.infer<typeof attentionSchema>;

const LONGEST_SENTENCE = 600;

interface Advice {
  readonly title: string;
  readonly todo: string;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  'authorization-lost': {
    title: 'The HR system no longer lets us in',
    todo: 'Authorize it again with valid credentials. Until then no import can run; members and their accounts stay as they are.',
  },
  'insufficient-scope': {
    title: 'The credentials may not see enough',
    todo: 'Give them the missing permission in the HR system, or authorize with others. Members and their accounts stay as they are.',
  },
  'removals-held': {
    title: 'Removals wait for your decision',
    todo: 'Look at who they are and approve or reject them. Without an answer nobody is removed.',
  },
};
const OTHERWISE: Advice = {
  title: 'An integration needs attention',
  todo: 'Look at its last imports; if it is not clear what to do, ask the people who run the platform.',
};

export function renderAttention(attention: Attention, link: string): Promise<RenderedMail> {
  const integration = oneLine(attention.integrationName);
  const { title, todo } = ADVICE[attention.code] ?? OTHERWISE;
  return renderMail({
    subject: `${integration}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
    title,
    blocks: [
      { kind: 'notice', title: `“${integration}”`, text: oneLine(attention.detail, LONGEST_SENTENCE) },
      { kind: 'text', text: todo },
      { kind: 'links', links: [{ label: 'The integration', url: link }] },
    ],
    footer: `You get this mail because you look after “${integration}” in ${oneLine(attention.programmeName)}.`,
  });
}
