import { z } from 'zod';
import { REMEDIES } from '../domain/attention.js';
import { oneLine, renderMail, type RenderedMail } from './layout.js';

/** An integration needs somebody: what happened and what to do, in as few words as there are. */
export const attentionSchema = z.object({
  programmeName: z.string(),
  integrationName: z.string(),
  /** One of the codes of `needsAttention`, or `works-again`. */
  code: z.string(),
  /** One sentence or two that say what happened. */
  detail: z.string(),
  /** For a reminder: so many days it lasts already; null: it is told for the first time. */
  days: z.int().positive().nullable(),
});
export type AttentionMail = z.infer<typeof attentionSchema>;

const LONGEST_SENTENCE = 600;

interface Advice {
  readonly title: string;
  readonly todo: string;
}

const ADVICE: Readonly<Record<string, Advice>> = {
  'authorization-lost': { title: 'The HR system no longer lets us in', todo: REMEDIES['authorization-lost'] },
  'insufficient-scope': { title: 'The credentials may not see enough', todo: REMEDIES['insufficient-scope'] },
  'failing-repeatedly': { title: 'Imports fail again and again', todo: REMEDIES['failing-repeatedly'] },
  'no-success-since': { title: 'No import has come through for days', todo: REMEDIES['no-success-since'] },
  'works-again': { title: 'It works again', todo: 'There is nothing to do.' },
};
const OTHERWISE: Advice = {
  title: 'An integration needs attention',
  todo: 'Look at its last imports; if it is not clear what to do, ask the people who run the platform.',
};

export function renderAttention(attention: AttentionMail, link: string): Promise<RenderedMail> {
  const integration = oneLine(attention.integrationName);
  const { title: news, todo } = ADVICE[attention.code] ?? OTHERWISE;
  const title = attention.days === null ? news : `${inDays(attention.days)}: ${lowerFirst(news)}`;
  return renderMail({
    subject: `${integration}: ${lowerFirst(title)}`,
    title,
    blocks: [
      { kind: 'notice', title: `“${integration}”`, text: oneLine(attention.detail, LONGEST_SENTENCE) },
      { kind: 'text', text: todo },
      { kind: 'links', links: [{ label: 'The integration', url: link }] },
    ],
    footer: `You get this mail because you look after “${integration}” in ${oneLine(attention.programmeName)}.`,
  });
}

const inDays = (days: number): string => (days === 1 ? 'For a day now' : `For ${days} days now`);
const lowerFirst = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
