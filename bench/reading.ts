import type { Credential, Provider, ProviderClient } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';
import type { Surroundings } from './machine.js';
import { startScript } from './processes.js';
import { withStops } from './stops.js';
import type { VendorServerReady } from './vendor-server.js';

/**
 * What reading a directory costs this process, for each provider: HTTP, JSON, the allow-list and the facts of
 * employment, in seconds of one core. The simulated vendor is a process of its own; waiting for it costs nothing here.
 */
export interface ReadingResult {
  readonly surroundings: Surroundings;
  readonly people: number;
  readonly providers: readonly { readonly name: string; readonly records: number; readonly perCoreSecond: number }[];
}

const ROUNDS = 3;
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
    const providers = [];
    for (const { id, baseUrl, more } of (first as VendorServerReady).simulated) {
      const provider = findProvider(id);
      if (provider === undefined) continue;
      const platformKey = Object.values(more)[0] ?? null;
      const client = provider.connect(CREDENTIALS[id] ?? {}, {
        baseUrl,
        platformKey,
        file: null,
        pace: null,
        webhookKey: null,
        concurrency: 4,
      });
      // The first round is for the compiler.
      await read(provider, client);
      const rates: number[] = [];
      let records = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const before = process.cpuUsage();
        records = await read(provider, client);
        const { user, system } = process.cpuUsage(before);
        rates.push(records / ((user + system) / 1e6));
      }
      await client.close();
      const perCoreSecond = Math.round(rates.sort((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? 0);
      say(`${provider.name}: ${records} records, ${perCoreSecond} a second of one core`);
      providers.push({ name: provider.name, records, perCoreSecond });
    }
    return { surroundings, people, providers };
  });
}

async function read(provider: Provider, client: ProviderClient): Promise<number> {
  const options = { signal: new AbortController().signal, customFields: false };
  let records = 0;
  for (const list of provider.lists) {
    for await (const page of client.readPages(list, null, options)) {
      for (const record of page.records) provider.readEmployment(record, list, 'Europe/London');
      records += page.records.length;
    }
  }
  return records;
}

export function renderReading({ surroundings, people, providers }: ReadingResult): string {
  const rows = providers.map(({ name, perCoreSecond }) => `${name.padEnd(14)}${String(perCoreSecond).padStart(8)}`);
  const { commit, node } = surroundings;
  return [`${people} people, records read a second of one core, commit ${commit}, Node ${node}`, ...rows, ''].join(
    '\n',
  );
}
