import { ProviderContractViolation } from '../errors.js';
import { createHttp, type Http } from '../http.js';
import { assertNew, sample } from '../paging.js';
import { Session, type Token } from '../session.js';
import { EMPLOYEES, filterRecord, readEmployment } from './employee.js';
import { isSalesforceHost } from './form.js';
import { readAccess, readPage } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { Credential, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

const VENDOR = 'Sage People';
const LIST = '/services/apexrest/spapi/v4/employees';

/**
 * Reads one Sage People account by its own API. The list is paged by the id of the last person, has no total and no
 * fixed size of a page, and is over when a page is empty (README.md).
 */
export class SagePeopleClient implements ProviderClient {
  readonly #context: ProviderContext;
  readonly #credential: Credential;
  readonly #home: string;
  readonly #session: Session;
  /** By address: the token names the one where the organisation lives. */
  readonly #https = new Map<string, Http>();

  constructor(credential: Credential, context: ProviderContext) {
    this.#context = context;
    this.#credential = credential;
    this.#home = context.baseUrl ?? `https://${credential.hostname ?? ''}`;
    const { consumerKey = '', consumerSecret = '' } = credential;
    this.#session = new Session([this.#home, consumerKey, consumerSecret], (signal) => this.#exchange(signal));
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const pages = this.readPages(EMPLOYEES, null, { signal, customFields: true });
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    const account = await this.#session.use(async ({ facts }) => facts.organisation ?? null);
    return { ...seen, account };
  }

  async *readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES) throw new RangeError(`${VENDOR} has no list "${list}"`);
    const { signal, customFields } = options;
    let marker = cursor;
    let before: readonly JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const records = (await this.#page(marker, signal)).map((raw) => filterRecord(raw, customFields));
      assertNew(VENDOR, `page ${number}`, records, before);
      const last = records.at(-1)?.id;
      if (last !== undefined && (typeof last !== 'string' || last === marker)) {
        throw new ProviderContractViolation(
          `${VENDOR}'s page ${number} does not end with a new id, so none can follow.`,
        );
      }
      yield { list, number, cursor: marker, next: last ?? null, total: null, records };
      if (last === undefined) return;
      before = records;
      marker = last;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#https.values()].map((http) => http.close()));
  }

  async #page(marker: string | null, signal: AbortSignal): Promise<readonly JsonRecord[]> {
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#session.use((token) =>
        this.#at(this.#instanceOf(token)).get(LIST, marker === null ? {} : { marker }, signal, {
          authorization: `Bearer ${token.value}`,
        }),
      );
      if (!answer.found) throw new ProviderContractViolation(NOT_INSTALLED);
      const page = readPage(answer.body);
      // An empty page is the end of the list: nothing else says so, so it is asked for twice.
      if (page !== null && (page.length > 0 || repeated)) return page;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR} answered with something that is no list of people.`);
    }
  }

  #instanceOf({ facts }: Token): string {
    // A configured address stands for the whole vendor.
    return this.#context.baseUrl ?? facts.instance ?? this.#home;
  }

  #at(baseUrl: string): Http {
    const known = this.#https.get(baseUrl);
    if (known !== undefined) return known;
    const http = createHttp({
      vendor: VENDOR,
      baseUrl,
      headers: {},
      concurrency: this.#context.concurrency,
      allowPrivate: this.#context.baseUrl !== null,
      pace: this.#context.pace,
      advice: {
        unauthorized:
          'Check in Salesforce Setup that the app still exists, is active and allows the client credentials flow, then ' +
          'enter its consumer key and secret.',
        forbidden:
          'Give the user that the app runs as the permission set "Sage People Employees API", with "View All" on Team Members.',
      },
    });
    this.#https.set(baseUrl, http);
    return http;
  }

  async #exchange(signal: AbortSignal): Promise<Token> {
    const { consumerKey = '', consumerSecret = '' } = this.#credential;
    const form = { grant_type: 'client_credentials', client_id: consumerKey, client_secret: consumerSecret };
    const answer = await this.#at(this.#home).authenticate('/services/oauth2/token', { form }, signal);
    const access = answer.found ? readAccess(answer.body) : null;
    if (access === null) throw new ProviderContractViolation(`${VENDOR} answered to the credentials with no token.`);
    const { token, instance, organisation } = access;
    if (instance !== null && !isSalesforceHost(instance)) {
      throw new ProviderContractViolation(`${VENDOR} names an address for its data that is not Salesforce's.`);
    }
    // Salesforce does not say how long it lasts: it is used until it is refused.
    return {
      value: token,
      facts: { ...(instance === null ? {} : { instance }), ...(organisation === null ? {} : { organisation }) },
      expiresAt: null,
    };
  }
}

const NOT_INSTALLED = `${VENDOR}'s employees API is not installed in this organisation. Ask Sage's support to install the package "Sage People API", then try again.`;
