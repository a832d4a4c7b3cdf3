import { ProviderContractViolation } from '../errors.js';
import { createHttp, type Http, type Query } from '../http.js';
import { Session, type Token } from '../session.js';
import { isSalesforceHost } from './form.js';
import { readAccess } from './schema.js';
import type { Credential, ProviderContext } from '../provider.js';

export const VENDOR = 'Sage People';

/** One Salesforce organisation, reached by a token for the client's credentials, at the address that the token names. */
export class Salesforce {
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

  get(path: string, query: Query, signal: AbortSignal): ReturnType<Http['get']> {
    return this.#session.use((token) =>
      this.#at(this.#instanceOf(token)).get(path, query, signal, { authorization: `Bearer ${token.value}` }),
    );
  }

  organisation(): Promise<string | null> {
    return this.#session.use(({ facts }) => Promise.resolve(facts.organisation ?? null));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#https.values()].map((http) => http.close()));
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
