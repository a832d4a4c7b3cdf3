import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { createLogger } from '../../../config/logging.js';
import { migrate } from '../../../database/migrate.js';
import { startMailSink, type MailSink } from '../../../embedded/mail-sink.js';
import { freePort } from '../../../embedded/ports.js';
import { startPostgres, type EmbeddedPostgres } from '../../../embedded/postgres.js';
import { startTemporalServer, type EmbeddedTemporal } from '../../../embedded/temporal-server.js';
import { startSageHr, type SageHrSimulator } from '../../../simulators/sage-hr.js';
import { until } from '../../harness/until.js';
import { startStallingProxy, type StallingProxy } from './stalling-proxy.js';

/**
 * All of a Rollcall in real processes and a data directory of its own: Postgres, the Temporal server, two workers and
 * the API, beside a simulated Sage HR and a mail sink. Each can be hurt alone, and each can be healed.
 */
export interface SiteOptions {
  /** The script that is `rollcall`. */
  readonly entry: string;
  /** The `temporal` program. */
  readonly cli: string;
}

export const WORKERS = [0, 1] as const;
export type WorkerNumber = (typeof WORKERS)[number];

const log = createLogger('chaos', 'silent');
const PRELOADED = new URL('./wrong-clock.js', import.meta.url).href;
/** So that a directory that hangs is given up within a storm. */
const PATIENCE_SECONDS = 20;

const MOST_ERRORS = 8;
const LONGEST_STOP_MS = 20_000;

/** Between a worker and its servers. */
interface WorkerProxies {
  readonly postgres: StallingProxy;
  readonly temporal: StallingProxy;
}

interface Role {
  readonly child: ChildProcess;
  readonly exit: Promise<unknown>;
}

export class Site {
  readonly dataDir: string;
  readonly #options: SiteOptions;
  readonly #key = `chaos:${randomBytes(32).toString('base64')}`;
  readonly #roles = new Map<string, Role>();
  readonly #proxies: WorkerProxies[] = [];
  readonly #behindTheScenes: pg.Pool;
  #postgres: EmbeddedPostgres;
  #temporal: EmbeddedTemporal;
  #sink: MailSink;
  #sinkIsUp = true;
  #apiPort = 0;
  #closing: Promise<void> | null = null;
  /** Faults of Rollcall itself that a process has logged. */
  readonly ownFaults: string[] = [];
  /** The last errors of any kind, for whoever looks into a violation. */
  readonly lastErrors: string[] = [];

  private constructor(
    dataDir: string,
    options: SiteOptions,
    readonly simulator: SageHrSimulator,
    servers: { postgres: EmbeddedPostgres; temporal: EmbeddedTemporal; sink: MailSink },
  ) {
    this.dataDir = dataDir;
    this.#options = options;
    this.#postgres = servers.postgres;
    this.#temporal = servers.temporal;
    this.#sink = servers.sink;
    this.#behindTheScenes = superuserPool(servers.postgres.adminUrl);
  }

  static async open(options: SiteOptions): Promise<Site> {
    const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-chaos-'));
    // As root, Postgres runs as another user, who must be able to enter.
    await chmod(dataDir, 0o711);
    await mkdir(join(dataDir, 'log'), { mode: 0o700 });
    const [postgres, temporal, sink, simulator] = await Promise.all([
      startPostgres({ dataDir, tune: 'durable', log }),
      startTemporalServer({ dataDir, cliPath: options.cli, log }),
      startMailSink({ dataDir, smtpPort: 0, httpPort: 0, log }),
      startSageHr({ people: 5 }),
    ]);
    const site = new Site(dataDir, options, simulator, { postgres, temporal, sink });
    await migrate(postgres.url);
    site.#proxies.push(...(await Promise.all(WORKERS.map(() => startProxies({ postgres, temporal })))));
    site.#apiPort = await freePort([]);
    await Promise.all([...WORKERS.map((number) => site.startWorker(number)), site.startApi()]);
    return site;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#apiPort}`;
  }

  get temporal(): { readonly address: string; readonly namespace: string } {
    return this.#temporal;
  }

  get sink(): MailSink {
    return this.#sink;
  }

  /** @param proxies between a worker and its servers; everybody else asks them directly */
  #variables(proxies?: WorkerProxies): Record<string, string> {
    const database = new URL(this.#postgres.url);
    const temporal = new URL(`http://${this.#temporal.address}`);
    if (proxies !== undefined) {
      database.port = String(proxies.postgres.port);
      temporal.port = String(proxies.temporal.port);
    }
    return {
      DATABASE_URL: database.href,
      TEMPORAL_ADDRESS: temporal.host,
      TEMPORAL_NAMESPACE: this.#temporal.namespace,
      SMTP_URL: this.#sink.smtp,
      PORT: String(this.#apiPort),
      ROLLCALL_DATA_DIR: this.dataDir,
      ROLLCALL_SAGE_HR_URL: this.simulator.baseUrl,
      ROLLCALL_ENCRYPTION_KEYS: this.#key,
      ROLLCALL_PUBLIC_URL: this.apiUrl,
      ROLLCALL_PROVIDER_PATIENCE_SECONDS: String(PATIENCE_SECONDS),
      ROLLCALL_LOG_LEVEL: 'debug',
    };
  }

  #launch(
    words: readonly string[],
    more: Readonly<Record<string, string>> = {},
    proxies?: WorkerProxies,
  ): ChildProcess {
    const { PATH = '', HOME = '' } = process.env;
    return spawn(process.execPath, [this.#options.entry, ...words], {
      env: { PATH, HOME, ...this.#variables(proxies), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** One command of the command line; gives what it printed. */
  async rollcall(...words: string[]): Promise<string> {
    const child = this.#launch(words);
    const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
    if (child.exitCode !== 0) throw new Error(`rollcall ${words.join(' ')}: ${err}`);
    return out.trim();
  }

  #start(name: string, child: ChildProcess): void {
    const file = createWriteStream(join(this.dataDir, 'log', `${name}.log`), { flags: 'a' });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        file.write(`${line}\n`);
        // Temporal's core writes lines of its own, of what it repeats by itself.
        const isOurs = line.includes('"activity failed"') || !(line.startsWith('{') || line.includes('temporalio_'));
        if (line.includes('"level":50'))
          this.lastErrors.splice(0, Math.max(0, this.lastErrors.push(`${name}: ${line}`) - MOST_ERRORS));
        if (isOurs) this.ownFaults.push(`${name}: ${line}`);
      });
    }
    const exit = once(child, 'exit').finally(() => file.end());
    this.#roles.set(name, { child, exit });
  }

