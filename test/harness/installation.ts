import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { identify, stillRuns, type ProcessIdentity } from '../../embedded/process-identity.js';
import { readRunFile, type RunFile } from '../../embedded/run-file.js';
import { testMachine } from './addresses.js';
import { temporalAddresses } from './temporal.js';
import { until } from './until.js';

/** A data directory of a journey's own, and the program that is run on it. */
export interface Site {
  readonly entry: string;
  readonly dataDir: string;
}

/**
 * A real `rollcall start`, from the sources as they are: what a stranger's machine would run, in processes that can be
 * looked at from outside and killed.
 */
export interface Installation {
  readonly pid: number;
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[];
  /** run.json as it is now. */
  run(): Promise<RunFile>;
  /** The start itself and all that stands below it. */
  processes(): Promise<ProcessIdentity[]>;
  /** Ctrl-C. Fails when it takes too long, ends with an error or leaves a process; gives the seconds that it took. */
  stop(): Promise<number>;
  /** SIGKILL of the start alone. */
  kill(): Promise<void>;
}

export interface InstallationOptions {
  /** After `start`. */
  readonly words?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const START_MS = 120_000;
const STOP_MS = 20_000;
const READY = 'Rollcall runs until Ctrl-C.';

export async function makeSite(): Promise<Site & { readonly remove: () => Promise<void> }> {
  const dataDir = await makeDataDir();
  return {
    entry: testMachine().compiled.entry,
    dataDir,
    async remove() {
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Its name has a blank, as many folders of people have. */
async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall journey-'));
  // As root, Postgres runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  return dataDir;
}

export async function startInstallation(site: Site, options: InstallationOptions = {}): Promise<Installation> {
  const { words = [], variables = {} } = options;
  const child = launch(site, ['start', ...words], variables);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const lines = linesOf(child);
  const installation = describeRunning(site.dataDir, child, ended, lines);
  try {
    await until(
      'rollcall start to be ready',
      async () => {
        if (isOver(child)) throw new Error('it ended');
        return lines.includes(READY);
      },
      START_MS,
    );
    return installation;
  } catch (error) {
    child.kill('SIGTERM');
    await ended;
    throw new Error(`rollcall start did not come up:\n${lines.join('\n')}`, { cause: error });
  }
}

/** One command of the command line, as a process, on the installation of a data directory. */
export async function rollcall(site: Site, words: readonly string[], input = ''): Promise<Outcome> {
  const child = launch(site, words, {});
  child.stdin?.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, err };
}

/** Nothing of jest's own environment: no options of Node, no addresses of the shared servers. */
function launch(
  { entry, dataDir }: Site,
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, [entry, ...words], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TEMPORAL_CLI_PATH: temporalAddresses().cli,
      ROLLCALL_DATA_DIR: dataDir,
      PORT: '0',
      ...variables,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function describeRunning(
  dataDir: string,
  child: ChildProcess,
  ended: Promise<[number | null, NodeJS.Signals | null]>,
  lines: readonly string[],
): Installation {
  const pid = child.pid ?? 0;
  return {
    pid,
    lines,
    async run() {
      const run = await readRunFile(dataDir);
      if (run === null) throw new Error(`There is no run.json in ${dataDir}.`);
      return run;
    },
    processes: () => withDescendants(pid),
    async stop() {
      const processes = await withDescendants(pid);
      const began = Date.now();
      child.kill('SIGINT');
      await until('rollcall start to end after SIGINT', async () => isOver(child), STOP_MS);
      const [code] = await ended;
      const seconds = (Date.now() - began) / 1000;
      const left = await stillRunning(processes);
      if (code !== 0 || left.length > 0) {
        throw new Error(
          `rollcall start ended with ${code ?? 'a signal'} and left ${left.length} processes:\n${lines.join('\n')}`,
        );
      }
      return seconds;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export async function stillRunning(processes: readonly ProcessIdentity[]): Promise<ProcessIdentity[]> {
  const judged = await Promise.all(processes.map(async (one) => ((await stillRuns(one)) ? [one] : [])));
  return judged.flat();
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function linesOf(child: ChildProcess): string[] {
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (piece: string) => {
      const parts = (rest + piece).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
  }
  return lines;
}

/** By /proc, so on Linux only; elsewhere the process alone. */
async function withDescendants(root: number): Promise<ProcessIdentity[]> {
  const parents = new Map<number, number>();
  if (process.platform === 'linux') {
    for (const name of await readdir('/proc')) {
      if (/^\d+$/.test(name)) parents.set(Number(name), await parentOf(Number(name)));
    }
  }
  const family = [root];
  for (const member of family) {
    family.push(...[...parents].filter(([, parent]) => parent === member).map(([pid]) => pid));
  }
  const found = await Promise.all(family.map((pid) => identify(pid)));
  return found.filter((one) => one !== null);
}

async function parentOf(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended since its folder was listed.
    return 0;
  }
}
