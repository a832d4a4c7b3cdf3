import { ProviderContractViolation } from '../errors.js';
import { createHttp, type Http, type Query } from '../http.js';
import { assertNew, endingWith, numberOf, sample } from '../paging.js';
import { ReadAhead } from '../read-ahead.js';
import { filterRecord, liveJobs, PEOPLE, readEmployment, type MayRead } from './employee.js';
import { isObject } from '../record.js';
import { idOfOne, readEnvelope, sensitiveName, type Envelope } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type { Credential, LookUp, Page, Probe, ProviderClient, ProviderContext, ReadOptions } from '../provider.js';

const VENDOR = 'intelliHR';
const PER_PAGE = 100;
/** An id of intelliHR, a UUID; of nothing else an address is made. */
const ID = /^[0-9a-f-]{36}$/i;
/** Ids in one filter: they stand in the address, which has room for some thousand characters. */
const JOBS_ASKED_AT_ONCE = 50;
/** In the order in which they were entered, so that who is added meanwhile comes last. */
const ORDER = { limit: String(PER_PAGE), sort: 'createdAt' };
const JOB_FILTER = 'filters[personId][eq]';
/** People who were deleted in the moment between two requests; more of them at once is something else. */
const MOST_ASKED_ONE_BY_ONE = 20;

/** Reads one intelliHR tenant: the people page by page, and to each page the jobs of its people (README.md). */
export class IntelliHrClient implements ProviderClient {
  readonly #http: Http;
  readonly #tenant: string;
  readonly #concurrency: number;

  constructor(credential: Credential, context: ProviderContext) {
    this.#tenant = credential.subdomain ?? '';
    this.#concurrency = Math.max(1, context.concurrency);
    this.#http = createHttp({
      vendor: VENDOR,
      baseUrl: context.baseUrl ?? 'https://api.intellihr.io/v1',
      headers: { authorization: `Bearer ${credential.apiKey ?? ''}`, tenant: this.#tenant },
      concurrency: this.#concurrency,
      allowPrivate: context.baseUrl !== null,
      pace: context.pace,
      advice: {
        unauthorized:
          'Check that the subdomain is the first part of your address at intelliHR, and in Settings > Public API Access ' +
          'Keys that the key still exists, or create a new one.',
        forbidden: 'Create the access key as an administrator of intelliHR.',
      },
    });
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const pages = this.readPages(PEOPLE, null, { signal, customFields: true });
    const seen = await sample(pages, (record) => readEmployment(record, PEOPLE, 'utc').status === 'employed');
    return { ...seen, account: this.#tenant };
  }