  /** @param clockHours how wrong its clock is */
  async startWorker(number: WorkerNumber, clockHours = 0): Promise<void> {
    const wrong = { NODE_OPTIONS: `--import=${PRELOADED}`, CHAOS_CLOCK_HOURS: String(clockHours) };
    this.#start(`worker-${number}`, this.#launch(['worker'], clockHours === 0 ? {} : wrong, this.#proxies[number]));
  }

  async startApi(): Promise<void> {
    this.#start('api', this.#launch(['api']));
  }

  pidOf(number: WorkerNumber): number {
    return this.#roles.get(`worker-${number}`)?.child.pid ?? 0;
  }

  proxiesOf(number: WorkerNumber): WorkerProxies {
    const proxies = this.#proxies[number];
    if (proxies === undefined) throw new Error(`There is no worker ${number}.`);
    return proxies;
  }

  signalWorker(number: WorkerNumber, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#roles.get(`worker-${number}`)?.child.kill(signal);
  }

  async kill(name: `worker-${WorkerNumber}` | 'api', signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const role = this.#roles.get(name);
    if (role === undefined || this.isDown(name)) return;
    role.child.kill('SIGCONT');
    role.child.kill(signal);
    // An orderly stop has a limit: what is left of a fault must not hold up the end.
    const late = setTimeout(() => role.child.kill('SIGKILL'), LONGEST_STOP_MS);
    await role.exit;
    clearTimeout(late);
  }

  isDown(name: `worker-${WorkerNumber}` | 'api'): boolean {
    const { exitCode = 0, signalCode = null } = this.#roles.get(name)?.child ?? {};
    return exitCode !== null || signalCode !== null;
  }

  async stopPostgres(how: 'restart' | 'kill'): Promise<void> {
    await (how === 'kill' ? this.#postgres.kill() : this.#postgres.stop());
  }

  async startPostgresAgain(): Promise<void> {
    this.#postgres = await startPostgres({ dataDir: this.dataDir, port: this.#postgres.port, tune: 'durable', log });
  }

  async killTemporal(): Promise<void> {
    process.kill(this.#temporal.pid, 'SIGKILL');
    await this.#temporal.exited;
  }

  async startTemporalAgain(): Promise<void> {
    const { port } = this.#temporal;
    this.#temporal = await startTemporalServer({ dataDir: this.dataDir, cliPath: this.#options.cli, port, log });
  }

  async stopSink(): Promise<void> {
    if (!this.#sinkIsUp) return;
    this.#sinkIsUp = false;
    await this.#sink.stop();
  }

  async startSinkAgain(): Promise<void> {
    if (this.#sinkIsUp) return;
    const { smtpPort } = this.#sink;
    this.#sink = await startMailSink({ dataDir: this.dataDir, smtpPort, httpPort: 0, log });
    this.#sinkIsUp = true;
  }

  /** Behind the scenes, as the server's superuser. */
  async rows<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return (await this.#behindTheScenes.query<T>(sql, [...values])).rows;
  }

  async cutConnections(): Promise<void> {
    await this.rows(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = 'rollcall' and application_name <> 'chaos'`);
  }

  async ready(): Promise<void> {
    await until(
      'the API to be ready',
      async () => {
        const answer = await fetch(`${this.apiUrl}/readyz`).catch(() => null);
        return answer?.ok;
      },
      60_000,
    );
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    for (const number of WORKERS) this.signalWorker(number, 'SIGCONT');
    await Promise.all([
      ...WORKERS.map((number) => this.kill(`worker-${number}`, 'SIGTERM')),
      this.kill('api', 'SIGTERM'),
    ]);
    await Promise.all(this.#proxies.flatMap(({ postgres, temporal }) => [postgres.close(), temporal.close()]));
    await this.#behindTheScenes.end();
    await Promise.all([this.stopSink(), this.simulator.close(), this.#temporal.stop(), this.#postgres.stop()]);
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

async function startProxies(servers: Readonly<Record<keyof WorkerProxies, { port: number }>>): Promise<WorkerProxies> {
  const [postgres, temporal] = await Promise.all([
    startStallingProxy(servers.postgres),
    startStallingProxy(servers.temporal),
  ]);
  return { postgres, temporal };
}

/** Kept open: to connect costs more than to ask, and it is asked twenty times a second. */
function superuserPool(adminUrl: string): pg.Pool {
  const url = new URL(adminUrl);
  url.pathname = '/rollcall';
  const types = new pg.TypeOverrides();
  types.setTypeParser(20, Number);
  const pool = new pg.Pool({ connectionString: url.href, types, application_name: 'chaos', max: 4 });
  // A server that is taken down ends connections nobody uses, too; the next question opens others.
  pool.on('error', () => undefined);
  return pool;
}
