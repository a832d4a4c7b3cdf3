import { contextFor, findProvider } from '../../providers/registry.js';
import { enter, type Call } from './context.js';
import { requireIntegration, type Place } from './places.js';
import { Refusal } from './refusals.js';

export interface LinkView {
  /** For the vendor's linking page; good for one use. */
  readonly linkToken: string;
  /** A page that opens by itself, where the vendor has one. */
  readonly url: string | null;
  /** What opens it within a page of ours, and there says how it ended. */
  readonly script: string;
}

const PATIENCE_MS = 15_000;

/** Opens the linking page of an HR system that has one; what it ends with is then given to authorize. */
export async function beginLink(call: Call, place: Place): Promise<LinkView> {
  const { integration, programme } = await enter(call, place.programme, 'write', async (trx, found) => ({
    integration: await requireIntegration(trx, place.integration),
    programme: found,
  }));
  const provider = findProvider(integration.provider);
  if (provider?.linking === undefined) {
    throw new Refusal(
      'illegal-state',
      `${provider?.name ?? 'This provider'} is authorized with its form; it has no link.`,
    );
  }
  if (integration.state === 'draft') {
    throw new Refusal('illegal-state', 'The integration is not set up yet: give the initial setup first.');
  }
  const context = contextFor(call.context.environment, provider);
  if (context.platformKey === null) {
    throw new Refusal(
      'provider-not-configured',
      `${provider.name} is not configured here: an operator has to set ROLLCALL_MERGE_API_KEY.`,
    );
  }
  // The same origin links the same account again; the address belongs to nobody.
  const who = {
    organisation: programme.name,
    origin: integration.id,
    email: `integration-${integration.id}@rollcall.invalid`,
  };
  try {
    const { token, url } = await provider.linking.begin(who, context, AbortSignal.timeout(PATIENCE_MS));
    return { linkToken: token, url, script: provider.linking.page(context).script };
  } catch (error) {
    call.context.log.warn({ err: error }, 'A link could not be opened.');
    throw new Refusal(
      'credentials-refused',
      error instanceof Error && PROVIDER_ERRORS.includes(error.name)
        ? error.message
        : `${provider.name} did not answer.`,
    );
  }
}

/** Their sentences are made for people; any other error's may hold what must not be told. */
const PROVIDER_ERRORS: readonly string[] = [
  'AuthorizationLost',
  'InsufficientScope',
  'ProviderUnavailable',
  'ProviderContractViolation',
  'RateLimited',
];
