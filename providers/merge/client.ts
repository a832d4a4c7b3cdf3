import { AuthorizationLost, InsufficientScope, ProviderContractViolation, ProviderUnavailable } from '../errors.js';
import { createHttp, type Http, type Query } from '../http.js';
import { assertNew, sample } from '../paging.js';
import { isObject } from '../record.js';
import { EMPLOYEES, EXPANDED, filterRecord, readEmployment } from './employee.js';
import { readAccountToken, readEnvelope, readLink, readSyncStatus, type Envelope } from './schema.js';
import type { JsonRecord } from '../../domain/employee.js';
import type {
  Credential,
  Linking,
  LookUp,
  Page,
  Probe,
  ProviderClient,
  ProviderContext,
  ReadOptions,
} from '../provider.js';

const VENDOR = 'Merge';
/** The form of Merge's own ids. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PER_PAGE = 100;
/** What may not be read is switched off where the account is linked, so that Merge itself does not keep it. */
const DISABLED_FIELDS = ['ssn', 'gender', 'ethnicity', 'marital_status'];
const NOTHING_OF = { enabled_actions: [] };
const MINUTES_A_LINK_LASTS = 60;
/** Where Merge Link's script and the page that it opens come from. */
const SCRIPTS = 'https://cdn.merge.dev';

/** Requests to Merge: with the platform's key, and for one linked account with its token. */
function connectHttp({ baseUrl, platformKey, concurrency, pace }: ProviderContext, accountToken: string | null): Http {
  return createHttp({
    vendor: VENDOR,
    baseUrl: `${baseUrl ?? 'https://api.merge.dev/api'}/hris/v1`,
    headers: {
      authorization: `Bearer ${platformKey ?? ''}`,
      ...(accountToken === null ? {} : { 'x-account-token': accountToken }),
    },
    concurrency,
    allowPrivate: baseUrl !== null,
    pace,
    advice: {
      unauthorized:
        'Check that the HR system is still linked, and link it again if it is not; an operator checks the platform’s key.',
      forbidden: 'Allow the linked account to read employees in Merge.',
    },
  });
}

/** Reads one account that is linked at Merge, whatever HR system stands behind it (README.md). */
export class MergeClient implements ProviderClient {
  readonly #http: Http;

  constructor(credential: Credential, context: ProviderContext) {
    this.#http = connectHttp(context, credential.accountToken ?? '');
  }

  async probe(signal: AbortSignal): Promise<Probe> {
    const pages = this.readPages(EMPLOYEES, null, { signal, customFields: true });
    const seen = await sample(pages, (record) => readEmployment(record).status === 'employed');
    return { ...seen, account: null };
  }

  async *readPages(list: string, cursor: string | null, options: ReadOptions): AsyncGenerator<Page, void, undefined> {
    if (list !== EMPLOYEES) throw new RangeError(`${VENDOR} has no list "${list}"`);
    const { signal, customFields } = options;
    const kept = cursor === null ? null : readCursor(cursor);
    const sync = kept?.sync ?? (await this.#sync(signal));
    const seen = new Set<string>();
    let place = kept?.place ?? null;
    let before: readonly JsonRecord[] = [];
    for (let number = 1; ; number += 1) {
      const { people, next } = await this.#page(place, signal);
      const records = people.map((raw) => filterRecord(raw, customFields));
      assertNew(VENDOR, `page ${number}`, records, before);
      if (next !== null && (next === place || seen.has(next))) {
        throw new ProviderContractViolation(`${VENDOR}'s page ${number} leads back to one that was read already.`);
      }
      const page = { list, number, cursor: cursorOf(sync, place), next: cursorOf(sync, next), total: null, records };
      if (next === null) {
        yield (await this.#sync(signal)) === sync ? page : { ...page, doubt: SYNCED_MEANWHILE };
        return;
      }
      yield people.length > 0 ? page : { ...page, doubt: EMPTY_PAGE };
      seen.add(next);
      before = records;
      place = next;
    }
  }

  /**
   * Merge answers from its copy: gone is whom it marks as deleted in the HR system. Who is not in the copy at all may only
   * have been left out of it.
   */
  async lookUp(personId: string, signal: AbortSignal): Promise<LookUp> {
    const query = { remote_id: personId, include_deleted_data: 'true', page_size: String(PER_PAGE) };
    const answer = await this.#http.get('/employees', query, signal);
    const people = (answer.found ? readEnvelope(answer.body)?.people : null) ?? [];
    if (people.length === 0) return UUID.test(personId) ? this.#lookUpInCopy(personId, signal) : 'unknown';
    // Somebody else among them: the filter was not heeded, and whoever is wanted may stand on another page.
    if (people.some(({ remote_id: id }) => id !== personId)) return 'unknown';
    return people.every(isDeleted) ? 'gone' : 'there';
  }

  /** Of somebody whom the HR system gives no id the person's is Merge's own. */
  async #lookUpInCopy(id: string, signal: AbortSignal): Promise<LookUp> {
    const answer = await this.#http.get(`/employees/${id}`, {}, signal);
    if (!answer.found || !isObject(answer.body) || answer.body.id !== id) return 'unknown';
    return isDeleted(answer.body) ? 'gone' : 'there';
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** Which of Merge's own readings of the HR system is being served; until the first one is over, a part would look like all. */
  async #sync(signal: AbortSignal): Promise<string> {
    const answer = await this.#http.get('/sync-status', {}, signal);
    const status = answer.found ? readSyncStatus(answer.body) : null;
    if (status?.isFirst === true) {
      throw new ProviderUnavailable(
        `${VENDOR} is still reading the HR system for the first time; nobody is taken for gone.`,
      );
    }
    return status?.stamp ?? '';
  }

  async #page(cursor: string | null, signal: AbortSignal): Promise<Envelope> {
    const query: Query = {
      page_size: String(PER_PAGE),
      expand: EXPANDED,
      ...(cursor === null ? {} : { cursor }),
    };
    for (let repeated = false; ; repeated = true) {
      const answer = await this.#http.get('/employees', query, signal);
      const envelope = answer.found ? readEnvelope(answer.body) : null;
      const isHole = envelope?.people.length === 0 && envelope.next !== null;
      if (envelope !== null && (!isHole || repeated)) return envelope;
      // Half an answer may have come from a cache.
      if (repeated)
        throw new ProviderContractViolation(`${VENDOR} answered with something that is no list of employees.`);
    }
  }
}

