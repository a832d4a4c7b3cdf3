import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server under every simulator: reads a request whole, sends JSON, and closes at once even while answers hang. */
export interface Incoming {
  readonly method: string;
  /** Without empty parts. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** As it came; `{}` parsed where there was none. */
  readonly text: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Instead of the body: a script for a page, whatever page asks. */
  readonly script?: string;
}

export interface Served {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 1024 * 1024;

/** @param handle answers by itself or gives what is to be sent. */
export async function serve(
  { port, host = '127.0.0.1' }: { readonly port?: number | undefined; readonly host?: string | undefined },
  handle: (incoming: Incoming, response: ServerResponse) => Promise<Reply | null>,
): Promise<Served> {
  const server = createServer((request, response) => {
    read(request)
      .then((incoming) => handle(incoming, response))
      .then((reply) => {
        if (reply !== null) send(response, reply);
      })
      .catch((error: unknown) => {
        const detail = error instanceof Error ? error.message : String(error);
        if (response.headersSent) response.destroy();
        else send(response, { status: 500, body: { error_code: 'simulator_fault', errors: [detail] } });
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port ?? 0, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Answers that hang on purpose would hold it open.
        server.closeAllConnections();
      }),
  };
}

/** The body as JSON; none is an empty object. */
export function jsonOf({ text }: Incoming): unknown {
  return text === '' ? {} : (JSON.parse(text) as unknown);
}

export function formOf({ text }: Incoming): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(text));
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new RangeError(`a body may have ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    path: url.pathname.split('/').filter((part) => part !== ''),
    query: url.searchParams,
    headers: request.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}

function send(response: ServerResponse, { status, body, script }: Reply): void {
  if (script !== undefined) {
    response.writeHead(status, { 'content-type': 'text/javascript; charset=utf-8' }).end(script);
    return;
  }
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    // As the vendors answer pages of others.
    'access-control-allow-origin': '*',
  });
  response.end(text);
}
