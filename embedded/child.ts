import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { send } from './process-identity.js';

/**
 * A process of ours, in a session of its own: a Ctrl-C in the terminal reaches only the parent, which then stops its
 * children one after the other. In the parent's group all would be hit at once, and Postgres would be gone before the
 * worker has put down its work.
 */
export interface Child {
  pid: number;
  /** Resolves when the process has ended, however it ended. Never rejects. */
  exited: Promise<Exit>;
  /** Sends the signals in turn, each after the patience of the one before, until the process has ended. */
  stop: (escalation?: readonly Step[]) => Promise<Exit>;
  process: ChildProcess;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export type Step = readonly [signal: NodeJS.Signals, patienceMs: number];

export interface ChildOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** Gets each line the process writes; absent: its output goes where ours goes. */
  onLine?: (line: string) => void;
  /** Opens a channel; it closes when either side ends, by whatever death (parent-watch.ts). */
  channel?: boolean;
}

const ORDERLY: readonly Step[] = [['SIGTERM', 10_000]];

export async function startChild(command: string, args: readonly string[], options: ChildOptions): Promise<Child> {
  const { onLine, channel = false, ...rest } = options;
  const output = onLine ? 'pipe' : 'inherit';
  const child = spawn(command, args, {
    ...rest,
    detached: true,
    stdio: channel ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
  });
  if (onLine) for (const stream of [child.stdout, child.stderr]) readLines(stream, onLine);
  const exited = new Promise<Exit>((resolve) => {
    // Not 'close': that waits for every grandchild that inherited the output, and a killed Postgres leaves some.
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Once it runs, what can still come as an error is a signal that could not be sent: `stop` sees that by itself.
  child.on('error', (error) => onLine?.(error.message));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} was started but has no process number.`);
  return { pid, exited, process: child, stop: (escalation = ORDERLY) => stop(child, pid, exited, escalation) };
}

async function stop(
  child: ChildProcess,
  pid: number,
  exited: Promise<Exit>,
  escalation: readonly Step[],
): Promise<Exit> {
  for (const [signal, patienceMs] of escalation) {
    if (isOver(child)) return exited;
    send(pid, signal);
    if (await endsWithin(exited, patienceMs)) return exited;
  }
  if (!isOver(child)) send(pid, 'SIGKILL');
  return exited;
}

export function hasEnded(child: Child): boolean {
  return isOver(child.process);
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function endsWithin(exited: Promise<Exit>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([exited.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (!stream) return;
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', onLine);
}
