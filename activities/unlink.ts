import { Context } from '@temporalio/activity';
import type { Environment } from '../config/environment.js';
import type { KeySource } from '../config/key-ring.js';
import type { Logger } from '../config/logging.js';
import type { Database } from '../database/connection.js';
import { credentialIdentity, deleteEnding, listEnding } from '../database/credentials.js';
import { unseal } from '../database/envelope.js';
import { inProgramme } from '../database/transaction.js';
import type { IntegrationRef } from '../domain/references.js';
import { ProviderUnavailable, RateLimited } from '../providers/errors.js';
import type { Credential } from '../providers/provider.js';
import { contextFor, findProvider } from '../providers/registry.js';

interface Dependencies {
  readonly db: Database;
  readonly environment: Environment;
  readonly keys: KeySource;
  readonly log: Logger;
}

/** A vendor that is away for longer keeps its account; the credential goes anyway. */
const PATIENCE_MS = 24 * 3_600_000;

/**
 * Deletes the accounts, at vendors that keep a copy of the directory, whose access was revoked here. The credential
 * opens nothing any more; it is destroyed as soon as the vendor has taken it back.
 */
export function createUnlink({ db, environment, keys, log }: Dependencies) {
  return async function unlinkAccounts({ programme }: IntegrationRef): Promise<void> {
    const ending = await inProgramme(db, programme, (trx) => listEnding(trx));
    const { cancellationSignal, info } = Context.current();
    for (const { id, provider: providerId, sealed } of ending) {
      const provider = findProvider(providerId);
      const credential = JSON.parse(unseal(keys(), sealed, credentialIdentity(programme, id))) as Credential;
      try {
        if (provider !== undefined) {
          await provider.linking?.end(credential, contextFor(environment, provider), cancellationSignal);
        }
      } catch (error) {
        const mayPass = error instanceof ProviderUnavailable || error instanceof RateLimited;
        if (mayPass && Date.now() - info.scheduledTimestampMs < PATIENCE_MS) throw error;
        log.warn({ provider: providerId, credential: id }, 'An account could not be deleted at its vendor.');
      }
      await inProgramme(db, programme, (trx) => deleteEnding(trx, id));
    }
  };
}
