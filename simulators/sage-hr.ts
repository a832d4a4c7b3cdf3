import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { misbehave } from './faults.js';
import { SageHrWorld, type Site } from './sage-hr-world.js';
import { answerVendor, type Reply } from './sage-hr-answers.js';
import { answerControl } from './sage-hr-control.js';
import type { AddressInfo } from 'node:net';

/**
 * Sage HR as its public description says (README.md), for demo, tests and bench. One server stands for all
 * subdomains: `http://…/{subdomain}/api` is the company's API and `http://…/control/…` changes it while it runs.
 */
export interface SageHrOptions {
  /** 0, the default: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** The default company: how many stand in /employees, drawn from which seed, under which name and key. */
  readonly people?: number;
  readonly seed?: number;
  readonly subdomain?: string;
  readonly apiKey?: string;
  /** `YYYY-MM-DD`; by default today's date (UTC), which moves on. */
  readonly today?: string;
  /** Where companies are kept: read at the start, written at once after each change. */
  readonly stateFile?: string;
}

export interface SageHrSimulator {
  readonly url: string;
  /** For ROLLCALL_SAGE_HR_URL: holds `{subdomain}`. */
  readonly baseUrl: string;
  readonly port: number;
  close(): Promise<void>;
}

const MOST_BODY_BYTES = 1024 * 1024;

export async function startSageHr(options: SageHrOptions = {}): Promise<SageHrSimulator> {
  const host = options.host ?? '127.0.0.1';
  const world = new SageHrWorld(options);
  const server = createServer((request, response) => {
    handle(world, request, response).catch((error: unknown) => {
      const detail = error instanceof Error ? error.message : String(error);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, body: { error_code: 'simulator_fault', errors: [detail] } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://${host}:${port}`;
  return {
    url,
    baseUrl: `${url}/{subdomain}/api`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        // Answers that hang on purpose would hold it open.
        server.closeAllConnections();
      }),
  };
}

async function handle(world: SageHrWorld, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const parts = url.pathname.split('/').filter((part) => part !== '');
  if (parts[0] === 'control') {
    send(response, answerControl(world, request.method ?? 'GET', parts.slice(1), await readBody(request)));
    return;
  }
  const site = parts[0] === 'api' ? world.defaultSite() : world.site(parts[0] ?? '');
  const path = parts.slice(parts[0] === 'api' ? 1 : 2);
  if (site === undefined || (parts[0] !== 'api' && parts[1] !== 'api')) {
    send(response, { status: 404, body: { error_code: 'not_found', errors: [] } });
    return;
  }
  await serve(site, request, url, path, response);
}

/** One request to the API of one company, with the fault it may meet. */
async function serve(
  site: Site,
  request: IncomingMessage,
  url: URL,
  path: readonly string[],
  response: ServerResponse,
): Promise<void> {
  const over = site.requests.begin(`/${path.join('/')}`);
  response.once('close', over);
  const key = request.headers['x-auth-token'];
  const reply = () => answerVendor(site.company, request.method ?? 'GET', path, url.searchParams, key);
  const fault = site.faults.meet(`/${path.join('/')}`, Number(url.searchParams.get('page') ?? 1));
  if (fault !== null && (await misbehave(site.faults, fault, response, () => JSON.stringify(reply().body)))) return;
  send(response, reply());
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BODY_BYTES) throw new RangeError(`a body may have ${MOST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return size === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown);
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.body === undefined) {
    response.writeHead(reply.status).end();
    return;
  }
  const text = JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
