import { Agent, request } from 'undici';
import type { Credential, Provider, ProviderClient } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import type { Surroundings } from './machine.js';
import { startScript } from './processes.js';
import { withStops } from './stops.js';
import type { VendorServerReady } from './vendor-server.js';

/**
 * What reading a directory costs this process, for each provider, in seconds of one core: all of it (HTTP, JSON, the
 * allow-list and the facts of employment), and all but the network, which is measured by fetching answers of the same
 * sizes and doing nothing with them. The simulated vendor is a process of its own; waiting for it costs nothing here. A
 * CSV file comes from memory.
 */
export interface ReadingResult {
  readonly surroundings: Surroundings;
  readonly people: number;
  readonly providers: readonly Rates[];
}

interface Rates {
  readonly name: string;
  readonly records: number;
  /** Records a second of one core; null: there is no network. */
  readonly whole: number | null;
  readonly withoutNetwork: number;
  /** Of the heap, when half and when all of it has been read, after a collection. */
  readonly heapMegabytes: readonly [half: number, end: number];
}

const ROUNDS = 3;
const CONCURRENCY = 4;
const SECOND = 1e6;
/** Of the simulated companies, good nowhere else. */
const CREDENTIALS: Readonly<Record<string, Credential>> = {
  'sage-hr': { subdomain: 'acme', apiKey: 'demo-sage-key' },
  intellihr: { subdomain: 'acme', apiKey: 'demo-access-key' },
  personio: { clientId: 'papi-demo-client', clientSecret: 'papi-demo-secret' },
  'sage-people': { consumerKey: '3MVG9demo.consumer.key', consumerSecret: 'demo-consumer-secret' },
  merge: { accountToken: 'demo-account-token' },
};

export async function measureReading(
  surroundings: Surroundings,
  people: number,
  say: (line: string) => void,
): Promise<ReadingResult> {
  return withStops(async (stops) => {
    const { script, first } = await startScript('vendor-server', [String(people)]);
    stops.add(() => script.stop());
    const { simulated, bytesUrl } = first as VendorServerReady;
    const providers: Rates[] = [];
    for (const { id, baseUrl, more } of simulated) {
      const provider = findProvider(id);
      if (provider === undefined) continue;
      const platformKey = Object.values(more)[0] ?? null;
      const context = { baseUrl, platformKey, file: null, pace: null, webhookKey: null, concurrency: CONCURRENCY };
      const client = provider.connect(CREDENTIALS[id] ?? {}, context);
      // The first round is for the compiler, and tells what came over the network.
      const sizes = await sizesOf(() => read(provider, client));
      await fetchBytes(bytesUrl, sizes);
      const wholes: number[] = [];
      const networks: number[] = [];
      let last: Reading = { records: 0, heapMegabytes: [0, 0] };
      for (let round = 0; round < ROUNDS; round += 1) {
        wholes.push(await coreSeconds(async () => (last = await read(provider, client))));
        networks.push(await coreSeconds(() => fetchBytes(bytesUrl, sizes)));
      }
      await client.close();
      const { records } = last;
      const [whole, network] = [median(wholes), median(networks)];
      providers.push({
        name: provider.name,
        ...last,
        whole: Math.round(records / whole),
        withoutNetwork: Math.round(records / (whole - network)),
      });
      say(line(providers.at(-1)));
    }
    return { surroundings, people, providers };
  });
}

/** A file alone: its lines are made as they are read, so there may be any number of them. */
export async function measureFile(
  surroundings: Surroundings,
  people: number,
  say: (line: string) => void,
): Promise<ReadingResult> {
  const rates = await readFile(people);
  say(line(rates));
  return { surroundings, people, providers: [rates] };
}

interface Reading {
  readonly records: number;
  readonly heapMegabytes: readonly [half: number, end: number];
}

async function read(provider: Provider, client: ProviderClient): Promise<Reading> {
  const options = { signal: new AbortController().signal, customFields: false };
  const heap = new Heap();
  let records = 0;
  for (const list of provider.lists) {
    for await (const page of client.readPages(list, null, options)) {
      for (const record of page.records) provider.readEmployment(record, list, 'Europe/London');
      records += page.records.length;
      heap.note(page);
    }
  }
  return { records, heapMegabytes: heap.ends() };
}

