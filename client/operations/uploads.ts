import { insertCandidate } from '../../database/credentials.js';
import { insertUpload } from '../../database/uploads.js';
import { FileRefused, findProvider } from '../../providers/registry.js';
import { carryOut, type Answer } from './carry-out.js';
import { enter, type Call } from './context.js';
import type { ImportView } from './imports.js';
import type { IntegrationView } from './integrations.js';
import { requireIntegration, type Place } from './places.js';
import { Refusal } from './refusals.js';
import { spool } from './spool.js';

/** A file that somebody gives, and the key that makes giving it again safe. */
export interface GivenFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly key?: string | undefined;
}

/**
 * Takes the directory as a file. Until the integration is published the file stands for the authorization and is
 * answered with the integration; then each file starts an import, which is the answer.
 */
export async function upload(
  call: Call,
  place: Place,
  given: GivenFile,
): Promise<Answer<IntegrationView | ImportView>> {
  // Looked at before two hundred megabytes are taken in; judged again by the command.
  await enter(call, place.programme, 'write', async (trx) => {
    const { provider, state } = await requireIntegration(trx, place.integration);
    requireFiles(provider);
    if (state === 'draft') {
      throw new Refusal('illegal-state', 'The integration is not set up yet: give the initial setup first.');
    }
  });
  const file = await spool(given.bytes);
  try {
    const asked = { body: { sha256: file.digest }, key: given.key };
    return await carryOut(call, place, 'upload', asked, async (trx, programme, integration) => {
      const files = requireFiles(integration.provider);
      const credential = await insertCandidate(trx, call.context.keys, {
        programme: programme.id,
        provider: integration.provider,
        name: integration.name,
        values: { file: file.digest },
      });
      const dates = {
        dateFormat: integration.setup?.dateFormat ?? null,
        zone: integration.setup?.dataTimeZone ?? programme.timeZone,
      };
      const { digest } = file;
      const rows = await insertUpload(trx, { programme: programme.id, credential, digest }, files.read(file, dates));
      if (rows === 0) throw new FileRefused('The file names its columns and has no further line.');
      return { credential };
    });
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new Refusal('invalid-body', error.message, [{ pointer: '', detail: error.message }]);
  } finally {
    await file.close();
  }
}

function requireFiles(provider: string) {
  const found = findProvider(provider);
  if (found?.files !== undefined) return found.files;
  throw new Refusal(
    'illegal-state',
    `${found?.name ?? 'This provider'} is read from its own system; files are uploaded to integrations of the provider csv.`,
  );
}
