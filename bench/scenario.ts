import pg from 'pg';
import { migrate } from '../database/migrate.js';
import type { BareDone } from './bare-script.js';
import type { BenchOptions } from './options.js';
import type { PageServerReady } from './page-server.js';
import { startScript, type BenchProcess } from './processes.js';
import { startRollcall, type RollcallImport, type RollcallPlace } from './rollcall.js';
import { withStops, type Stops } from './stops.js';

/**
 * One pair: the bare script and Rollcall in turn, first on empty databases of their own and then once more with
 * nothing changed. In turn, so that whatever else the machine does meets both alike; a checkpoint before each, so that
 * nobody pays for writing down what the one before left.
 */
export interface Pair {
  readonly first: Contest;
  readonly unchanged: Contest;
  readonly bareMemory: number;
  readonly workerMemory: number | null;
  /** Megabytes of Rollcall's database after the first import, and what the unchanged one added. */
  readonly databaseAfterFirst: number;
  readonly databaseGrowth: number;
  readonly reviewSeconds: number;
  readonly previewMilliseconds: number;
}

export interface Contest {
  readonly bareSeconds: number;
  readonly rollcall: RollcallImport;
}

export interface PairPlace extends Omit<RollcallPlace, 'databaseUrl' | 'providerUrl' | 'provider'> {
  /** The server's superuser, and the database's owner, who is none. */
  readonly adminUrl: string;
  readonly ownerUrl: string;
  readonly pages: PageServerReady;
}

export function runPair(place: PairPlace, options: BenchOptions, number: number): Promise<Pair> {
  return withStops(async (stops) => {
    const admin = new pg.Client({ connectionString: place.adminUrl });
    await admin.connect();
    stops.add(() => admin.end());
    const bareUrl = await createDatabase(admin, stops, place.ownerUrl, `bench_bare_${number}`);
    const databaseUrl = await createDatabase(admin, stops, place.ownerUrl, `bench_rollcall_${number}`);
    await migrate(databaseUrl);
    const { url: providerUrl } = place.pages;
    const { script: bare } = await startScript('bare-script', [providerUrl, bareUrl]);
    stops.add(() => bare.stop());
    const rollcall = await startRollcall({ ...place, databaseUrl, provider: options.provider, providerUrl }, stops);

    const first = await contest(admin, bare, () => rollcall.importFirst());
    const databaseAfterFirst = await databaseSize(admin, databaseUrl);
    const unchanged = await contest(admin, bare, () => rollcall.importAgain());
    const databaseGrowth = (await databaseSize(admin, databaseUrl)) - databaseAfterFirst;
    await requireSamePeople(place.pages, bareUrl, { first, unchanged });
    return {
      first: first.contest,
      unchanged: unchanged.contest,
      bareMemory: unchanged.bareMemory,
      workerMemory: await rollcall.workerMemory(),
      databaseAfterFirst,
      databaseGrowth,
      reviewSeconds: await rollcall.review(),
      previewMilliseconds: await rollcall.previewSegment(),
    };
  });
}

async function createDatabase(admin: pg.Client, stops: Stops, ownerUrl: string, name: string): Promise<string> {
  const url = new URL(ownerUrl);
  await admin.query(`create database ${name} owner ${url.username}`);
  stops.add(() => admin.query(`drop database ${name} with (force)`));
  url.pathname = `/${name}`;
  return url.href;
}

interface Contested {
  readonly contest: Contest;
  readonly bareMemory: number;
}

async function contest(
  admin: pg.Client,
  bare: BenchProcess,
  runImport: () => Promise<RollcallImport>,
): Promise<Contested> {
  await admin.query('checkpoint');
  const { seconds, memory } = (await bare.ask({ import: true })) as BareDone;
  await admin.query('checkpoint');
  return { contest: { bareSeconds: seconds, rollcall: await runImport() }, bareMemory: memory };
}

/** A fast import of the wrong people would be worth nothing. */
async function requireSamePeople(
  pages: PageServerReady,
  bareUrl: string,
  { first, unchanged }: { first: Contested; unchanged: Contested },
): Promise<void> {
  const bare = new pg.Client({ connectionString: bareUrl });
  await bare.connect();
  try {
    const { rows } = await bare.query<{ people: string }>(
      'select count(*) as people from people where left_on is null',
    );
    const found = {
      bare: Number(rows[0]?.people),
      created: first.contest.rollcall.counts.created,
      unchanged: unchanged.contest.rollcall.counts.unchanged,
    };
    for (const [what, people] of Object.entries(found)) {
      if (people !== pages.employed) throw new Error(`${what}: ${people} people, but ${pages.employed} are employed.`);
    }
  } finally {
    await bare.end();
  }
}

/** In megabytes. */
async function databaseSize(admin: pg.Client, url: string): Promise<number> {
  const name = new URL(url).pathname.slice(1);
  const { rows } = await admin.query<{ bytes: string }>('select pg_database_size($1) as bytes', [name]);
  return Number(rows[0]?.bytes) / 1_000_000;
}
