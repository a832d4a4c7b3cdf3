import { InsufficientScope, ProviderContractViolation } from '../errors.js';
import { assertNew, numberOf, sample } from '../paging.js';
import { VENDOR, type Connection } from './connection.js';
import { customKeys, EMPLOYEES, filterRecord, isCustomField, readEmployment, STANDARD, STATUS } from './employee.js';
import { idOfEmployee, readAttributes, readEnvelope, saysNoEmployee, type Attribute, type Envelope } from './schema.js';
import { requireStatus, StatusHidden } from './status-hidden.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { LookUp, Page, Probe, ReadOptions } from '../provider.js';

const LIST = '/v1/company/employees';
/** The vendor's most since 2025. Its limit of 300 requests a minute makes one after the other fast enough. */
const PER_PAGE = 100;

/** The API v1: employees with all they have, paged by the number of the first record (README.md). */
export class Employees {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const pages = this.readPages(null, { signal, customFields: true });
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    const granted = [...((await this.#granted(signal)) ?? [])].filter(([key]) => isCustomField(key));
    const labels = Object.fromEntries(granted.map(([key, { label }]) => [key, label]));
    return { ...seen, account: null, labels };
  }

  async *readPages(cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    const { signal, customFields } = options;
    const granted = await this.#granted(signal);
    const wanted = wantedAttributes(granted, customFields);
    let offset = numberOf(VENDOR, cursor, 0);
    let before: readonly JsonRecord[] = [];
    for (let number = Math.floor(offset / PER_PAGE) + 1; ; number += 1) {
      const { people, total } = await this.#page(offset, wanted, signal);
      const records = people.map(filterRecord);
      assertNew(VENDOR, `page at ${offset}`, records, before);
      if (granted === null) requireStatus(records.length === 0 || records.some((record) => STATUS in record));
      const reached = offset + records.length;
      const isLast = records.length === 0 || (total !== null && reached >= total);
      yield {
        list: EMPLOYEES,
        number,
        cursor: offset === 0 ? null : String(offset),
        next: isLast ? null : String(reached),
        total,
        records,
      };
      if (isLast) return;
      before = records;
      offset = reached;
    }
  }

  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    const { found, body } = await this.#connection.get('v1', `${LIST}/${personId}`, {}, signal);
    if (found) return idOfEmployee(body) === personId ? 'there' : 'unknown';
    return saysNoEmployee(body) ? 'gone' : 'unknown';
  }

  /** What these credentials may read; null where the vendor does not tell. */
  async #granted(signal: AbortSignal): Promise<ReadonlyMap<string, Attribute> | null> {
    try {
      const answer = await this.#connection.get('v1', `${LIST}/attributes`, {}, signal);
      const granted = answer.found ? readAttributes(answer.body) : null;
      requireStatus(granted?.has(STATUS) ?? true);
      return granted;
    } catch (error) {
      // Reported of credentials that may well read employees; whether these may is told by the list itself.
      if (error instanceof InsufficientScope && !(error instanceof StatusHidden)) return null;
      throw error;
    }
  }

  async #page(offset: number, wanted: readonly string[], signal: AbortSignal): Promise<Envelope> {
    const query = { limit: String(PER_PAGE), offset: String(offset), 'attributes[]': wanted };
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#connection.get('v1', LIST, query, signal);
      const envelope = answer.found ? readEnvelope(answer.body) : null;
      if (envelope !== null) return envelope;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR}'s page at ${offset} is no list of employees.`);
    }
  }
}

/** Asked for by name, so that nothing else is even sent; nothing is named where the vendor does not tell what it may. */
function wantedAttributes(granted: ReadonlyMap<string, Attribute> | null, customFields: boolean): readonly string[] {
  if (granted === null) return customFields ? [] : STANDARD;
  return [...STANDARD.filter((key) => key === 'id' || granted.has(key)), ...(customFields ? customKeys(granted) : [])];
}
