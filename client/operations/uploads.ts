import { insertCandidate } from '../../database/credentials.js';
import { insertUpload } from '../../database/uploads.js';
import { FileRefused, findProvider, type Files, type UploadedRecords } from '../../providers/registry.js';
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

/** A line that nobody could be read from. */
export interface BadLine {
  readonly place: string;
  readonly detail: string;
}

/** `badLines`: the first of them; null where the answer is that of an earlier sending of the same file. */
export type Uploaded = IntegrationView & { readonly badLines: BadLines | null };

interface BadLines {
  count: number;
  readonly items: BadLine[];
}

const MOST_BAD_LINES = 20;

/**
 * Takes the directory as a file. Until the integration is published the file stands for the authorization and is
 * answered with the integration; then each file starts an import, which is the answer.
 */
export async function upload(call: Call, place: Place, given: GivenFile): Promise<Answer<Uploaded | ImportView>> {
  // Looked at before two hundred megabytes are taken in; judged again by the command.
  const { files, dates } = await enter(call, place.programme, 'write', async (trx, programme) => {
    const { provider, state, setup } = await requireIntegration(trx, place.integration);
    const found = requireFiles(provider);
    if (state === 'draft') {
      throw new Refusal('illegal-state', 'The integration is not set up yet: give the initial setup first.');
    }
    const zone = setup?.dataTimeZone ?? programme.timeZone;
    return { files: found, dates: { dateFormat: setup?.dateFormat ?? null, zone } };
  });
  const file = await spool(given.bytes);
  const told: { badLines: BadLines | null } = { badLines: null };
  try {
    const asked = { body: { sha256: file.digest }, key: given.key };
    const answer = await carryOut<IntegrationView | ImportView>(
      call,
      place,
      'upload',
      asked,
      async (trx, programme, integration) => {
        const credential = await insertCandidate(trx, call.context.keys(), {
          programme: programme.id,
          provider: integration.provider,
          name: integration.name,
          values: { file: file.digest },
        });
        const { digest } = file;
        told.badLines = { count: 0, items: [] };
        const read = noting(told.badLines, files, files.read(file, dates));
        const rows = await insertUpload(trx, { programme: programme.id, credential, digest }, read);
        if (rows === 0) throw new FileRefused('The file names its columns and has no further line.');
        return { credential };
      },
    );
    // The same file under the same key is not taken again, and has the same answer.
    return withBadLines(answer, told.badLines ?? (await badLinesOf(files, files.read(file, dates))));
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    throw new Refusal('invalid-body', error.message, [{ pointer: '', detail: error.message }]);
  } finally {
    await file.close();
  }
}

/** Passes a file's records on and notes those from which nobody can be read. */
async function* noting(
  bad: BadLines,
  files: Files,
  pages: AsyncIterable<UploadedRecords>,
): AsyncIterable<UploadedRecords> {
  for await (const page of pages) {
    for (const record of page.records) {
      const fault = files.faultOf(record);
      if (fault === null) continue;
      bad.count += 1;
      if (bad.items.length < MOST_BAD_LINES) bad.items.push(fault);
    }
    yield page;
  }
}

async function badLinesOf(files: Files, pages: AsyncIterable<UploadedRecords>): Promise<BadLines> {
  const bad: BadLines = { count: 0, items: [] };
  const walk = noting(bad, files, pages)[Symbol.asyncIterator]();
  while ((await walk.next()).done !== true) continue;
  return bad;
}

function withBadLines(answer: Answer<IntegrationView | ImportView>, badLines: BadLines): Answer<Uploaded | ImportView> {
  if (answer.pending || !('provider' in answer.body)) return answer as Answer<ImportView>;
  return { ...answer, body: { ...answer.body, badLines } };
}

function requireFiles(provider: string) {
  const found = findProvider(provider);
  if (found?.files !== undefined) return found.files;
  throw new Refusal(
    'illegal-state',
    `${found?.name ?? 'This provider'} is read from its own system; files are uploaded to integrations of the provider csv.`,
  );
}
