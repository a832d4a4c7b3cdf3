import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and its simulated vendor, and spoils some of the vendor's answers about the list. */
export interface Spoil {
  /** Which of the answers about the list, from 1. */
  readonly at: number;
  /** How many of them from there on. */
  readonly times: number;
  /** Gives the answer instead, or `ENDLESS`. `earlier` are the answers about the list before this one, as they were sent. */
  readonly spoil: (answer: string, earlier: readonly string[]) => string;
}

export const ENDLESS = '(endless)';

export interface LyingProxy {
  readonly url: string;
  close(): Promise<void>;
}

const PIECE = 'x'.repeat(64 * 1024);

export async function startLyingProxy(target: string, list: string, { at, times, spoil }: Spoil): Promise<LyingProxy> {
  const { origin, hostname, port } = new URL(target);
  const earlier: string[] = [];
  let own = '';
  const server = createServer((incoming, response) => {
    const forward = request(
      { hostname, port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, host: hostname } },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('end', () => {
          // Addresses in an answer lead back to here.
          const text = Buffer.concat(pieces).toString().replaceAll(origin, own);
          const isList = (incoming.url ?? '').split('?')[0]?.endsWith(list) === true && incoming.method === 'GET';
          const number = isList ? earlier.length + 1 : 0;
          const spoilt = number >= at && number < at + times ? spoil(text, earlier) : text;
          if (isList) earlier.push(spoilt);
          send(response, answer.statusCode ?? 500, spoilt);
        });
      },
    );
    forward.on('error', () => response.destroy());
    incoming.pipe(forward);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: target.replace(origin, own),
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function send(response: ServerResponse, status: number, text: string): void {
  if (status === 204) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json' });
  if (text === ENDLESS) pour(response);
  else response.end(text);
}

function pour(response: ServerResponse): void {
  while (!response.destroyed && response.write(PIECE)) continue;
  if (!response.destroyed) response.once('drain', () => pour(response));
}
