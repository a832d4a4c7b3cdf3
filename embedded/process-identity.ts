import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { exitCode, isSystemError } from '../config/system-errors.js';

/**
 * Who a process is: its number and the moment it began. The number alone is not enough: systems use numbers again, and
 * a start that trusts one left in a file would refuse to run, or would end a stranger's process.
 */
export interface ProcessIdentity {
  pid: number;
  /** Opaque: ticks since boot on Linux, the date that ps tells elsewhere. */
  started: string;
}

const run = promisify(execFile);
const LOOK_AGAIN_MS = 20;

/** @returns null when no such process runs; one that has ended but was not collected yet (a zombie) does not run. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  if (process.platform !== 'linux') {
    const started = await ask('lstart=', pid);
    return started === '' ? null : { pid, started };
  }
  const stat = await readOrNothing(`/proc/${pid}/stat`);
  // The name in brackets may hold spaces and brackets itself, so fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const started = fields[19];
  return started === undefined || state === 'Z' || state === 'X' ? null : { pid, started };
}

/** This very process. */
export async function identifySelf(): Promise<ProcessIdentity> {
  const self = await identify(process.pid);
  if (self === null) throw new Error('This system does not tell when a process began: neither /proc nor ps answers.');
  return self;
}

export async function stillRuns(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.started === identity.started;
}

/** The words a process was started with, joined by spaces; empty when it does not run or does not tell. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') return ask('args=', pid);
  return (await readOrNothing(`/proc/${pid}/cmdline`)).replaceAll('\0', ' ').trim();
}

/** Ends exactly this process: first by `signal`, by SIGKILL when it takes longer than `patienceMs`. */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals, patienceMs: number): Promise<void> {
  for (const [attempt, wait] of [
    [signal, patienceMs],
    ['SIGKILL', 5000],
  ] as const) {
    if (!(await stillRuns(identity))) return;
    send(identity.pid, attempt);
    const until = Date.now() + wait;
    while (Date.now() < until) {
      if (!(await stillRuns(identity))) return;
      await delay(LOOK_AGAIN_MS);
    }
  }
  throw new Error(
    `Process ${identity.pid}, left over by an earlier start, does not end: end it by hand and start again.`,
  );
}

/** A process that ended in between is what the sender wanted; anything else (no permission) is told. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}

async function readOrNothing(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return '';
    throw error;
  }
}

/** ps ends with 1 when there is no such process. */
async function ask(column: string, pid: number): Promise<string> {
  try {
    const { stdout } = await run('ps', ['-o', column, '-p', String(pid)]);
    return stdout.trim();
  } catch (error) {
    if (exitCode(error) === 1) return '';
    throw error;
  }
}
