import { AuthorizationLost, ProviderContractViolation } from '../errors.js';
import { createHttp, HostNotFound, type Http } from '../http.js';
import { assertNew, endingWith } from '../paging.js';
import { ReadAhead } from '../read-ahead.js';
import { EMPLOYEES, TERMINATED, customFieldsByLabel, filterRecord } from './employee.js';
import { idOfOne, readCustomFields, readEnvelope, saysNotFound, type CustomField, type Envelope } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { Credential, LookUp, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

/** Pages ready or under way beyond the one in hand, for each request allowed at once: one slow page stalls nobody. */
const DEPTH_PER_REQUEST = 4;
/** With custom fields a page costs 51 requests, so one page of them in advance keeps every connection busy. */
const DEPTH_WITH_CUSTOM_FIELDS = 1;
const MOST_SAMPLED_CUSTOM_FIELDS = 20;
const VENDOR = 'Sage HR';
/** An id of Sage HR; of nothing else an address is made. */
const NUMBER = /^[1-9]\d*$/;

/** Reads one Sage HR account. Both lists are paged by number, 50 a page, and give no "changed since" (README.md). */
export class SageHrClient implements ProviderClient {
  readonly #http: Http;
  readonly #subdomain: string;
  readonly #concurrency: number;

  constructor(credential: Credential, context: ProviderContext) {
    this.#subdomain = (credential.subdomain ?? '').toLowerCase();
    this.#concurrency = Math.max(1, context.concurrency);
    this.#http = createHttp({
      vendor: VENDOR,
      baseUrl: (context.baseUrl ?? 'https://{subdomain}.sage.hr/api').replaceAll('{subdomain}', this.#subdomain),
      headers: { 'x-auth-token': credential.apiKey ?? '' },
      concurrency: this.#concurrency,
      allowPrivate: context.baseUrl !== null,
      pace: context.pace,
      advice: {
        unauthorized:
          'Check in Sage HR, Settings > Integrations > API, that API access is enabled and that the owner of the key ' +
          'is still an admin, then enter the key shown there.',
        forbidden: 'Enter the API key of a user who is an admin in Sage HR.',
      },
    });
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const [employees, leavers] = await this.#named(() =>
      Promise.all([this.#fetchPage(EMPLOYEES, 1, signal), this.#fetchPage(TERMINATED, 1, signal)]),
    );
    const employed = employees.data.map(filterRecord);
    const sampled = employed.slice(0, MOST_SAMPLED_CUSTOM_FIELDS);
    const withCustomFields = await this.#addCustomFields(sampled, signal);
    return {
      people: employees.total ?? employed.length,
      exact: employees.total !== null || employees.next === null,
      records: [...withCustomFields, ...employed.slice(sampled.length), ...leavers.data.map(filterRecord)],
      account: this.#subdomain,
    };
  }

  async *readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES && list !== TERMINATED) throw new RangeError(`Sage HR has no list "${list}"`);
    // Leavers' custom fields are not documented, and a leaver is recognised by key alone.
    const customFields = options.customFields && list === EMPLOYEES;
    const ending = endingWith(options.signal);
    const ahead = new ReadAhead(
      customFields ? DEPTH_WITH_CUSTOM_FIELDS : DEPTH_PER_REQUEST * this.#concurrency,
      (number) => this.#readPage(list, number, customFields, ending.signal),
    );
    try {
      let number = pageNumber(cursor);
      let before: readonly JsonRecord[] = [];
      for (;;) {
        const { records, envelope } = await ahead.take(number);
        ahead.begin(envelope.next === null ? number : (envelope.lastPage ?? number));
        assertNew(VENDOR, `page ${number} of ${list}`, records, before);
        const next = records.length === 0 ? null : envelope.next;
        yield {
          list,
          number,
          cursor: number === 1 ? null : String(number),
          next: next === null ? null : String(next),
          total: envelope.total,
          records,
        };
        if (next === null) return;
        before = records;
        number = next;
      }
    } finally {
      ending.end();
    }
  }

  /** Gone is who stands in neither list: each of the two has to say so itself. */
  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    if (!NUMBER.test(personId)) return 'unknown';
    let answer: LookUp = 'gone';
    for (const list of [EMPLOYEES, TERMINATED]) {
      const { found, body } = await this.#http.get(`/${list}/${personId}`, {}, signal);
      if (found && idOfOne(body) === personId) return 'there';
      if (found || !saysNotFound(body)) answer = 'unknown';
    }
    return answer;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #readPage(list: string, number: number, customFields: boolean, signal: AbortSignal) {
    const envelope = await this.#fetchPage(list, number, signal);
    const records = envelope.data.map(filterRecord);
    return { envelope, records: customFields ? await this.#addCustomFields(records, signal) : records };
  }

  /** One page whose form is right. A wrong one is asked for once more: half an answer may have come from a cache. */
  async #fetchPage(list: string, number: number, signal: AbortSignal): Promise<Envelope> {
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#http.get(`/${list}`, { page: String(number) }, signal);
      if (!answer.found) return pastTheEnd(number, this.#subdomain);
      const envelope = readEnvelope(answer.body);
      const fault = faultOf(envelope, number);
      if (envelope !== null && fault === null) return envelope;
      if (repeated) throw new ProviderContractViolation(`${VENDOR}'s page ${number} of ${list} ${fault ?? ''}.`);
    }
  }

  /** `customFields` by label beside the vendor's own fields; people gone since the page was read come without. */
  async #addCustomFields(records: readonly JsonRecord[], signal: AbortSignal): Promise<JsonRecord[]> {
    return Promise.all(
      records.map(async (record) => {
        const fields = await this.#fetchCustomFields(record, signal);
        return fields === null ? record : { ...record, customFields: customFieldsByLabel(fields) };
      }),
    );
  }

  async #fetchCustomFields(record: JsonRecord, signal: AbortSignal): Promise<readonly CustomField[] | null> {
    if (typeof record.id !== 'number' && typeof record.id !== 'string') return null;
    const path = `/employees/${encodeURIComponent(record.id)}/custom-fields`;
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#http.get(path, {}, signal);
      if (!answer.found) return null;
      const fields = readCustomFields(answer.body);
      if (fields !== null) return fields;
      if (repeated)
        throw new ProviderContractViolation(`${VENDOR} answered with custom fields that are no list of such.`);
    }
  }

  /**
   * While somebody connects an account, a host name that does not exist is a mistyped one. In an import it is not: the
   * account was there before, so there the look-up of names is ill and repeating helps.
   */
  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof HostNotFound ? unknownSubdomain(this.#subdomain) : error;
    }
  }
}

