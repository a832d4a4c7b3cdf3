import { resolve } from 'node:path';
import { isSystemError, lastLine } from '../config/system-errors.js';
import { bringUp, type Up, type Wishes } from './bring-up.js';
import { makeDataDir } from './data-dir.js';
import { Machine } from './machine.js';
import { endLeftovers, lockDataDir } from './run-file.js';

/**
 * `rollcall start`: everything on this machine, with nothing prepared, until Ctrl-C. Postgres, Temporal, the worker and
 * the API are processes of their own, so that each can die alone; whoever dies is started again.
 */
export interface StartOptions extends Omit<Wishes, 'dataDir' | 'entry'> {
  /** The script that is `rollcall`; absent: the one that runs. */
  entry?: string;
  /** Makes the demo programme and its first import, where they are not there yet. */
  seedDemo?: (demo: DemoContext) => Promise<void>;
  /** Makes the link that signs an operator in. */
  portalLink?: (dataDir: string) => Promise<string>;
}

export interface DemoContext {
  apiUrl: string;
  dataDir: string;
  databaseUrl: string;
  temporal: Up['run']['temporal'];
  print: (line: string) => void;
  /** Given up when people stop Rollcall meanwhile. */
  signal: AbortSignal;
}

/** @returns the exit code, once everything is stopped. */
export async function start(options: StartOptions): Promise<number> {
  const { environment, log, print } = options;
  const dataDir = resolve(environment.ROLLCALL_DATA_DIR);
  await makeDataDir(dataDir);
  const lock = await lockDataDir(dataDir);
  outliveTheReader();
  const machine = new Machine(dataDir, log, print);
  const stopping = stopOnSignals(machine, print);
  const wishes = { ...options, dataDir, entry: options.entry ?? process.argv[1] ?? '' };
  let code = 0;
  try {
    await endLeftovers(dataDir, print);
    const up = await bringUp(wishes, machine, stopping.signal);
    await seed(options, up, dataDir, stopping.signal);
    printLinks(up, (await options.portalLink?.(dataDir)) ?? null, print);
    await stopping.asked;
  } catch (error) {
    if (!stopping.signal.aborted) {
      log.debug({ err: error }, 'start failed');
      print(lastLine(error));
      code = 1;
    }
  }
  try {
    await machine.stop();
  } catch (error) {
    log.error({ err: error }, 'stop failed');
    code = 1;
  }
  await lock.release();
  stopping.close();
  print('Stopped.');
  return code;
}

/** Whoever reads our lines may be gone first (a pipe, a closed terminal): no reason to die and leave servers behind. */
function outliveTheReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (!isSystemError(error, 'EPIPE', 'EIO')) throw error;
    });
  }
}

async function seed(options: StartOptions, up: Up, dataDir: string, signal: AbortSignal): Promise<void> {
  if (!options.demo || !options.seedDemo || !up.simulated) return;
  await options.seedDemo({
    apiUrl: up.run.url,
    dataDir,
    databaseUrl: up.run.database.url,
    temporal: up.run.temporal,
    print: options.print,
    signal,
  });
}

function printLinks({ run }: Up, portal: string | null, print: (line: string) => void): void {
  print('');
  if (portal !== null) print(`Portal      ${portal}   signs you in, once`);
  print(`API         ${run.url}/api/docs`);
  if (run.temporal.ui !== null) print(`Temporal    ${run.temporal.ui}`);
  if (run.mail.url !== null) print(`Mail        ${run.url}/dev/mail`);
  print('Rollcall runs until Ctrl-C.');
}

interface Stopping {
  signal: AbortSignal;
  /** Resolves at the first signal. */
  asked: Promise<void>;
  close: () => void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C comes twice under npm: from the terminal, and passed on by npm. */
const ONE_WISH_MS = 500;

/** The first signal asks for an orderly stop, a second one a moment later ends everything at once. */
function stopOnSignals(machine: Machine, print: (line: string) => void): Stopping {
  const controller = new AbortController();
  const asked = new Promise<void>((done) => {
    controller.signal.addEventListener('abort', () => done(), { once: true });
  });
  let askedAt = 0;
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      if (performance.now() - askedAt < ONE_WISH_MS) return;
      void machine.kill().finally(() => process.exit(130));
      return;
    }
    askedAt = performance.now();
    print('Stopping; once more to stop at once.');
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: controller.signal,
    asked,
    close: () => {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    },
  };
}
