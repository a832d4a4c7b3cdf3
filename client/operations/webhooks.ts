import { acrossProgrammes } from '../../database/transaction.js';
import { isId } from '../../database/ids.js';
import { findHome } from '../../database/integration-views.js';
import { contextFor, findProvider } from '../../providers/registry.js';
import { carryOut } from './carry-out.js';
import type { Context } from './context.js';
import { notFound, Refusal } from './refusals.js';

export interface Posted {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * A vendor tells that something has changed: a nudge to import, no more. What it says beyond that is not believed, and
 * the schedule stays.
 * @returns the import, or null where nothing is to be imported
 */
export async function receiveWebhook(context: Context, vendor: string, posted: Posted): Promise<string | null> {
  const provider = findProvider(vendor);
  if (provider?.webhook === undefined) throw notFound('webhook');
  const { webhookKey } = contextFor(context.environment, provider);
  if (webhookKey === null) {
    throw new Refusal('provider-not-configured', `Webhooks of ${provider.name} are not configured here.`);
  }
  const read = provider.webhook.read(posted.body, posted.headers, webhookKey);
  if (read.kind === 'refused') throw new Refusal('unauthorized', 'The signature is missing or wrong.');
  if (read.kind === 'other' || !isId(read.origin)) return null;
  const { origin: integration, key } = read;
  const programme = await acrossProgrammes(context.db, (trx) => findHome(trx, integration, provider.id));
  // Removed, paused, not published yet, or another installation's: the vendor cannot know.
  if (programme === null) return null;
  const call = { context, actor: { role: 'operator', name: `${provider.name} (webhook)` } } as const;
  const asked = { body: {}, key };
  const answer = await carryOut<{ id: string }>(call, { programme, integration }, 'importNow', asked, () =>
    Promise.resolve({ trigger: 'webhook' }),
  );
  return answer.pending ? null : answer.body.id;
}
