import { ProviderContractViolation } from '../errors.js';
import { assertNew, sample } from '../paging.js';
import { idText } from '../record.js';
import { EMPLOYEES, filterRecord, readEmployment, withUser } from './employee.js';
import { Salesforce, VENDOR } from './salesforce.js';
import { idOfOne, readPage } from './schema.js';
import { ID, TeamMembers } from './team-members.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { Credential, LookUp, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

const LIST = '/services/apexrest/spapi/v4/employees';
const SOQL = 'soql';

/**
 * Reads one Sage People account: by Sage's own API, or by Salesforce's queries where that one is not installed. Both are
 * paged by the id of the last person and are over when a page is empty (README.md); both give the same records.
 */
export class SagePeopleClient implements ProviderClient {
  readonly #salesforce: Salesforce;
  readonly #teamMembers: TeamMembers;
  readonly #interface: string | undefined;

  constructor(credential: Credential, context: ProviderContext) {
    this.#salesforce = new Salesforce(credential, context);
    this.#teamMembers = new TeamMembers(this.#salesforce);
    this.#interface = credential.interface;
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const hasOwnApi = (await this.#page(null, signal)) !== null;
    const options = { signal, customFields: true };
    const pages = hasOwnApi ? this.#byOwnApi(null, options) : this.#byQuery(null, options);
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    return { ...seen, account: await this.#salesforce.organisation(), interface: hasOwnApi ? 'spapi' : SOQL };
  }

  readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES) throw new RangeError(`${VENDOR} has no list "${list}"`);
    return this.#interface === SOQL ? this.#byQuery(cursor, options) : this.#byOwnApi(cursor, options);
  }

  /**
   * Sage's own API and a query say of whom they may not show the same as of nobody. Gone is therefore only whom Salesforce
   * still has among what was deleted.
   */
  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    if (!ID.test(personId)) return 'unknown';
    if (this.#interface !== SOQL) {
      const { found, body } = await this.#salesforce.get(`${LIST}/${personId}`, {}, signal);
      if (found) return idOfOne(body) === personId ? 'there' : 'unknown';
    }
    return this.#teamMembers.lookUp(personId, signal);
  }

  close(): Promise<void> {
    return this.#salesforce.close();
  }

  async *#byOwnApi(cursor: string | null, { signal, customFields, saasUsers = false }: ReadOptions) {
    const wanted = { people: false, additional: false, users: true };
    const columns = saasUsers ? await this.#teamMembers.columns(wanted, signal) : null;
    let marker = cursor === null ? null : readCursor(cursor).marker;
    let before: readonly JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const raw = await this.#page(marker, signal);
      if (raw === null) throw new ProviderContractViolation(NOT_INSTALLED);
      const users = columns === null ? null : await this.#teamMembers.users(raw, columns, signal);
      const records = raw
        .map((one) => filterRecord(one, customFields))
        .map((record) => (users === null ? record : withUser(record, users.get(idText(record.id) ?? ''))));
      const next = lastId(records, before, marker, number);
      yield { list: EMPLOYEES, number, cursor: marker, next, total: null, records };
      if (next === null) return;
      before = records;
      marker = next;
    }
  }

  async *#byQuery(cursor: string | null, { signal, customFields, saasUsers = false }: ReadOptions) {
    const wanted = { people: true, additional: customFields, users: saasUsers };
    const columns = await this.#teamMembers.columns(wanted, signal);
    if (columns === null) throw new ProviderContractViolation(NOT_INSTALLED);
    const begun = cursor === null ? null : readCursor(cursor);
    const total = begun?.total ?? (await this.#teamMembers.count(signal));
    let marker = begun?.marker ?? null;
    let before: readonly JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const raw = await this.#teamMembers.page(marker, columns, signal);
      const records = raw.map((one) => withUser(filterRecord(one, customFields), one.user));
      const next = lastId(records, before, marker, number);
      yield {
        list: EMPLOYEES,
        number,
        cursor: cursorOf(total, marker),
        next: cursorOf(total, next),
        total,
        records,
      };
      if (next === null) return;
      before = records;
      marker = next;
    }
  }

  /** A page of Sage's own API, unfiltered; null where that API is not installed. */
  async #page(marker: string | null, signal: AbortSignal): Promise<readonly JsonRecord[] | null> {
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#salesforce.get(LIST, marker === null ? {} : { marker }, signal);
      if (!answer.found) return null;
      const page = readPage(answer.body);
      // An empty page is the end of the list: nothing else says so, so it is asked for twice.
      if (page !== null && (page.length > 0 || repeated)) return page;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR} answered with something that is no list of people.`);
    }
  }
}

/** Where the next page begins; null after an empty one, the end. */
function lastId(
  records: readonly JsonRecord[],
  before: readonly JsonRecord[],
  marker: string | null,
  number: number,
): string | null {
  assertNew(VENDOR, `page ${number}`, records, before);
  const last = records.at(-1)?.id;
  if (last === undefined) return null;
  if (typeof last === 'string' && last !== marker) return last;
  throw new ProviderContractViolation(`${VENDOR}'s page ${number} does not end with a new id, so none can follow.`);
}

/** How many there were when the list was begun goes along, so that whoever goes on tells the same total. */
const cursorOf = (total: number, marker: string | null): string | null =>
  marker === null ? null : `${total} ${marker}`;

/** Of either interface: whoever authorizes anew in the middle may go on with the other one. */
function readCursor(cursor: string): { total: number | null; marker: string } {
  const [marker = '', total] = cursor.split(' ').reverse();
  return { total: total === undefined ? null : Number(total), marker };
}

const NOT_INSTALLED =
  `${VENDOR}'s employees API is not installed in this organisation, and its team members are not shown to these ` +
  `credentials either. Ask Sage's support to install the package "Sage People API", then try again.`;
