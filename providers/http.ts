import { isAscii } from 'node:buffer';
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Agent, type Dispatcher } from 'undici';
import { guardedConnector } from './address-guard.js';
import {
  AuthorizationLost,
  InsufficientScope,
  ProviderContractViolation,
  ProviderError,
  ProviderUnavailable,
  RateLimited,
} from './errors.js';
import { retryAfterSeconds } from './retry-after.js';
import { Slots } from './slots.js';
import type { LookupFunction } from 'node:net';
import type { Pace } from './provider.js';

/**
 * The one HTTP client of all providers: JSON in and out, a pool of its own, every wait and every size bounded,
 * redirects never followed (the credentials would go with them), addresses guarded. A short hiccup is repeated here;
 * whatever needs a longer wait is thrown, because waiting durably is Temporal's trade. What it throws speaks of
 * status and vendor only: never of a body, a header or a query, since those hold people and keys.
 */
export interface HttpOptions {
  /** The vendor's name in sentences. */
  readonly vendor: string;
  /** Requests go below this address and nowhere else. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** True only for an address that an operator configured. */
  readonly allowPrivate: boolean;
  /** Shared with all who ask the same account. */
  readonly pace: Pace | null;
  readonly limits?: Partial<HttpLimits>;
  /** What the admin can do about a refusal, appended to the sentence. */
  readonly advice: { readonly unauthorized: string; readonly forbidden: string };
  readonly lookup?: LookupFunction;
}

interface HttpLimits {
  readonly connectMs: number;
  /** Until the first byte of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly bodyMs: number;
  /** For the whole request with its repetitions. */
  readonly deadlineMs: number;
  readonly bodyBytes: number;
  /** Quick repetitions after a network fault or a fault of the server. */
  readonly repetitions: number;
  readonly repetitionMs: number;
}

/**
 * A 404 is an answer: what it means (no such account, no such person, no such page) only the provider knows. `body` is what
 * came with it; null where that was no JSON: then somebody else than the vendor's API may have answered.
 */
type Answer = { readonly found: true; readonly body: unknown } | { readonly found: false; readonly body: unknown };

export type Query = Readonly<Record<string, string | readonly string[]>>;

