import { join } from 'node:path';
import { startSageHr, type SageHrSimulator } from './sage-hr.js';

export interface SimulatorsOptions {
  /** Tried first; a busy one is avoided. */
  readonly ports?: { readonly sageHr?: number };
  readonly host?: string;
  /** Where the companies are kept over restarts; absent: nowhere. */
  readonly dataDir?: string;
}

export interface Simulators {
  readonly sageHr: SageHrSimulator;
  close(): Promise<void>;
}

/** Everything that is simulated, brought up together. */
export async function startSimulators(options: SimulatorsOptions = {}): Promise<Simulators> {
  const sageHr = await atFreePort(options.ports?.sageHr ?? 0, (port) =>
    startSageHr({
      port,
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.dataDir === undefined ? {} : { stateFile: join(options.dataDir, 'simulators', 'sage-hr.json') }),
    }),
  );
  return { sageHr, close: () => sageHr.close() };
}

async function atFreePort<T>(usual: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(usual);
  } catch (error) {
    const busy = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
    if (!busy || usual === 0) throw error;
    return start(0);
  }
}