const isDeleted = ({ remote_was_deleted: deleted }: JsonRecord): boolean => deleted === true;

const SYNCED_MEANWHILE = `${VENDOR} was reading the HR system while its copy was read here, so somebody may have been missed.`;

const EMPTY_PAGE = `${VENDOR} gave a page without people in the middle of the list, so somebody may have been missed.`;

/** A cursor tells which sync the list was begun with, so that whoever goes on can tell whether it is still the same. */
const cursorOf = (sync: string, place: string | null): string | null =>
  place === null ? null : `${encodeURIComponent(sync)} ${place}`;

function readCursor(cursor: string): { sync: string; place: string } {
  const [sync = '', ...rest] = cursor.split(' ');
  return { sync: decodeURIComponent(sync), place: rest.join(' ') };
}

/** Merge Link: a page of Merge's own, where somebody chooses an HR system and signs in to it. */
export const linking: Linking = {
  async begin({ organisation, origin, email }, context, signal) {
    requireKey(context);
    const http = connectHttp(context, null);
    try {
      const answer = await http.post(
        '/link-token',
        {
          end_user_email_address: email,
          end_user_organization_name: organisation,
          end_user_origin_id: origin,
          categories: ['hris'],
          link_expiry_mins: MINUTES_A_LINK_LASTS,
          should_create_magic_link_url: true,
          common_models: [
            { model_id: 'hris.Employee', enabled_actions: ['READ'], disabled_fields: DISABLED_FIELDS },
            { model_id: 'hris.BankInfo', ...NOTHING_OF },
            { model_id: 'hris.PayrollRun', ...NOTHING_OF },
          ],
        },
        signal,
      );
      const link = answer.found ? readLink(answer.body) : null;
      if (link === null) throw new ProviderContractViolation(`${VENDOR} answered with no token for a link.`);
      return link;
    } finally {
      await http.close();
    }
  },

  page: ({ baseUrl }) => ({ script: `${baseUrl ?? SCRIPTS}/initialize.js`, asks: baseUrl ?? 'https://api.merge.dev' }),

  async finish(credential, context, signal) {
    const { publicToken, ...rest } = credential;
    if (publicToken === undefined) return credential;
    requireKey(context);
    const http = connectHttp(context, null);
    try {
      const answer = await http.get(`/account-token/${encodeURIComponent(publicToken)}`, {}, signal);
      const accountToken = answer.found ? readAccountToken(answer.body) : null;
      if (accountToken === null) throw new InsufficientScope(USED_UP);
      return { ...rest, accountToken };
    } finally {
      await http.close();
    }
  },

  async end({ accountToken }, context, signal) {
    if (accountToken === undefined) return;
    requireKey(context);
    const http = connectHttp(context, accountToken);
    try {
      await http.post('/delete-account', {}, signal);
    } catch (error) {
      // It was deleted before, or its token was.
      if (!(error instanceof AuthorizationLost)) throw error;
    } finally {
      await http.close();
    }
  },
};

const USED_UP = `${VENDOR} does not know this public token: it is good for one use. Open a new link and choose the HR system again.`;

function requireKey({ platformKey }: ProviderContext): void {
  if (platformKey === null) throw new ProviderUnavailable(`${VENDOR} is not configured on this platform.`);
}
