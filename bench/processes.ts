import { fileURLToPath } from 'node:url';
import { extname } from 'node:path';
import { startChild, type Child } from '../embedded/child.js';

/** The benchmark's own processes: each measured thing has one to itself, so that its memory and its CPU are its own. */
export interface BenchProcess {
  readonly pid: number;
  /** Sends a message and gives the next one that comes back. */
  ask(message: object): Promise<unknown>;
  stop(): Promise<unknown>;
}

const PATIENCE = [['SIGTERM', 5000]] as const;

/** Starts a script of this folder and gives the message that it begins with. */
export async function startScript(
  name: string,
  args: readonly string[],
): Promise<{ script: BenchProcess; first: unknown }> {
  const script = fileURLToPath(new URL(`./${name}${extname(import.meta.filename)}`, import.meta.url));
  const child = await startChild(process.execPath, [...process.execArgv, script, ...args], {
    env: { PATH: process.env.PATH },
    channel: true,
  });
  const first = await nextMessage(child, name);
  const stop = () => child.stop(PATIENCE);
  const ask = (message: object) => {
    const answer = nextMessage(child, name);
    child.process.send(message);
    return answer;
  };
  return { script: { pid: child.pid, ask, stop }, first };
}

function nextMessage(child: Child, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.process.once('message', resolve);
    void child.exited.then(({ code, signal }) =>
      reject(new Error(`The benchmark's process ${name} ended with ${signal ?? `code ${code}`}.`)),
    );
  });
}
