import { join } from 'node:path';
import { startIntelliHr } from './intellihr.js';
import { PLATFORM_KEY, startMerge } from './merge.js';
import { startPersonio } from './personio.js';
import { startSageHr } from './sage-hr.js';
import { startSagePeople } from './sage-people.js';
import type { VendorSimulator } from './directories.js';

/** One simulated HR system as it was brought up; `variable` is what Rollcall's worker finds it by. */
export interface Simulated {
  readonly id: string;
  readonly name: string;
  readonly variable: string;
  readonly url: string;
  /** For the variable. */
  readonly baseUrl: string;
  /** Other variables that go with it. */
  readonly more: Readonly<Record<string, string>>;
  readonly port: number;
}

export interface SimulatorsOptions {
  /** By id; tried first, a busy one is avoided. Absent: any free one. */
  readonly ports?: Readonly<Record<string, number>>;
  readonly host?: string;
  /** Where the companies are kept over restarts; absent: nowhere. */
  readonly dataDir?: string;
  /** How many are employed in the default companies. */
  readonly people?: number;
}

export interface Simulators {
  readonly all: readonly Simulated[];
  close(): Promise<void>;
}

interface Vendor {
  readonly id: string;
  readonly name: string;
  readonly variable: string;
  readonly start: (options: {
    port: number;
    host?: string;
    stateFile?: string;
    people?: number;
  }) => Promise<VendorSimulator>;
  readonly more?: Readonly<Record<string, string>>;
}

const VENDORS: readonly Vendor[] = [
  { id: 'sage-hr', name: 'Sage HR', variable: 'ROLLCALL_SAGE_HR_URL', start: startSageHr },
  { id: 'intellihr', name: 'intelliHR', variable: 'ROLLCALL_INTELLIHR_URL', start: startIntelliHr },
  { id: 'personio', name: 'Personio', variable: 'ROLLCALL_PERSONIO_URL', start: startPersonio },
  { id: 'sage-people', name: 'Sage People', variable: 'ROLLCALL_SAGE_PEOPLE_URL', start: startSagePeople },
  {
    id: 'merge',
    name: 'Merge',
    variable: 'ROLLCALL_MERGE_URL',
    start: startMerge,
    more: { ROLLCALL_MERGE_API_KEY: PLATFORM_KEY },
  },
];

/** Those that the demo uses, one after the other from here on. */
export const USUAL_PORTS: Readonly<Record<string, number>> = Object.fromEntries(
  VENDORS.map(({ id }, at) => [id, 4010 + at]),
);

/** Everything that is simulated, brought up together. */
export async function startSimulators({
  ports = {},
  host,
  dataDir,
  people,
}: SimulatorsOptions = {}): Promise<Simulators> {
  const started = await Promise.all(
    VENDORS.map(async ({ id, name, variable, start, more = {} }) => {
      const server = await atFreePort(ports[id] ?? 0, (port) =>
        start({
          port,
          ...(host === undefined ? {} : { host }),
          ...(people === undefined ? {} : { people }),
          ...(dataDir === undefined ? {} : { stateFile: join(dataDir, 'simulators', `${id}.json`) }),
        }),
      );
      const { url, baseUrl, port } = server;
      return { simulated: { id, name, variable, url, baseUrl, port, more }, server };
    }),
  );
  return {
    all: started.map(({ simulated }) => simulated),
    close: async () => {
      await Promise.all(started.map(({ server }) => server.close()));
    },
  };
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
