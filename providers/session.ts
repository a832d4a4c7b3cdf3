import { createHash } from 'node:crypto';
import { AuthorizationLost } from './errors.js';

/**
 * Tokens that credentials were exchanged for. All readers of one account in this process share one, because vendors
 * limit the exchange; one that is refused before its time is exchanged anew, once.
 */
export interface Token {
  readonly value: string;
  /** What came along with it and is needed to use it. */
  readonly facts: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; null: until it is refused. */
  readonly expiresAt: number | null;
}

const tokens = new Map<string, Promise<Token>>();
const MOST_TOKENS = 2_000;
/** A token is not used in its last minutes: a long list would meet its end. */
const EXCHANGE_MS = 30_000;
const MARGIN_MS = 5 * 60_000;

export class Session {
  readonly #key: string;
  readonly #exchange: (signal: AbortSignal) => Promise<Token>;

  /** @param account what was exchanged and where: another secret is another session. */
  constructor(account: readonly string[], exchange: (signal: AbortSignal) => Promise<Token>) {
    this.#key = createHash('sha256').update(JSON.stringify(account)).digest('base64');
    this.#exchange = exchange;
  }

  /** Works with a token; where that one is refused, once more with a new one. */
  async use<T>(work: (token: Token) => Promise<T>): Promise<T> {
    const known = tokens.get(this.#key);
    const token = await this.#open();
    try {
      return await work(token);
    } catch (error) {
      if (!(error instanceof AuthorizationLost)) throw error;
      await this.#forget(token);
      // One that was exchanged just now and is refused already will not be liked better the next time.
      if (known === undefined) throw error;
    }
    return work(await this.#open());
  }

  async #open(): Promise<Token> {
    const found = await tokens.get(this.#key);
    if (found !== undefined && (found.expiresAt === null || found.expiresAt - MARGIN_MS > Date.now())) return found;
    // Not the caller's signal: others wait for the same token.
    const exchange = this.#exchange(AbortSignal.timeout(EXCHANGE_MS));
    tokens.delete(this.#key);
    tokens.set(this.#key, exchange);
    const [oldest] = tokens.keys();
    if (tokens.size > MOST_TOKENS && oldest !== undefined) tokens.delete(oldest);
    try {
      return await exchange;
    } catch (error) {
      tokens.delete(this.#key);
      throw error;
    }
  }

  async #forget(refused: Token): Promise<void> {
    if ((await tokens.get(this.#key)) === refused) tokens.delete(this.#key);
  }
}
