import type { JsonRecord } from '../domain/employee.js';
import type { Transaction } from './transaction.js';

/**
 * The filtered rows of uploaded files, in pages of some hundred. A file belongs to the credential that stands for it;
 * it goes with that one, and after eight days anyway.
 */
export interface Upload {
  readonly digest: string;
  readonly rows: number;
  readonly pages: number;
  readonly labels: Readonly<Record<string, string>>;
}

const KEPT = '8 days';

/** @returns how many rows there were */
export async function insertUpload(
  trx: Transaction,
  file: { readonly programme: string; readonly credential: string; readonly digest: string },
  pages: AsyncIterable<{ readonly records: readonly JsonRecord[]; readonly labels: Upload['labels'] }>,
): Promise<number> {
  const place = { programme_id: file.programme, credential_id: file.credential };
  let labels: Upload['labels'] = {};
  let rows = 0;
  let page = 0;
  for await (const read of pages) {
    page += 1;
    rows += read.records.length;
    ({ labels } = read);
    await trx('upload_pages').insert({ ...place, page, records: JSON.stringify(read.records) });
  }
  await trx('uploads').insert({ ...place, digest: file.digest, rows, pages: page, labels: JSON.stringify(labels) });
  return rows;
}

/** Null when there is none, or no more. */
export async function findUpload(trx: Transaction, credential: string): Promise<Upload | null> {
  const row = await trx('uploads')
    .where({ credential_id: credential })
    .first<Upload | undefined>('digest', 'rows', 'pages', 'labels');
  return row ?? null;
}

/** Whether something is kept of the newest file of an integration. */
export async function hasUpload(trx: Transaction, integration: string): Promise<boolean> {
  const row: unknown = await trx('uploads')
    .join('integrations', 'integrations.credential_id', 'uploads.credential_id')
    .where('integrations.id', integration)
    .first('uploads.digest');
  return row !== undefined;
}

/** The records of one page, from 1; null when it is gone. */
export async function readUploadPage(
  trx: Transaction,
  credential: string,
  page: number,
): Promise<readonly JsonRecord[] | null> {
  const row = await trx('upload_pages')
    .where({ credential_id: credential, page })
    .first<{ records: readonly JsonRecord[] } | undefined>('records');
  return row?.records ?? null;
}

/** @returns how many files went */
export async function deleteOldUploads(trx: Transaction): Promise<number> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `with gone as (delete from uploads where uploaded_at <= rollcall_now() - ?::interval returning programme_id, credential_id),
     pages as (delete from upload_pages p using gone
       where (p.programme_id, p.credential_id) = (gone.programme_id, gone.credential_id))
     select from gone`,
    [KEPT],
  );
  return rows.length;
}
