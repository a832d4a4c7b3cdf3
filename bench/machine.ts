import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { isSystemError } from '../config/system-errors.js';

/** Where and of what a result was measured; without it a figure says nothing. */
export interface Surroundings {
  readonly commit: string;
  readonly at: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly command: string;
}

const run = promisify(execFile);

export async function describeSurroundings(args: readonly string[]): Promise<Surroundings> {
  const processors = cpus();
  return {
    commit: await readCommit(),
    at: new Date().toISOString(),
    node: process.version,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    command: ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
  };
}

/** The commit, with a plus sign when files differ from it; `unknown` where this is no checkout. */
async function readCommit(): Promise<string> {
  try {
    const { stdout: commit } = await run('git', ['rev-parse', '--short=12', 'HEAD']);
    const { stdout: changes } = await run('git', ['status', '--porcelain']);
    return `${commit.trim()}${changes.trim() === '' ? '' : '+'}`;
  } catch {
    // An unpacked release has no history to ask.
    return 'unknown';
  }
}

/** The most memory a process has held so far, in megabytes: the kernel's own high-water mark. Null where it keeps none. */
export async function peakMemory(pid: number): Promise<number | null> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}
