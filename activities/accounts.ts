import { Context } from '@temporalio/activity';
import type { Environment } from '../config/environment.js';
import type { KeySource } from '../config/key-ring.js';
import type { Database } from '../database/connection.js';
import { credentialIdentity, replaceSecret } from '../database/credentials.js';
import { unseal } from '../database/envelope.js';
import { findIntegration } from '../database/integrations.js';
import { inProgramme } from '../database/transaction.js';
import { findUpload, readUploadPage } from '../database/uploads.js';
import type { IntegrationRef } from '../domain/references.js';
import { AuthorizationLost } from '../providers/errors.js';
import type { Credential, KeptFile, Provider, ProviderClient } from '../providers/provider.js';
import { contextFor, findProvider } from '../providers/registry.js';
import { createPace } from './pace.js';

/** Opens an account at a provider: the one place where a credential is decrypted. */
export interface Account {
  readonly provider: Provider;
  readonly client: ProviderClient;
  /** From now on the account is read by this one of the vendor's interfaces. */
  useInterface(name: string): Promise<void>;
}
export type OpenAccount = (ref: IntegrationRef, credential?: string) => Promise<Account>;

export function createOpenAccount(dependencies: {
  db: Database;
  environment: Environment;
  keys: KeySource;
}): OpenAccount {
  const { db, environment, keys } = dependencies;
  return async (ref, credential) => {
    const { provider, opened, row } = await inProgramme(db, ref.programme, async (trx) => {
      const integration = await findIntegration(trx, ref.integration);
      if (integration === null) throw new Error(`There is no integration ${ref.integration}.`);
      const id = credential ?? integration.credential;
      const found = await trx('credentials')
        .where({ id, provider: integration.provider })
        .first<Sealed | undefined>('id', 'ciphertext', 'key_id');
      if (found === undefined) {
        throw new AuthorizationLost('The integration has no credentials any more: authorize it again.');
      }
      const sealed = { keyId: found.key_id, ciphertext: found.ciphertext };
      const text = unseal(keys(), sealed, credentialIdentity(ref.programme, found.id));
      return { provider: findProvider(integration.provider), opened: JSON.parse(text) as Credential, row: found.id };
    });
    if (provider === undefined) throw new Error(`The integration ${ref.integration} has an unknown provider.`);
    const file = provider.files === undefined ? null : await keptFile(db, ref.programme, row);
    const spacingMs = provider.requestsPerMinute === null ? 0 : MINUTE_MS / provider.requestsPerMinute;
    const pace = createPace(db, provider.name, { programme: ref.programme, credential: row, spacingMs });
    const context = { ...contextFor(environment, provider), file, pace };
    const { cancellationSignal } = Context.current();
    const finished = (await provider.linking?.finish(opened, context, cancellationSignal)) ?? opened;
    const replace = (values: Credential) =>
      inProgramme(db, ref.programme, (trx) =>
        replaceSecret(trx, keys(), { programme: ref.programme, id: row, values }),
      );
    // At once: what it was exchanged for is good for one use.
    if (finished !== opened) await replace(finished);
    return {
      provider,
      client: provider.connect(finished, context),
      useInterface: (name) => replace({ ...finished, interface: name }),
    };
  };
}

const MINUTE_MS = 60_000;

/** What was kept of an uploaded file, read page by page as it is wanted. */
async function keptFile(db: Database, programme: string, credential: string): Promise<KeptFile | null> {
  const found = await inProgramme(db, programme, (trx) => findUpload(trx, credential));
  if (found === null) return null;
  const page = (number: number) => inProgramme(db, programme, (trx) => readUploadPage(trx, credential, number));
  return { ...found, page };
}

interface Sealed {
  readonly id: string;
  readonly ciphertext: Buffer;
  readonly key_id: string;
}
