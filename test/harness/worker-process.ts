import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { testMachine } from './addresses.js';

/** A worker in a process of its own, from the sources as they are, so that it can really be killed. */
export interface WorkerProcess {
  readonly pid: number;
  kill(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): void;
  ended(): Promise<void>;
}

export function startWorkerProcess(variables: Readonly<Record<string, string>>): WorkerProcess {
  const child: ChildProcess = spawn(process.execPath, [testMachine().compiled.entry, 'worker'], {
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...variables },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exit = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    kill: (signal) => void child.kill(signal),
    ended: async () => {
      await exit;
    },
  };
}