export interface Http {
  /** `path` begins with a slash and is appended to the base address. Repeated quickly if it fails by chance. */
  get(path: string, query: Query, signal: AbortSignal, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Sends JSON, once. */
  post(path: string, body: unknown, signal: AbortSignal): Promise<Answer>;
  /** Exchanges credentials for a token, once: whatever the vendor refuses about it is the credentials. */
  authenticate(path: string, body: Exchange, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

export type Exchange = { readonly json: unknown } | { readonly form: Readonly<Record<string, string>> };

/** The host name does not exist. It may be mistyped or the resolver may be ill; the provider knows which is likely. */
export class HostNotFound extends ProviderUnavailable {}

const LIMITS: HttpLimits = {
  connectMs: 10_000,
  headersMs: 15_000,
  bodyMs: 15_000,
  deadlineMs: 30_000,
  bodyBytes: 20 * 1024 * 1024,
  repetitions: 2,
  repetitionMs: 200,
};

/** What hangs is not asked again at once: whoever asks has other things to do meanwhile, and comes back later. */
const QUICK_FAILURE_MS = 5_000;

/** Bytes of a refusal's body that are read off so that the connection can serve again; a longer one is cut. */
const MOST_READ_OFF = 64 * 1024;
const NO_CONTENT = 204;

interface Line {
  readonly options: HttpOptions;
  readonly limits: HttpLimits;
  /** All requests go here, whatever their path holds. */
  readonly origin: string;
  /** Before every path; without a slash at its end. */
  readonly base: string;
  readonly agent: Agent;
  readonly slots: Slots;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly repetitions: number;
  /** What else than 401 means that the credentials are no good. */
  readonly refusedBy: readonly number[];
}

const PLAIN = { query: {}, headers: {}, body: null, repetitions: 0, refusedBy: [] };
const JSON_BODY = { 'content-type': 'application/json' };
const FORM_BODY = { 'content-type': 'application/x-www-form-urlencoded' };

export function createHttp(options: HttpOptions): Http {
  const limits = { ...LIMITS, ...options.limits };
  const agent = new Agent({
    connections: options.concurrency,
    pipelining: 1,
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    maxResponseSize: limits.bodyBytes,
    connect: guardedConnector({
      allowPrivate: options.allowPrivate,
      connectMs: limits.connectMs,
      lookup: options.lookup,
    }),
  });
  const { origin, pathname } = new URL(options.baseUrl);
  const base = pathname.replace(/\/+$/, '');
  const line: Line = { options, limits, origin, base, agent, slots: new Slots(options.concurrency) };
  return {
    get: (path, query, signal, headers = {}) =>
      take(line, { ...PLAIN, method: 'GET', path, query, headers, repetitions: limits.repetitions }, signal),
    post: (path, body, signal) =>
      take(line, { ...PLAIN, method: 'POST', path, headers: JSON_BODY, body: JSON.stringify(body) }, signal),
    authenticate: (path, body, signal) => {
      const given =
        'json' in body
          ? { headers: JSON_BODY, body: JSON.stringify(body.json) }
          : { headers: FORM_BODY, body: new URLSearchParams(body.form).toString() };
      return take(line, { ...PLAIN, ...given, method: 'POST', path, refusedBy: [400, 403, 404, 422] }, signal);
    },
    // Not close(): a request that hangs would hold it up until its deadline.
    close: () => agent.destroy(),
  };
}

/** Waits for a place, then asks and repeats until the deadline; the caller's abort ends all of it with its reason. */
async function take(line: Line, call: Call, signal: AbortSignal): Promise<Answer> {
  // Every request in the queue listens to the caller's signal; many listeners are meant here, no leak.
  setMaxListeners(0, signal);
  return line.slots.run(signal, async () => {
    await line.options.pace?.turn(signal);
    const ending = new AbortController();
    const stop = () => ending.abort();
    const deadline = setTimeout(stop, line.limits.deadlineMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await repeat(line, call, ending.signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RateLimited) await line.options.pace?.slowDown(error.retryAfterSeconds);
      if (!ending.signal.aborted) throw error;
      throw new ProviderUnavailable(
        `${line.options.vendor} did not finish its answer within ${line.limits.deadlineMs / 1000} seconds.`,
      );
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
    }
  });
}

async function repeat(line: Line, call: Call, signal: AbortSignal): Promise<Answer> {
  for (let repetition = 0; ; repetition += 1) {
    const begun = Date.now();
    try {
      return await ask(line, call, signal);
    } catch (error) {
      const isQuick = Date.now() - begun < QUICK_FAILURE_MS;
      const worth = error instanceof ProviderUnavailable && isQuick && repetition < call.repetitions && !signal.aborted;
      if (!worth) throw error;
    }
    // Half fixed, half by chance, doubled each time: many readers do not come back in step.
    await wait(line.limits.repetitionMs * 2 ** repetition * (0.5 + Math.random() / 2), undefined, { signal });
  }
}

async function ask(line: Line, call: Call, signal: AbortSignal): Promise<Answer> {
  const { vendor, headers } = line.options;
  let answer: Dispatcher.ResponseData;
  try {
    answer = await line.agent.request({
      origin: line.origin,
      path: pathOf(line, call),
      method: call.method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...call.headers,
      },
      body: call.body,
      signal,
    });
  } catch (error) {
    throw fault(line, error);
  }
  if (answer.statusCode < 200 || answer.statusCode > 299) {
    const isMissing = answer.statusCode === 404 && !call.refusedBy.includes(answer.statusCode);
    if (isMissing) return { found: false, body: await readSmall(answer) };
    // The status says enough; the body is read off for the connection's sake, and may well be broken.
    await answer.body.dump({ limit: MOST_READ_OFF }).catch(() => answer.body.destroy());
    if (call.refusedBy.includes(answer.statusCode)) throw unauthorized(line);
    throw refusal(line, answer);
  }
  if (answer.statusCode === NO_CONTENT) {
    await answer.body.dump();
    return { found: true, body: null };
  }
  const bytes = await answer.body.bytes().catch((error: unknown) => {
    throw fault(line, error);
  });
  try {
    return { found: true, body: JSON.parse(decode(bytes)) as unknown };
  } catch {
    // The parser's own sentence quotes the body, so it is not passed on.
    throw new ProviderUnavailable(`${vendor} answered with something that is not JSON, or with only a part of it.`);
  }
}

/** The JSON that a refusal came with; null where it is none, or too long to be one. */
async function readSmall({ body }: Dispatcher.ResponseData): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      bytes += piece.length;
      // Leaving the loop ends the connection.
      if (bytes > MOST_READ_OFF) return null;
      pieces.push(piece);
    }
    return JSON.parse(Buffer.concat(pieces).toString()) as unknown;
  } catch {
    return null;
  }
}

