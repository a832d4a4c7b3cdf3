import type { ServerResponse } from 'node:http';

/** What can go wrong on purpose. Vendor-neutral, so that every simulator fails in the same words. */
const KINDS = [
  '401',
  '403',
  '404',
  '429',
  '500',
  '502',
  '503',
  'hang',
  'cut-off',
  'html',
  'slow',
  'held',
  'short',
] as const;
type Kind = (typeof KINDS)[number];

export interface Fault {
  readonly kind: Kind;
  /** A part of the path that the fault is about; absent: every request. */
  readonly list?: string;
  /** The page it is about; absent: every page. */
  readonly page?: number;
  /** How many requests it still hits; absent: until faults are deleted. */
  times?: number;
  /** The Retry-After header, as it is sent: seconds or an HTTP date. */
  readonly retryAfter?: string;
  readonly delayMs?: number;
}

/** The faults of one company, in the order in which they were asked for; the first that fits is had. */
export class Faults {
  readonly #faults: Fault[] = [];
  readonly #hanging = new Set<ServerResponse>();
  readonly #held: (() => void)[] = [];

  add(body: Readonly<Record<string, unknown>>): Fault {
    const kind = KINDS.find((known) => known === String(body.kind));
    if (kind === undefined) throw new RangeError(`kind must be one of ${KINDS.join(', ')}`);
    const fault: Fault = {
      kind,
      ...(typeof body.list === 'string' ? { list: body.list } : {}),
      ...(typeof body.page === 'number' ? { page: body.page } : {}),
      ...(typeof body.times === 'number' ? { times: body.times } : {}),
      ...(typeof body.retryAfter === 'string' || typeof body.retryAfter === 'number'
        ? { retryAfter: String(body.retryAfter) }
        : {}),
      ...(typeof body.delayMs === 'number' ? { delayMs: body.delayMs } : {}),
    };
    this.#faults.push(fault);
    return fault;
  }

  /** Ends what hangs, too, and answers what was held. */
  clear(): void {
    this.#faults.length = 0;
    for (const release of this.#held.splice(0)) release();
    for (const response of this.#hanging) response.destroy();
    this.#hanging.clear();
  }

  hang(response: ServerResponse): void {
    this.#hanging.add(response);
    response.once('close', () => this.#hanging.delete(response));
  }

  untilCleared(): Promise<void> {
    return new Promise((resolve) => this.#held.push(resolve));
  }

  /** The fault that this request meets, counted as used. */
  meet(path: string, page: number): Fault | null {
    const fault = this.#faults.find(
      (candidate) =>
        (candidate.list === undefined || path.includes(candidate.list)) &&
        (candidate.page === undefined || candidate.page === page) &&
        candidate.times !== 0,
    );
    if (fault?.times !== undefined) fault.times -= 1;
    return fault ?? null;
  }
}

/** Answers with the fault. False for `slow` and `held`: the right answer follows. */
export async function misbehave(
  faults: Faults,
  fault: Fault,
  response: ServerResponse,
  rightAnswer: () => string,
): Promise<boolean> {
  if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  switch (fault.kind) {
    case 'slow':
      return false;
    case 'held':
      await faults.untilCleared();
      return false;
    case 'hang':
      // Nothing is ever sent; the socket ends with the client's patience, the faults or the server's close.
      faults.hang(response);
      return true;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
      return true;
    case 'short':
      response.writeHead(200, { 'content-type': 'application/json' }).end(shortened(rightAnswer()));
      return true;
    case 'cut-off': {
      const whole = Buffer.from(rightAnswer());
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
      response.write(whole.subarray(0, whole.length >> 1), () => response.destroy());
      return true;
    }
    case '404':
      // As the vendors say it of somebody whom they do not have.
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error_code: 'not_found', errors: [] }));
      return true;
    case '401':
    case '403':
    case '429':
    case '500':
    case '502':
    case '503':
      response
        .writeHead(Number(fault.kind), {
          'content-type': 'application/json',
          ...(fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter }),
        })
        .end(JSON.stringify({ error_code: `http_${fault.kind}`, errors: [] }));
      return true;
  }
}

const LEFT_OUT = 2;

/** The answer with the last people of each list left out, and every number in it as it was: a list that lies. */
function shortened(answer: string): string {
  return JSON.stringify(JSON.parse(answer), (_, value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'object') ? value.slice(0, -LEFT_OUT) : value,
  );
}

/** What was asked for, for tests that count. */
export class RequestLog {
  #paths = new Map<string, number>();
  #active = 0;
  #mostAtOnce = 0;

  /** Counts a request; the returned function tells that it is over. */
  begin(path: string): () => void {
    const shape = path.replace(/\/\d+(?=\/|$)/g, '/{id}');
    this.#paths.set(shape, (this.#paths.get(shape) ?? 0) + 1);
    this.#active += 1;
    this.#mostAtOnce = Math.max(this.#mostAtOnce, this.#active);
    return () => (this.#active -= 1);
  }

  report(): { total: number; paths: Record<string, number>; active: number; maxConcurrent: number } {
    const total = [...this.#paths.values()].reduce((sum, count) => sum + count, 0);
    return { total, paths: Object.fromEntries(this.#paths), active: this.#active, maxConcurrent: this.#mostAtOnce };
  }

  clear(): void {
    this.#paths = new Map();
    this.#mostAtOnce = this.#active;
  }
}
