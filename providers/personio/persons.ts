import { ProviderContractViolation } from '../errors.js';
import { assertNew, sample } from '../paging.js';
import { idText } from '../record.js';
import { VENDOR, type Connection } from './connection.js';
import { EMPLOYEES, readEmployment, STATUS } from './employee.js';
import { hasEmployments, labelsOf, recordOf } from './person.js';
import { idOfPerson, readList, saysNoPerson, type ListPage } from './schema.js';
import { requireStatus } from './status-hidden.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { LookUp, Page, Probe, ReadOptions } from '../provider.js';

const LIST = '/v2/persons';
/** The vendor's most. */
const PER_PAGE = 50;
/** Fifty employments each: nobody has more, and a list that goes on for ever ends. */
const MOST_EMPLOYMENT_PAGES = 10;

/** The API v2: persons by cursor, and the employments of each by a request of its own (README.md). */
export class Persons {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const labels: Record<string, string> = {};
    const note = (person: JsonRecord) => Object.assign(labels, labelsOf(person));
    const pages = this.#read(null, { signal, customFields: true }, note);
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    return { ...seen, account: null, labels };
  }

  readPages(cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    return this.#read(cursor, options, () => undefined);
  }

  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    const { found, body } = await this.#connection.get('v2', `${LIST}/${personId}`, {}, signal);
    if (found) return idOfPerson(body) === personId ? 'there' : 'unknown';
    return saysNoPerson(body) ? 'gone' : 'unknown';
  }

  async *#read(
    cursor: string | null,
    { signal, customFields }: ReadOptions,
    note: (person: JsonRecord) => void,
  ): AsyncGenerator<Page, void, undefined> {
    const seen = new Set<string>();
    let place = cursor;
    let before: readonly JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const { data, next } = await this.#page(LIST, place, signal);
      data.forEach(note);
      const given = await Promise.all(data.map((person) => this.#employmentsOf(person, signal)));
      const records = data.flatMap((person, at) => {
        const employments = given[at] ?? null;
        // Whoever was deleted since the page was read.
        return employments === null ? [] : [recordOf(person, employments, customFields)];
      });
      assertNew(VENDOR, `page ${number}`, records, before);
      requireStatus(records.length === 0 || records.some((record) => STATUS in record));
      if (next !== null && (next === place || seen.has(next))) {
        throw new ProviderContractViolation(`${VENDOR}'s page ${number} leads back to one that was read already.`);
      }
      const page = { list: EMPLOYEES, number, cursor: place, next, total: null, records };
      yield data.length > 0 || next === null ? page : { ...page, doubt: EMPTY_PAGE };
      if (next === null) return;
      seen.add(next);
      before = records;
      place = next;
    }
  }

  /** The employments of who has any and has not left; null: the person is gone. */
  async #employmentsOf(person: JsonRecord, signal: AbortSignal): Promise<readonly JsonRecord[] | null> {
    if (!hasEmployments(person)) return [];
    const path = `${LIST}/${encodeURIComponent(idText(person.id) ?? '')}/employments`;
    const employments: JsonRecord[] = [];
    let place: string | null = null;
    for (let number = 0; number < MOST_EMPLOYMENT_PAGES; number += 1) {
      const page: ListPage | null = await this.#find(path, place, signal);
      if (page === null) return null;
      employments.push(...page.data);
      place = page.next;
      if (place === null || page.data.length === 0) return employments;
    }
    throw new ProviderContractViolation(`${VENDOR}'s list of the employments of one person does not end.`);
  }

  async #page(path: string, cursor: string | null, signal: AbortSignal): Promise<ListPage> {
    for (let repeated = false; ; repeated = true) {
      const page = await this.#find(path, cursor, signal);
      if (page === null) throw new ProviderContractViolation(`${VENDOR} has no list of persons at its address.`);
      if (page.data.length > 0 || page.next === null || repeated) return page;
    }
  }

  /** One page whose form is right; null: the vendor knows nothing there. */
  async #find(path: string, cursor: string | null, signal: AbortSignal): Promise<ListPage | null> {
    const query = { limit: String(PER_PAGE), ...(cursor === null ? {} : { cursor }) };
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#connection.get('v2', path, query, signal);
      if (!answer.found) return null;
      const page = readList(answer.body);
      if (page !== null) return page;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR} answered with something that is no list.`);
    }
  }
}

const EMPTY_PAGE = `${VENDOR} gave a page without people in the middle of the list, so somebody may have been missed.`;
