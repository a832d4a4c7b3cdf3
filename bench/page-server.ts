import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exitWithParent } from '../embedded/parent-watch.js';
import { renderSageHrPages } from './sage-hr-pages.js';

/**
 * The HR system of the benchmark, a process of its own: it answers from memory what it rendered at its start, each
 * answer after `latency` milliseconds. It never changes, so a second import of it finds everything unchanged.
 * Arguments: people, latency. Tells its parent where it listens and whom it has.
 */
export interface PageServerReady {
  readonly url: string;
  readonly employed: number;
  readonly left: number;
}

const [people = '', latency = '0'] = process.argv.slice(2);
const pages = renderSageHrPages(Number(people));
const wait = Number(latency);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (wait === 0) answer(request, response);
  else setTimeout(() => answer(request, response), wait);
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const list = pages.lists[url.pathname.replace(/^\/api\//, '')];
  const page = list?.[Number(url.searchParams.get('page') ?? 1) - 1];
  if (page === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': page.length }).end(page);
}

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const ready: PageServerReady = { url: `http://127.0.0.1:${port}/api`, employed: pages.employed, left: pages.left };
  process.send?.(ready);
});
process.on('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  if (process.connected) process.disconnect();
});
exitWithParent();