  async *readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== PEOPLE) throw new RangeError(`${VENDOR} has no list "${list}"`);
    const ending = endingWith(options.signal);
    try {
      const mayRead = options.customFields ? await this.#mayRead(ending.signal) : null;
      const ahead = new ReadAhead(this.#concurrency, (number) => this.#read(number, mayRead, ending.signal));
      let before: readonly JsonRecord[] = [];
      for (let number = numberOf(VENDOR, cursor, 1); ; number += 1) {
        const { records, pages, total } = await ahead.take(number);
        ahead.begin(pages);
        assertNew(VENDOR, `page ${number} of ${list}`, records, before);
        const isLast = records.length === 0 || number >= pages;
        const [from, next] = [number === 1 ? null : String(number), isLast ? null : String(number + 1)];
        yield { list, number, cursor: from, next, total, records };
        if (isLast) return;
        before = records;
      }
    } finally {
      ending.end();
    }
  }

  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    if (!ID.test(personId)) return 'unknown';
    const { found, body } = await this.#http.get(`/people/${personId}`, {}, signal);
    if (found) return idOfOne(body) === personId ? 'there' : 'unknown';
    // The vendor's refusals are JSON; what else says 404 may stand between it and us.
    return isObject(body) ? 'gone' : 'unknown';
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #read(number: number, mayRead: MayRead | null, signal: AbortSignal) {
    const { data, pages, total } = await this.#page('/people', { ...ORDER, page: String(number) }, signal);
    const jobs = await this.#jobsOf(data, signal);
    const lacking = data.filter((person) => lacksJobs(person, jobs.get(person.id) ?? []));
    const gone = await this.#gone(lacking, signal);
    const records = data
      .filter((person) => !gone.has(person))
      .map((person) => filterRecord(person, jobs.get(person.id) ?? [], mayRead));
    return { records, pages, total };
  }

  /** Who was deleted since the page was read has no jobs any more; of everybody else it is a fault. */
  async #gone(people: readonly JsonRecord[], signal: AbortSignal): Promise<ReadonlySet<JsonRecord>> {
    const asked = people.slice(0, MOST_ASKED_ONE_BY_ONE);
    const answers = await Promise.all(
      asked.map(({ id }) =>
        this.#http.get(`/people/${encodeURIComponent(typeof id === 'string' ? id : '')}`, {}, signal),
      ),
    );
    const gone = new Set(asked.filter((_, at) => answers[at]?.found === false));
    if (gone.size < people.length) {
      const count = people.length - gone.size;
      throw new ProviderContractViolation(`${VENDOR} did not give the jobs of ${count} people who have one.`);
    }
    return gone;
  }

  /** The jobs of these people, by the id of the person. */
  async #jobsOf(people: readonly JsonRecord[], signal: AbortSignal): Promise<ReadonlyMap<unknown, JsonRecord[]>> {
    const ids = people.flatMap(({ id, jobs }) =>
      typeof id === 'string' && Array.isArray(jobs) && jobs.length > 0 ? [id] : [],
    );
    const chunks = Array.from({ length: Math.ceil(ids.length / JOBS_ASKED_AT_ONCE) }, (_, at) =>
      ids.slice(at * JOBS_ASKED_AT_ONCE, (at + 1) * JOBS_ASKED_AT_ONCE),
    );
    const found = (await Promise.all(chunks.map((chunk) => this.#jobs(chunk, signal)))).flat();
    const byPerson = new Map<unknown, JsonRecord[]>();
    for (const job of found) {
      const person = personOf(job);
      byPerson.set(person, [...(byPerson.get(person) ?? []), job]);
    }
    return byPerson;
  }

  async #jobs(people: readonly string[], signal: AbortSignal): Promise<JsonRecord[]> {
    const asked = new Set<unknown>(people);
    const jobs: JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const query = { ...ORDER, page: String(number), [JOB_FILTER]: people.join(',') };
      const { data, pages } = await this.#page('/jobs', query, signal);
      if (data.some((job) => !asked.has(personOf(job)))) {
        throw new ProviderContractViolation(`${VENDOR} gave jobs of people that were not asked for.`);
      }
      jobs.push(...data);
      if (data.length === 0 || number >= pages) return jobs;
    }
  }

  async #mayRead(signal: AbortSignal): Promise<MayRead> {
    const sensitive = new Set<string>();
    for (let number = 1; ; number += 1) {
      const query = { limit: String(PER_PAGE), page: String(number) };
      const { data, pages } = await this.#page('/custom-field-definitions', query, signal);
      for (const definition of data) sensitive.add(sensitiveName(definition) ?? '');
      if (data.length === 0 || number >= pages) return (apiName) => !sensitive.has(apiName);
    }
  }

  /** One page whose form is right. A wrong one is asked for once more: half an answer may have come from a cache. */
  async #page(path: string, query: Query, signal: AbortSignal): Promise<Envelope> {
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#http.get(path, query, signal);
      const envelope = answer.found ? readEnvelope(answer.body) : null;
      const fits = envelope !== null && (envelope.page === null || envelope.page === Number(query.page));
      if (fits) return envelope;
      if (repeated) throw new ProviderContractViolation(`${VENDOR}'s answer to ${path} is no page of a list.`);
    }
  }
}

/** Without the details of a job that goes on, half of what is known of a person would seem to be gone. */
function lacksJobs(person: JsonRecord, jobs: readonly JsonRecord[]): boolean {
  const known = new Set(jobs.map(({ id }) => id));
  return liveJobs(person).some((id) => !known.has(id));
}

function personOf({ person }: JsonRecord): unknown {
  return typeof person === 'object' && person !== null && 'id' in person ? person.id : undefined;
}
