import { InsufficientScope, ProviderContractViolation } from '../errors.js';
import { createHttp, type Http, type Query } from '../http.js';
import { assertNew, numberOf, sample } from '../paging.js';
import { Session } from '../session.js';
import { customKeys, EMPLOYEES, filterRecord, isCustomField, readEmployment, STANDARD, STATUS } from './employee.js';
import { readAttributes, readEnvelope, readToken, type Attribute, type Envelope } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { Credential, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

const VENDOR = 'Personio';
const LIST = '/v1/company/employees';
/** The vendor's most since 2025. Its limit of 300 requests a minute makes one after the other fast enough. */
const PER_PAGE = 100;
const WHERE = 'Settings > Integrations > API credentials';

/** Reads one Personio account by the API v1. The list is paged by the number of the first record (README.md). */
export class PersonioClient implements ProviderClient {
  readonly #http: Http;
  readonly #session: Session;
  readonly #credential: Credential;

  constructor(credential: Credential, context: ProviderContext) {
    const baseUrl = context.baseUrl ?? 'https://api.personio.de';
    this.#credential = credential;
    this.#http = createHttp({
      vendor: VENDOR,
      baseUrl,
      headers: { 'x-personio-partner-id': 'ROLLCALL', 'x-personio-app-id': 'ROLLCALL' },
      concurrency: context.concurrency,
      allowPrivate: context.baseUrl !== null,
      pace: context.pace,
      advice: {
        unauthorized: `Check in Personio, ${WHERE}, that the credentials still exist, or create new ones and enter both their parts.`,
        forbidden: `Allow these credentials to read employees in Personio, ${WHERE}.`,
      },
    });
    const { clientId = '', clientSecret = '' } = credential;
    this.#session = new Session([baseUrl, clientId, clientSecret], (signal) => this.#exchange(signal));
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const pages = this.readPages(EMPLOYEES, null, { signal, customFields: true });
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    const granted = [...((await this.#granted(signal)) ?? [])].filter(([key]) => isCustomField(key));
    const labels = Object.fromEntries(granted.map(([key, { label }]) => [key, label]));
    return { ...seen, account: null, labels };
  }

  async *readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES) throw new RangeError(`${VENDOR} has no list "${list}"`);
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
        list,
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

  close(): Promise<void> {
    return this.#http.close();
  }

  /** What these credentials may read; null where the vendor does not tell. */
  async #granted(signal: AbortSignal): Promise<ReadonlyMap<string, Attribute> | null> {
    try {
      const answer = await this.#get(`${LIST}/attributes`, {}, signal);
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
      const answer = await this.#get(LIST, query, signal);
      const envelope = answer.found ? readEnvelope(answer.body) : null;
      if (envelope !== null) return envelope;
      // Half an answer may have come from a cache.
      if (repeated) throw new ProviderContractViolation(`${VENDOR}'s page at ${offset} is no list of employees.`);
    }
  }

  #get(path: string, query: Query, signal: AbortSignal) {
    return this.#session.use((token) =>
      this.#http.get(path, query, signal, { authorization: `Bearer ${token.value}` }),
    );
  }

  async #exchange(signal: AbortSignal) {
    const { clientId, clientSecret } = this.#credential;
    const json = { client_id: clientId, client_secret: clientSecret };
    const answer = await this.#http.authenticate('/v1/auth', { json }, signal);
    const token = answer.found ? readToken(answer.body) : null;
    if (token === null) throw new ProviderContractViolation(`${VENDOR} answered to the credentials with no token.`);
    const expiresAt = token.seconds === null ? null : Date.now() + token.seconds * 1000;
    return { value: token.value, facts: {}, expiresAt };
  }
}

/** Asked for by name, so that nothing else is even sent; nothing is named where the vendor does not tell what it may. */
function wantedAttributes(granted: ReadonlyMap<string, Attribute> | null, customFields: boolean): readonly string[] {
  if (granted === null) return customFields ? [] : STANDARD;
  return [...STANDARD.filter((key) => key === 'id' || granted.has(key)), ...(customFields ? customKeys(granted) : [])];
}

class StatusHidden extends InsufficientScope {
  constructor() {
    super(
      `${VENDOR} does not show the attribute Status to these credentials, so nobody can tell who has left. Tick Status, ` +
        `Hire date and Last day of work for them in Personio, ${WHERE} > readable employee attributes.`,
    );
  }
}

function requireStatus(isThere: boolean): void {
  if (!isThere) throw new StatusHidden();
}