/** What the page's envelope breaks of the vendor's contract, as the end of a sentence; null if nothing. */
function faultOf(envelope: Envelope | null, number: number): string | null {
  if (envelope === null) return 'is no list of people with the numbers of its pages';
  if (envelope.page !== null && envelope.page !== number) return `says that it is page ${envelope.page}`;
  if (envelope.next !== null && envelope.next <= number) return `names page ${envelope.next} as the next one`;
  return null;
}

/**
 * No first page means no account. A later one may be gone because the list has become shorter: it counts as an empty
 * end without a total, so that the proof of completeness compares what was read with what the other pages said.
 */
function pastTheEnd(number: number, subdomain: string): Envelope {
  if (number === 1) throw unknownSubdomain(subdomain);
  return { data: [], page: number, next: null, lastPage: null, total: null };
}

function unknownSubdomain(subdomain: string): AuthorizationLost {
  return new AuthorizationLost(
    `${VENDOR} has no account with the subdomain "${subdomain}". Sign in to Sage HR, take the subdomain from the ` +
      'address bar (acme of https://acme.sage.hr) and enter it again.',
  );
}

function pageNumber(cursor: string | null): number {
  if (cursor === null) return 1;
  if (!/^[1-9]\d{0,8}$/.test(cursor)) throw new RangeError(`a cursor of Sage HR is a page's number, not "${cursor}"`);
  return Number(cursor);
}
