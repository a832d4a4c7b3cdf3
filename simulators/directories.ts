import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Directory, Refused, type DirectoryState } from './directory.js';
import { Faults, misbehave, RequestLog } from './faults.js';
import { jsonOf, serve, type Incoming, type Reply, type Served } from './serve.js';
import type { ServerResponse } from 'node:http';

/**
 * A simulator of a vendor whose companies are directories: many companies on one server, a control endpoint to change
 * them, faults and a log of requests. What is the vendor's own is one function that answers a request to one company.
 */
export interface VendorOptions {
  readonly port?: number;
  readonly host?: string;
  /** The default company: how many are employed, drawn from which seed, under which account and secret. */
  readonly people?: number;
  readonly seed?: number;
  readonly account?: string;
  readonly secret?: string;
  /** `YYYY-MM-DD`; by default today's date (UTC), which moves on. */
  readonly today?: string;
  readonly stateFile?: string;
}

export interface VendorSimulator extends Served {
  /** For the variable that names this vendor's address. */
  readonly baseUrl: string;
}

export interface Site {
  readonly directory: Directory;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Tokens that this company's secret was exchanged for. */
  readonly tokens: Set<string>;
}

export interface Vendor {
  /** Follows the server's address. */
  readonly basePath: string;
  readonly demo: { readonly account: string; readonly secret: string };
  /** Which company a request is about; undefined: the vendor knows nobody like that. */
  find(sites: ReadonlyMap<string, Site>, incoming: Incoming): Site | undefined;
  /** What it answers where it knows nobody. */
  readonly stranger: Reply;
  answer(site: Site, incoming: Incoming): Reply;
  /** The page that a request asks for, from 1: faults can be bound to it. */
  pageOf(site: Site, incoming: Incoming): number;
}

const DEMO_PEOPLE = 260;
const DEMO_SEED = 7;

export async function startVendor(vendor: Vendor, options: VendorOptions): Promise<VendorSimulator> {
  const world = new World(vendor, options);
  const served = await serve(options, (incoming, response) => handle(vendor, world, incoming, response));
  return { ...served, baseUrl: `${served.url}${vendor.basePath}` };
}

async function handle(
  vendor: Vendor,
  world: World,
  incoming: Incoming,
  response: ServerResponse,
): Promise<Reply | null> {
  if (incoming.path[0] === 'control') return control(world, incoming);
  const site = vendor.find(world.sites, incoming);
  if (site === undefined) return vendor.stranger;
  const path = `/${incoming.path.join('/')}`;
  response.once('close', site.requests.begin(path));
  const reply = () => vendor.answer(site, incoming);
  const fault = site.faults.meet(path, vendor.pageOf(site, incoming));
  if (fault === null) return reply();
  return (await misbehave(site.faults, fault, response, () => JSON.stringify(reply().body))) ? null : reply();
}

/** All companies of a simulator. */
class World {
  readonly sites = new Map<string, Site>();
  readonly #stateFile: string | null;
  #fixedToday: string | null;

  constructor(vendor: Vendor, options: VendorOptions) {
    this.#stateFile = options.stateFile ?? null;
    this.#fixedToday = options.today ?? null;
    for (const state of this.#load()) this.#open(new Directory(state, this.today));
    const account = options.account ?? vendor.demo.account;
    if (!this.sites.has(account)) {
      const { secret = vendor.demo.secret, people, seed } = options;
      this.found({ account, secret, people, seed });
    }
  }

  readonly today = (): string => this.#fixedToday ?? new Date().toISOString().slice(0, 10);

  setToday(date: string | null): void {
    this.#fixedToday = date;
  }

  found(wanted: {
    account: string;
    secret: string;
    people?: number | undefined;
    seed?: number | undefined;
  }): Directory {
    if (this.sites.has(wanted.account)) throw new Refused(`there is a company ${wanted.account} already`);
    const size = { people: wanted.people ?? DEMO_PEOPLE, seed: wanted.seed ?? DEMO_SEED };
    const directory = Directory.found({ ...wanted, ...size }, this.today);
    this.#open(directory);
    this.save();
    return directory;
  }

  /** Replaces the file in one step, so that a kill leaves the old one or the new one. */
  save(): void {
    if (this.#stateFile === null) return;
    const companies = [...this.sites.values()].map(({ directory }) => directory.state());
    mkdirSync(dirname(this.#stateFile), { recursive: true });
    writeFileSync(`${this.#stateFile}.new`, JSON.stringify({ version: 1, companies }));
    renameSync(`${this.#stateFile}.new`, this.#stateFile);
  }

  #open(directory: Directory): void {
    const site = { directory, faults: new Faults(), requests: new RequestLog(), tokens: new Set<string>() };
    this.sites.set(directory.account, site);
  }

  #load(): readonly DirectoryState[] {
    if (this.#stateFile === null || !existsSync(this.#stateFile)) return [];
    const kept = JSON.parse(readFileSync(this.#stateFile, 'utf8')) as { version: number; companies: DirectoryState[] };
    if (kept.version !== 1) throw new RangeError(`${this.#stateFile} has version ${kept.version}; 1 is understood`);
    return kept.companies;
  }
}

/** How a test or a curious reader of the demo moves people about. It has no key: loopback only. */
function control(world: World, incoming: Incoming): Reply {
  const body = jsonOf(incoming);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return refuse('the body must be an object');
  try {
    return route(world, incoming, body as Record<string, unknown>);
  } catch (error) {
    if (error instanceof Refused || error instanceof RangeError) return refuse(error.message);
    throw error;
  }
}

function route(world: World, { method, path }: Incoming, body: Record<string, unknown>): Reply {
  const [, first = '', action = ''] = path;
  if (method === 'POST' && path.length === 2 && first === 'companies') {
    const { account, secret } = body;
    if (typeof account !== 'string' || typeof secret !== 'string') {
      throw new Refused('a company needs an account and a secret');
    }
    const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
    world.found({ account, secret, people: number(body.people), seed: number(body.seed) });
    return { status: 201, body: { account } };
  }
  if (method === 'POST' && path.length === 2 && first === 'today') {
    if (typeof body.date !== 'string' && body.date !== null) throw new Refused('date must be YYYY-MM-DD or null');
    world.setToday(body.date);
    return { status: 200, body: { today: world.today() } };
  }
  const site = world.sites.get(decodeURIComponent(first));
  if (site === undefined || path.length !== 3) return nothing();
  if (method === 'POST' && action !== 'faults') {
    const result = site.directory.happen(action, body);
    if (result === undefined) return nothing();
    world.save();
    return { status: 200, body: result };
  }
  return observe(site, method, action, body);
}

function observe(site: Site, method: string, action: string, body: Record<string, unknown>): Reply {
  switch (`${method} ${action}`) {
    case 'GET people':
      return {
        status: 200,
        body: {
          items: site.directory.employees().map((one) => ({ ...one, standing: site.directory.standing(one) })),
        },
      };
    case 'POST faults':
      return { status: 201, body: site.faults.add(body) };
    case 'DELETE faults':
      site.faults.clear();
      return { status: 204 };
    case 'GET requests':
      return { status: 200, body: site.requests.report() };
    case 'DELETE requests':
      site.requests.clear();
      return { status: 204 };
    case 'DELETE tokens':
      site.tokens.clear();
      return { status: 204 };
    default:
      return nothing();
  }
}

function refuse(detail: string): Reply {
  return { status: 422, body: { error_code: 'validation_failed', errors: [detail] } };
}

function nothing(): Reply {
  return { status: 404, body: { error_code: 'not_found', errors: ['no such control address: see README.md'] } };
}
