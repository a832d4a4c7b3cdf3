import { ProviderContractViolation } from '../errors.js';
import { isCustomField } from './employee.js';
import { LINE } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { KeptFile, Page, Probe, ProviderClient, ReadOptions } from '../provider.js';

export const PEOPLE = 'people';
const SAMPLES = 200;

/** Reads the rows that were kept of the newest file; there is no vendor to ask. */
export class CsvClient implements ProviderClient {
  readonly #file: KeptFile | null;

  constructor(file: KeptFile | null) {
    this.#file = file;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const records: JsonRecord[] = [];
    for await (const page of this.readPages(PEOPLE, null, { signal, customFields: true })) {
      records.push(...page.records.filter(isWhole));
      if (records.length >= SAMPLES) break;
    }
    const { rows, labels } = this.#open();
    return { people: rows, exact: true, records: records.slice(0, SAMPLES), account: 'file', labels };
  }

  async *readPages(list: string, cursor: string | null, { signal, customFields }: ReadOptions): AsyncIterable<Page> {
    const file = this.#open();
    const [digest, at] = cursor?.split('/') ?? [file.digest, '1'];
    if (digest !== file.digest) {
      throw new ProviderContractViolation(
        'Another file was uploaded while this one was read; the import begins anew with it.',
      );
    }
    for (let number = Number(at); ; number += 1) {
      signal.throwIfAborted();
      const records = await file.page(number);
      if (records === null) throw gone();
      const next = number < file.pages ? `${file.digest}/${number + 1}` : null;
      yield {
        list,
        number,
        cursor: number === 1 ? null : `${file.digest}/${number}`,
        next,
        total: file.rows,
        records: customFields ? records : records.map(withoutCustomFields),
      };
      if (next === null) return;
    }
  }

  async close(): Promise<void> {
    // There is nothing to close: the rows are read with the pool of whoever opened the file.
  }

  #open(): KeptFile {
    if (this.#file === null) throw gone();
    return this.#file;
  }
}

function gone(): ProviderContractViolation {
  return new ProviderContractViolation(
    'There is no uploaded file any more: its rows are kept for eight days. Upload the file again.',
  );
}

const isWhole = (record: JsonRecord): boolean => Object.keys(record).some((name) => name !== LINE);

function withoutCustomFields(record: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !isCustomField(name)));
}
