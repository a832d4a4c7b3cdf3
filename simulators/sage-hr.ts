import { misbehave } from './faults.js';
import { SageHrWorld, type Site } from './sage-hr-world.js';
import { answerVendor } from './sage-hr-answers.js';
import { answerControl } from './sage-hr-control.js';
import { jsonOf, serve, type Incoming, type Reply } from './serve.js';
import type { ServerResponse } from 'node:http';

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

export async function startSageHr(options: SageHrOptions = {}): Promise<SageHrSimulator> {
  const world = new SageHrWorld(options);
  const served = await serve(options, (incoming, response) => handle(world, incoming, response));
  return { ...served, baseUrl: `${served.url}/{subdomain}/api` };
}

async function handle(world: SageHrWorld, incoming: Incoming, response: ServerResponse): Promise<Reply | null> {
  const { method, path: parts } = incoming;
  if (parts[0] === 'control') return answerControl(world, method, parts.slice(1), jsonOf(incoming));
  const site = parts[0] === 'api' ? world.defaultSite() : world.site(parts[0] ?? '');
  const path = parts.slice(parts[0] === 'api' ? 1 : 2);
  if (site === undefined || (parts[0] !== 'api' && parts[1] !== 'api')) {
    return { status: 404, body: { error_code: 'not_found', errors: [] } };
  }
  return answer(site, incoming, path, response);
}

/** One request to the API of one company, with the fault it may meet. */
async function answer(
  site: Site,
  { method, query, headers }: Incoming,
  path: readonly string[],
  response: ServerResponse,
): Promise<Reply | null> {
  const over = site.requests.begin(`/${path.join('/')}`);
  response.once('close', over);
  const reply = () => answerVendor(site.company, method, path, query, headers['x-auth-token']);
  const fault = site.faults.meet(`/${path.join('/')}`, Number(query.get('page') ?? 1));
  if (fault === null) return reply();
  return (await misbehave(site.faults, fault, response, () => JSON.stringify(reply().body))) ? null : reply();
}
