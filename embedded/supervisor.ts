import type { Exit } from './child.js';
import type { Logger } from '../config/logging.js';

/** Something that runs as a process of its own. */
export interface Service {
  pid: number;
  exited: Promise<Exit>;
  stop: () => Promise<unknown>;
  /** Without order, as fast as it goes. */
  kill: () => Promise<unknown>;
}

export interface Supervised<S extends Service> {
  name: string;
  /** The one that runs now, or ran last. */
  current: () => S;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
}

export interface Supervision<S extends Service> {
  name: string;
  /** Called for the first start, and again, with the one that died, for each other. */
  start: (previous: S | null) => Promise<S>;
  /** The process has another number now. */
  onRestart: () => void | Promise<void>;
  print: (line: string) => void;
  log: Logger;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** Who lived so long is forgiven what was before. */
const SETTLED_AFTER_MS = 30_000;

/** Starts it and, whenever it dies before it is stopped, starts it again, each time after a longer pause. */
export async function supervise<S extends Service>(supervision: Supervision<S>): Promise<Supervised<S>> {
  const { name, start, print, log } = supervision;
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let current = await start(null);

  const again = async (): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    for (;;) {
      const since = Date.now();
      const exit = await current.exited;
      if (isStopping()) return;
      if (Date.now() - since > SETTLED_AFTER_MS) pause = FIRST_PAUSE_MS;
      print(`The ${name} process ended (${describe(exit)}): it is started again.`);
      for (let up = false; !up; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        await wait(pause, stopping.signal);
        if (isStopping()) return;
        up = await start(current).then(
          (next) => {
            current = next;
            return true;
          },
          (error: unknown) => {
            log.error({ err: error }, `the ${name} process does not start again`);
            return false;
          },
        );
      }
      if (isStopping()) {
        await current.stop();
        return;
      }
      await supervision.onRestart();
    }
  };
  const watching = again();

  return {
    name,
    current: () => current,
    stop: async () => {
      stopping.abort();
      await current.stop();
      await watching;
    },
    kill: async () => {
      stopping.abort();
      await current.kill();
    },
  };
}

function describe({ code, signal }: Exit): string {
  return signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
}

async function wait(milliseconds: number, until: AbortSignal): Promise<void> {
  if (until.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, milliseconds);
    until.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      until.removeEventListener('abort', done);
      resolve();
    }
  });
}
