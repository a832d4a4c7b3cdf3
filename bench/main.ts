import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createLogger } from '../config/logging.js';
import { keptEncryptionKeys } from '../embedded/encryption-key.js';
import { migrate } from '../database/migrate.js';
import { startMailSink } from '../embedded/mail-sink.js';
import { startPostgres } from '../embedded/postgres.js';
import { findTemporalCli } from '../embedded/temporal-cli.js';
import { startTemporalServer } from '../embedded/temporal-server.js';
import { describeSurroundings } from './machine.js';
import { readOptions, WrongOption, type BenchOptions } from './options.js';
import type { PageServerReady } from './page-server.js';
import { startScript } from './processes.js';
import { measureFile, measureReading, renderReading } from './reading.js';
import { measurePlans, renderPlans } from './plans.js';
import { measureReconcile, renderReconcile } from './reconcile.js';
import { renderTable, summarize } from './report.js';
import { startRollcall } from './rollcall.js';
import { measureSearching, renderSearching } from './searching.js';
import { withStops, type Stops } from './stops.js';
import { runPair, type Pair, type PairPlace } from './scenario.js';

/**
 * `npm run bench`: Rollcall against the script one would write instead of it, on the same pages and the same Postgres,
 * in turn. Servers are those of `npm start`, with its durable settings; all of it lives in a folder that is removed.
 */
const CACHE = resolve('.cache');
const say = (line: string) => void process.stderr.write(`${line}\n`);

async function runBench(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options.reconcile !== null) return benchReconcile(args, options, options.reconcile);
  if (options.reading || options.file) return benchReading(args, options);
  if (options.plans) return benchPlans(args, options);
  if (options.searching) return benchSearching(args, options);
  if (options.pages) return benchPages(args, options);
  const interrupted = endOnSignals();
  const pairs = await withStops(async (stops) => {
    const place = await bringUp(options, stops);
    const done: Pair[] = [];
    for (let number = 1; number <= options.pairs && !interrupted.aborted; number += 1) {
      const pair = await runPair(place, options, number);
      done.push(pair);
      say(`pair ${number} of ${options.pairs}: ${describe(pair)}`);
    }
    return done;
  });
  if (pairs.length === 0) return;
  const result = summarize(await describeSurroundings(args), { ...options, pairs: pairs.length }, pairs);
  process.stdout.write(`\n${renderTable(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function benchReconcile(args: readonly string[], options: BenchOptions, integrations: number): Promise<void> {
  const surroundings = await describeSurroundings(args);
  const result = await withStops(async (stops) =>
    measureReconcile(await bringUp(options, stops), surroundings, integrations, say),
  );
  process.stdout.write(`\n${renderReconcile(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function benchPlans(args: readonly string[], options: BenchOptions): Promise<void> {
  const surroundings = await describeSurroundings(args);
  const result = await withStops(async (stops) => {
    const { database } = await bringUpPostgres(stops);
    return measurePlans(database.url, surroundings, options.people, say);
  });
  process.stdout.write(`\n${renderPlans(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function benchSearching(args: readonly string[], options: BenchOptions): Promise<void> {
  const surroundings = await describeSurroundings(args);
  const result = await withStops(async (stops) => {
    const { database } = await bringUpPostgres(stops);
    return measureSearching(database.url, surroundings, options.people, say);
  });
  process.stdout.write(`\n${renderSearching(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function benchPages(args: readonly string[], options: BenchOptions): Promise<void> {
  // Its browser is a package for developers; all else is measured without it, too.
  const { measurePages, renderPages } = await import('./pages.js');
  const surroundings = await describeSurroundings(args);
  const result = await withStops(async (stops) => {
    const { ownerUrl: databaseUrl, pages, ...place } = await bringUp(options, stops);
    await migrate(databaseUrl);
    const { provider, people } = options;
    const rollcall = await startRollcall({ ...place, databaseUrl, provider, providerUrl: pages.url }, stops);
    return measurePages(rollcall, { surroundings, people, say }, stops);
  });
  process.stdout.write(`\n${renderPages(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function benchReading(args: readonly string[], options: BenchOptions): Promise<void> {
  const measure = options.file ? measureFile : measureReading;
  const result = await measure(await describeSurroundings(args), options.people, say);
  process.stdout.write(`\n${renderReading(result)}`);
  if (options.json !== null) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`);
}

async function bringUpPostgres(stops: Stops) {
  const log = createLogger('bench', 'warn');
  await mkdir(CACHE, { recursive: true });
  const dataDir = await mkdtemp(join(CACHE, 'bench-'));
  stops.add(() => rm(dataDir, { recursive: true, force: true }));
  // As root, Postgres runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  const database = await startPostgres({ dataDir, log, print: say });
  stops.add(() => database.stop());
  return { dataDir, database, log };
}

async function bringUp(options: BenchOptions, stops: Stops): Promise<PairPlace> {
  const { dataDir, database, log } = await bringUpPostgres(stops);
  const cliPath = await findTemporalCli({
    given: process.env.TEMPORAL_CLI_PATH,
    path: process.env.PATH,
    cache: join(CACHE, 'temporal'),
    print: say,
  });
  const temporal = await startTemporalServer({ dataDir, cliPath, log, print: say });
  stops.add(() => temporal.stop());
  const mail = await startMailSink({ dataDir, smtpPort: 0, httpPort: 0, log });
  stops.add(() => mail.stop());
  const { script: pages, first } = await startScript('page-server', [String(options.people), String(options.latency)]);
  stops.add(() => pages.stop());
  return {
    dataDir,
    adminUrl: database.adminUrl,
    ownerUrl: database.url,
    temporal: { address: temporal.address, namespace: temporal.namespace },
    smtp: mail.smtp,
    keys: (await readFile(await keptEncryptionKeys(dataDir), 'utf8')).trim(),
    pages: first as PageServerReady,
  };
}

function describe({ first, unchanged, workerMemory }: Pair): string {
  const of = ({ bareSeconds, rollcall }: Pair['first']) =>
    `${bareSeconds.toFixed(2)} s / ${rollcall.seconds.toFixed(2)} s`;
  return `first ${of(first)}, unchanged ${of(unchanged)}, worker ${workerMemory === null ? '?' : Math.round(workerMemory)} MB`;
}

/** The pair in hand is finished, so that everything is stopped in order; a second signal ends at once. */
function endOnSignals(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      say('Stopping after this pair; once more to stop at once.');
      controller.abort();
    });
  }
  return controller.signal;
}

try {
  await runBench(process.argv.slice(2));
} catch (error) {
  const wrong = error instanceof WrongOption;
  say(wrong ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = wrong ? 2 : 1;
}
