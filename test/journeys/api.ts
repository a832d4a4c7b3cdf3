import { until } from '../harness/until.js';

/** The HTTP API as a caller sees it: addresses, a token, JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
  readonly headers: Headers;
}

/** The words of all answers together, as far as journeys look into them. */
export interface Body {
  readonly [name: string]: unknown;
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items: readonly Body[];
  readonly total: number;
  readonly operation: string;
  readonly employeeId: string;
  readonly email: string;
  readonly path: string;
  readonly from: string;
  readonly member: string;
  readonly firstImport: Body;
  readonly lastImport: Body | null;
  readonly seen: { readonly people: number };
  readonly failure: { readonly code: string; readonly detail: string } | null;
  readonly needsAttention: { readonly code: string; readonly detail: string } | null;
  readonly nextImportAt: string | null;
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly to: readonly string[];
}

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  as(token: string): Api {
    return new Api(this.url, token);
  }

  async ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, { body, headers }: Asked = {}): Promise<Answer> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return this.#send(method, path, body === undefined ? undefined : JSON.stringify(body), { ...json, ...headers });
  }

  /** A body that is not JSON, such as a file. */
  send(path: string, body: string | FormData, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return this.#send('POST', path, body, headers);
  }

  async #send(
    method: string,
    path: string,
    body: string | FormData | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    // Not text(): that would take the byte order mark away.
    const text = Buffer.from(await response.arrayBuffer()).toString('utf8');
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const parsed = (isJson && text !== '' ? JSON.parse(text) : {}) as Body;
    return { status: response.status, body: parsed, text, headers: response.headers };
  }

  /** The body of an answer that is no refusal. */
  async done(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, asked?: Asked): Promise<Body> {
    const { status, body, text } = await this.ask(method, path, asked);
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return body;
  }

  async ended(place: string, id: string): Promise<Body> {
    return until(`the import ${id} to end`, async () => {
      const found = await this.done('GET', `${place}/imports/${id}`);
      return found.endedAt === null ? null : found;
    });
  }

  /** Starts an import and waits for its end. */
  async import(place: string): Promise<Body> {
    const started = await this.done('POST', `${place}/imports`);
    return this.ended(place, started.id);
  }

  async mails(query: string): Promise<readonly Body[]> {
    const answer = await fetch(`${this.url}/dev/mail.json?limit=1000&${query}`);
    return ((await answer.json()) as Body).items;
  }
}
