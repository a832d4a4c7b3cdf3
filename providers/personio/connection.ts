import { ProviderContractViolation } from '../errors.js';
import { createHttp, type Exchange, type Http, type Query } from '../http.js';
import { Session } from '../session.js';
import { readToken } from './schema.js';
import type { Credential, ProviderContext } from '../provider.js';

export const VENDOR = 'Personio';
export const WHERE = 'Settings > Integrations > API credentials';

export type Version = 'v1' | 'v2';

/** One Personio account. Each version of the API has an exchange of the credentials of its own. */
export class Connection {
  readonly #http: Http;
  readonly #sessions: Readonly<Record<Version, Session>>;

  constructor(credential: Credential, context: ProviderContext) {
    const baseUrl = context.baseUrl ?? 'https://api.personio.de';
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
    const names = { client_id: clientId, client_secret: clientSecret };
    const session = (version: Version, path: string, exchange: Exchange) =>
      new Session([baseUrl, version, clientId, clientSecret], (signal) => this.#exchange(path, exchange, signal));
    this.#sessions = {
      v1: session('v1', '/v1/auth', { json: names }),
      v2: session('v2', '/v2/auth/token', { form: { grant_type: 'client_credentials', ...names } }),
    };
  }

  get(version: Version, path: string, query: Query, signal: AbortSignal): ReturnType<Http['get']> {
    return this.#sessions[version].use((token) =>
      this.#http.get(path, query, signal, { authorization: `Bearer ${token.value}` }),
    );
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #exchange(path: string, exchange: Exchange, signal: AbortSignal) {
    const answer = await this.#http.authenticate(path, exchange, signal);
    const token = answer.found ? readToken(answer.body) : null;
    if (token === null) throw new ProviderContractViolation(`${VENDOR} answered to the credentials with no token.`);
    const expiresAt = token.seconds === null ? null : Date.now() + token.seconds * 1000;
    return { value: token.value, facts: {}, expiresAt };
  }
}
