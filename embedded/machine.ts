import { identify } from './process-identity.js';
import { removeRunFile, writeRunFile, type RunFile } from './run-file.js';
import { supervise, type Service, type Supervised } from './supervisor.js';
import type { Logger } from '../config/logging.js';

/** The processes of one `start`: kept running, told of in run.json, stopped in the reverse of the order they need. */
export type ProcessName = 'postgres' | 'temporal' | 'simulators' | 'worker' | 'api';

const STOP_ORDER: readonly ProcessName[] = ['api', 'worker', 'simulators', 'temporal', 'postgres'];

export class Machine {
  readonly #dataDir: string;
  readonly #log: Logger;
  readonly #print: (line: string) => void;
  readonly #services = new Map<ProcessName, Supervised<Service>>();
  readonly #others: (() => Promise<void>)[] = [];
  #run: Omit<RunFile, 'processes'> | null = null;
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(dataDir: string, log: Logger, print: (line: string) => void) {
    this.#dataDir = dataDir;
    this.#log = log;
    this.#print = print;
  }

  /** Starts a process and keeps it running. @returns the first one; a later one listens where it did. */
  async add<S extends Service>(name: ProcessName, start: (previous: S | null) => Promise<S>): Promise<S> {
    const supervised = await supervise<S>({
      name,
      start,
      onRestart: () => this.#write(),
      print: this.#print,
      log: this.#log,
    });
    this.#services.set(name, supervised);
    await this.#write();
    return supervised.current();
  }

  /** Something of this process itself, stopped when no process of ours uses it any more. */
  atStop(stop: () => Promise<void>): void {
    this.#others.push(stop);
  }

  /** From now on run.json tells of this Rollcall. */
  async announce(run: Omit<RunFile, 'processes'>): Promise<void> {
    this.#run = run;
    await this.#write();
  }

  /** One that cannot be stopped does not keep the others from being stopped. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const failures: unknown[] = [];
    const attempt = async (work: () => Promise<void>): Promise<void> =>
      work().catch((error: unknown) => void failures.push(error));
    for (const name of STOP_ORDER) {
      const service = this.#services.get(name);
      if (service) await attempt(() => service.stop());
      if (name === 'simulators') await Promise.all(this.#others.map(attempt));
    }
    await attempt(() => this.#writing);
    await removeRunFile(this.#dataDir);
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.');
  }

  /** For whoever asks a second time. */
  async kill(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([...this.#services.values()].map((service) => service.kill()));
    await removeRunFile(this.#dataDir);
  }

  async #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      if (this.#run === null || this.#stopped) return;
      await writeRunFile(this.#dataDir, { ...this.#run, processes: await this.#processes() });
    });
    await this.#writing;
  }

  async #processes(): Promise<RunFile['processes']> {
    const processes: RunFile['processes'] = [];
    for (const [name, service] of this.#services) {
      const { pid } = service.current();
      const identity = await identify(pid);
      processes.push({ name, pid, ...(identity && { started: identity.started }) });
    }
    return processes;
  }
}