/** Most answers are plain, and read as such in a quarter of the time; a byte order mark is no part of the text. */
function decode(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isAscii(buffer) ? buffer.toString('latin1') : UTF8.decode(buffer);
}

const UTF8 = new TextDecoder();

/** A path like this is written as it is; whatever else one may hold is encoded. */
const PLAIN_PATH = /^(?:\/[\w~%-][\w.~%-]*)+$/;

function pathOf({ origin, base }: Line, { path, query }: Call): string {
  const url = new URL(origin);
  const pathname = PLAIN_PATH.test(path) ? base + path : Object.assign(url, { pathname: base + path }).pathname;
  const given = new URLSearchParams();
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values].flat()) given.append(name, value);
  }
  return given.size === 0 ? pathname : `${pathname}?${given.toString()}`;
}

function unauthorized({ options }: Line): AuthorizationLost {
  return new AuthorizationLost(`${options.vendor} refused the credentials. ${options.advice.unauthorized}`);
}

function refusal(line: Line, answer: Dispatcher.ResponseData): ProviderError {
  const { vendor, advice } = line.options;
  const status = answer.statusCode;
  const said = `${vendor} answered with HTTP ${status}`;
  if (status === 401) return unauthorized(line);
  if (status === 403) return new InsufficientScope(`${vendor} does not allow this to be read. ${advice.forbidden}`);
  if (status === 429) {
    const header = answer.headers['retry-after'];
    const seconds = retryAfterSeconds((Array.isArray(header) ? header[0] : header) ?? null, Date.now());
    const named = seconds === null ? 'did not say for how long' : `named ${seconds} seconds`;
    return new RateLimited(`${vendor} asked to be called more slowly and ${named}.`, seconds);
  }
  if (status === 408 || status === 425 || status >= 500) {
    return new ProviderUnavailable(`${said}: it cannot answer at the moment.`);
  }
  if (status >= 300 && status < 400) {
    return new ProviderContractViolation(
      `${said}, a redirect. Redirects are never followed, because the credentials would go along. Check the address.`,
    );
  }
  return new ProviderContractViolation(`${said}, which its description does not foresee for this request.`);
}

/** An error of the connection, in our words; its code is named, its message may hold what must not be told. */
function fault(line: Line, error: unknown): Error {
  const { vendor } = line.options;
  if (error instanceof ProviderError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no code';
  switch (code) {
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
      return new ProviderContractViolation(
        `${vendor} sent an answer of more than ${line.limits.bodyBytes} bytes, the most that is read.`,
      );
    case 'ENOTFOUND':
      return new HostNotFound(`The address of ${vendor} does not exist, or names cannot be looked up here.`);
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new ProviderUnavailable(`${vendor} did not answer in time.`);
    default:
      return new ProviderUnavailable(`The connection to ${vendor} failed (${code}).`);
  }
}
