import type { z } from 'zod';
import type { problemSchema } from '../../api/contract/problem.js';

/** What the server refused, in its own words, which are written for people. */
export type ProblemBody = z.infer<typeof problemSchema>;

export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: ProblemBody['errors'] = [],
  ) {
    super(detail);
  }

  /** What is wrong with one field of the body, by its JSON pointer. */
  at(pointer: string): string | null {
    return this.errors.find((error) => error.pointer === pointer)?.detail ?? null;
  }
}

/** No answer came: the connection or the server is away. Nothing is known about what was asked. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** Rollcall took the command and has not finished it within a minute; it goes on by itself. */
export class StillRunning extends Error {
  override readonly name = 'StillRunning';
}

export interface Asked {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string | number | readonly (string | number)[] | null | undefined>>;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const BASE = '/api/v1';
const OPERATION_POLL_MS = 700;
const OPERATION_PATIENCE_MS = 60_000;

/** Of the present session; unsafe requests are refused without it. */
let csrfToken: string | null = null;
export function keepCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** Asks the API. A command that takes longer than a request is waited for here, so callers know one kind of answer. */
export async function ask<T>(method: Method, path: string, asked: Asked = {}): Promise<T> {
  const response = await request(method, address(path, asked.query), asked);
  if (response.status === 204) return undefined as T;
  const body = parsed(response.status, await response.text());
  if (!response.ok) throw toProblem(response.status, body);
  if (response.status === 202 && isOperation(body)) return finish<T>(body.operation, asked.signal);
  return body as T;
}

/**
 * Sends a file and tells how much of it is there, which `fetch` cannot.
 * @param onProgress the share that was sent, 0 to 1
 */
export async function send<T>(path: string, file: Blob, onProgress: (share: number) => void): Promise<T> {
  const { status, text } = await transfer(address(path), file, onProgress);
  const body = parsed(status, text);
  if (status >= 400) throw toProblem(status, body);
  return status === 202 && isOperation(body) ? finish<T>(body.operation, undefined) : (body as T);
}

function transfer(url: string, file: Blob, onProgress: (share: number) => void) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Content-Type', file.type);
    if (csrfToken !== null) request.setRequestHeader('X-CSRF-Token', csrfToken);
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => reject(new Unreachable('The server cannot be reached.')));
    request.send(file);
  });
}

export function address(path: string, query: Asked['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    const values = given === null || given === undefined ? [] : Array.isArray(given) ? given : [given];
    for (const value of values) parameters.append(name, String(value));
  }
  const text = parameters.toString();
  return `${BASE}${path}${text === '' ? '' : `?${text}`}`;
}

async function request(method: Method, url: string, { body, headers, signal }: Asked): Promise<Response> {
  const isRaw = body instanceof Blob || body instanceof FormData;
  const init: RequestInit = {
    method,
    headers: {
      Accept: 'application/json',
      ...(body === undefined || isRaw ? {} : { 'Content-Type': 'application/json' }),
      ...(method === 'GET' || csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }),
      ...headers,
    },
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    return await fetch(url, init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new Unreachable('The server cannot be reached.', { cause: error });
  }
}

function parsed(status: number, text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Problem(status, 'unreadable', '');
  }
}

function toProblem(status: number, body: unknown): Problem {
  if (typeof body !== 'object' || body === null || !('detail' in body)) return new Problem(status, 'unreadable', '');
  const { code, detail, errors } = body as ProblemBody;
  return new Problem(status, code, detail, errors);
}

function isOperation(body: unknown): body is { operation: string } {
  return typeof body === 'object' && body !== null && 'operation' in body && typeof body.operation === 'string';
}

interface Operation {
  readonly state: 'running' | 'done' | 'failed';
  readonly status: number | null;
  readonly answer: unknown;
}

async function finish<T>(operation: string, signal: AbortSignal | undefined): Promise<T> {
  const until = performance.now() + OPERATION_PATIENCE_MS;
  while (performance.now() < until) {
    await new Promise((done) => setTimeout(done, OPERATION_POLL_MS));
    const { state, status, answer } = await ask<Operation>('GET', `/operations/${operation}`, { signal });
    if (state === 'failed') throw toProblem(status ?? 500, answer);
    if (state === 'done') return answer as T;
  }
  throw new StillRunning('The command is still running.');
}