/** A file with ten columns, from its bytes to the facts of employment. */
async function readFile(people: number): Promise<Rates> {
  const csv = findProvider('csv');
  if (csv?.files === undefined) throw new Error('There is no provider for files.');
  const { files } = csv;
  const file = { open: () => csvBytes(people) };
  const whole = async (): Promise<Reading> => {
    const heap = new Heap();
    let records = 0;
    for await (const page of files.read(file, { dateFormat: 'dd.MM.yyyy', zone: 'utc' })) {
      for (const record of page.records) csv.readEmployment(record, 'people', 'Europe/London');
      records += page.records.length;
      heap.note({ total: people, records: page.records });
    }
    return { records, heapMegabytes: heap.ends() };
  };
  await whole();
  const seconds: number[] = [];
  let last: Reading = { records: 0, heapMegabytes: [0, 0] };
  for (let round = 0; round < ROUNDS; round += 1) seconds.push(await coreSeconds(async () => (last = await whole())));
  return { name: csv.name, ...last, whole: null, withoutNetwork: Math.round(last.records / median(seconds)) };
}

const LINES_AT_ONCE = 1000;

async function* csvBytes(people: number): AsyncIterable<Uint8Array> {
  yield Buffer.from('Employee ID;First name;Last name;E-mail;Start date;End date;Team;City;Job title;T-shirt size\n');
  for (let from = 0; from < people; from += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, people - from);
    const lines = Array.from({ length: count }, (_, at) => {
      const id = from + at + 1;
      return `${id};Ada ${id};Park;ada.park.${id}@acme.example;01.02.2020;;Team ${id % 40};"Cologne; North";Engineer;M`;
    });
    yield Buffer.from(`${lines.join('\n')}\n`);
  }
}

/** How the heap grows over a list: noted at its middle and at its end, after a collection where that can be asked for. */
class Heap {
  #read = 0;
  #half = 0;

  note({ total, records }: { readonly total: number | null; readonly records: readonly unknown[] }): void {
    this.#read += records.length;
    if (this.#half === 0 && total !== null && this.#read >= total / 2) this.#half = megabytes();
  }

  ends(): readonly [half: number, end: number] {
    return [this.#half, megabytes()];
  }
}

function megabytes(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage().heapUsed / 1024 ** 2);
}

/** The sizes of all JSON texts that are parsed meanwhile. */
async function sizesOf(work: () => Promise<unknown>): Promise<number[]> {
  const { parse } = JSON;
  const sizes: number[] = [];
  JSON.parse = (text: string, reviver?: Parameters<typeof parse>[1]): unknown => {
    sizes.push(text.length);
    return parse(text, reviver) as unknown;
  };
  try {
    await work();
  } finally {
    JSON.parse = parse;
  }
  return sizes;
}

async function fetchBytes(url: string, sizes: readonly number[]): Promise<void> {
  const agent = new Agent({ connections: CONCURRENCY, pipelining: 1 });
  const left = [...sizes];
  const worker = async () => {
    for (let size = left.pop(); size !== undefined; size = left.pop()) {
      await (await request(`${url}/${size}`, { dispatcher: agent })).body.text();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  await agent.close();
}

async function coreSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / SECOND;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function line(rates: Rates | undefined): string {
  if (rates === undefined) return '';
  const { name, records, whole, withoutNetwork, heapMegabytes } = rates;
  const columns = [records, whole ?? '–', withoutNetwork, heapMegabytes.map((size) => size || '–').join(' / ')];
  return `${name.padEnd(14)}${columns.map((column) => String(column).padStart(12)).join('')}`;
}

export function renderReading({ surroundings, people, providers }: ReadingResult): string {
  const { commit, node } = surroundings;
  return [
    `${people} people; records, a second of one core, without the network; heap at half and at the end (MB)`,
    `commit ${commit}, Node ${node}`,
    ...providers.map(line),
    '',
  ].join('\n');
}
