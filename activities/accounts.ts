import type { Environment, KeyRing } from '../config/environment.js';
import type { Database } from '../database/connection.js';
import { unseal } from '../database/envelope.js';
import { findIntegration } from '../database/integrations.js';
import { inProgramme } from '../database/transaction.js';
import type { IntegrationRef } from '../domain/references.js';
import { AuthorizationLost } from '../providers/errors.js';
import type { Credential, Provider, ProviderClient } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';

/** Opens an account at a provider: the one place where a credential is decrypted. */
export interface Account {
  readonly provider: Provider;
  readonly client: ProviderClient;
}
export type OpenAccount = (ref: IntegrationRef, credential?: string) => Promise<Account>;

/** Requests to one account under way at once; more does not help and vendors count them. */
const CONCURRENCY = 4;

const ADDRESS_VARIABLES: Readonly<Record<string, keyof Environment>> = {
  'sage-hr': 'ROLLCALL_SAGE_HR_URL',
  intellihr: 'ROLLCALL_INTELLIHR_URL',
  personio: 'ROLLCALL_PERSONIO_URL',
  'sage-people': 'ROLLCALL_SAGE_PEOPLE_URL',
};

export function createOpenAccount(dependencies: {
  db: Database;
  environment: Environment;
  keyRing: KeyRing;
}): OpenAccount {
  const { db, environment, keyRing } = dependencies;
  return async (ref, credential) => {
    const { provider, opened } = await inProgramme(db, ref.programme, async (trx) => {
      const integration = await findIntegration(trx, ref.integration);
      if (integration === null) throw new Error(`There is no integration ${ref.integration}.`);
      const id = credential ?? integration.credential;
      const row = await trx('credentials')
        .where({ id, provider: integration.provider })
        .first<{ ciphertext: Buffer; key_id: string } | undefined>('ciphertext', 'key_id');
      if (id === null || row === undefined) {
        throw new AuthorizationLost('The integration has no credentials any more: authorize it again.');
      }
      const text = unseal(keyRing, { keyId: row.key_id, ciphertext: row.ciphertext }, `${ref.programme}/${id}`);
      return { provider: findProvider(integration.provider), opened: JSON.parse(text) as Credential };
    });
    if (provider === undefined) throw new Error(`The integration ${ref.integration} has an unknown provider.`);
    const variable = ADDRESS_VARIABLES[provider.id];
    const baseUrl = variable === undefined ? null : ((environment[variable] as string | undefined) ?? null);
    return { provider, client: provider.connect(opened, { baseUrl, concurrency: CONCURRENCY }) };
  };
}
