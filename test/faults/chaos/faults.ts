import { setTimeout as delay } from 'node:timers/promises';
import type { Companies } from './companies.js';
import type { Draw } from './draw.js';
import { WORKERS, type Site } from './site.js';

/** What a storm can do. Each is drawn whole before it begins, so that the seed alone says what happens, and heals itself. */
export interface Scene {
  readonly site: Site;
  readonly companies: Companies;
  readonly print: (line: string) => void;
}

export interface Fault {
  readonly kind: string;
  /** Begins after so many milliseconds of the storm. */
  readonly after: number;
  readonly run: (scene: Scene) => Promise<void>;
}

type Make = (draw: Draw) => (scene: Scene) => Promise<void>;

/** Longer than the ten seconds without a heartbeat after which a worker is thought dead. */
const FROZEN_MS = { least: 11_000, most: 14_000 };

const workers: Readonly<Record<string, Make>> = {
  'worker killed': (draw) => {
    const worker = draw.one(WORKERS);
    const down = draw.between(0, 2_500);
    return async ({ site }) => {
      await site.kill(`worker-${worker}`);
      await delay(down);
      await site.startWorker(worker);
    };
  },
  'both workers killed': (draw) => {
    const down = draw.between(0, 3_000);
    return async ({ site }) => {
      await Promise.all(WORKERS.map((worker) => site.kill(`worker-${worker}`)));
      await delay(down);
      await Promise.all(WORKERS.map((worker) => site.startWorker(worker)));
    };
  },
  'worker frozen past its heartbeat': (draw) => {
    const worker = draw.one(WORKERS);
    const frozen = draw.between(FROZEN_MS.least, FROZEN_MS.most);
    return async ({ site }) => {
      site.signalWorker(worker, 'SIGSTOP');
      await delay(frozen);
      site.signalWorker(worker, 'SIGCONT');
    };
  },
  'clock of a worker wrong': (draw) => {
    const worker = draw.one(WORKERS);
    const hours = draw.one([-31, -9, -2, 3, 11, 26]);
    const wrong = draw.between(5_000, 9_000);
    return async ({ site }) => {
      await site.kill(`worker-${worker}`);
      await site.startWorker(worker, hours);
      await delay(wrong);
      await site.kill(`worker-${worker}`, 'SIGTERM');
      await site.startWorker(worker);
    };
  },
  'network of a worker hanging': (draw) => {
    const worker = draw.one(WORKERS);
    const hanging = draw.between(2_000, 9_000);
    return async ({ site }) => {
      const { postgres } = site.proxiesOf(worker);
      postgres.stall();
      await delay(hanging);
      postgres.flow();
    };
  },
};

const servers: Readonly<Record<string, Make>> = {
  'Postgres restarted': (draw) => postgresGone('restart', draw.between(0, 3_000)),
  'Postgres killed': (draw) => postgresGone('kill', draw.between(0, 3_000)),
  'connections to Postgres cut': (draw) => {
    const pauses = Array.from({ length: draw.between(1, 4) }, () => draw.between(100, 900));
    return async ({ site }) => {
      for (const pause of pauses) {
        // Postgres itself may be away at that moment by another fault of the storm: then all are cut.
        await site.cutConnections().catch(() => undefined);
        await delay(pause);
      }
    };
  },
  'Temporal server killed': (draw) => {
    const down = draw.between(0, 4_000);
    return async ({ site }) => {
      await site.killTemporal();
      await delay(down);
      await site.startTemporalAgain();
    };
  },
  'API killed': (draw) => {
    const down = draw.between(0, 1_500);
    return async ({ site }) => {
      await site.kill('api');
      await delay(down);
      await site.startApi();
    };
  },
};

function postgresGone(how: 'restart' | 'kill', down: number) {
  return async ({ site }: Scene) => {
    await site.stopPostgres(how);
    await delay(down);
    await site.startPostgresAgain();
  };
}

const mail: Readonly<Record<string, Make>> = {
  'mail server down': (draw) => {
    const down = draw.between(1_000, 6_000);
    return async ({ site }) => {
      await site.stopSink();
      await delay(down);
      await site.startSinkAgain();
    };
  },
  'mail server hanging': (draw) => {
    const hanging = draw.between(1_000, 5_000);
    return async ({ site }) => {
      site.sink.pause();
      await delay(hanging);
      site.sink.resume();
    };
  },
  'mailboxes refused': (draw) => {
    const code = draw.one([450, 550]);
    const pattern = new RegExp(`[${draw.one(['a-f', 'g-m', 'n-z'])}]@`);
    return async ({ site }) => {
      site.sink.refuse(pattern, code);
      await delay(3_000);
      site.sink.refuse(null);
    };
  },
};

/** Of one company's HR system, each way in which the simulator can fail. */
const provider = (kind: string, more: (draw: Draw) => object): Make => {
  return (draw) => {
    const which = draw.fraction();
    const fault = { kind, list: draw.one(['employees', 'terminated']), ...more(draw) };
    const lasts = draw.between(2_000, 8_000);
    return async ({ companies }) => {
      const company = companies.all[Math.floor(which * companies.all.length)];
      if (company === undefined) return;
      await companies.control('POST', `${company.subdomain}/faults`, fault);
      await delay(lasts);
    };
  };
};
const times = (draw: Draw) => ({ times: draw.between(1, 4), page: draw.between(1, 3) });

const providers: Readonly<Record<string, Make>> = {
  'HR system: key refused (401)': provider('401', times),
  'HR system: forbidden (403)': provider('403', times),
  'HR system: too many requests (429)': provider('429', (draw) => ({ ...times(draw), retryAfter: draw.between(1, 3) })),
  'HR system: error 500': provider('500', times),
  'HR system: error 502': provider('502', times),
  'HR system: error 503': provider('503', times),
  'HR system: hangs': provider('hang', times),
  'HR system: answer cut off': provider('cut-off', times),
  'HR system: page instead of JSON': provider('html', times),
  'HR system: slow': provider('slow', (draw) => ({ delayMs: draw.between(200, 1_500), times: 12 })),
  'HR system: people left out of the list': provider('short', () => ({ list: 'employees' })),
};

const people: Readonly<Record<string, Make>> = {
  'import cancelled': (draw) => {
    const which = draw.fraction();
    return async ({ companies }) => {
      const company = companies.all[Math.floor(which * companies.all.length)];
      if (company !== undefined) await companies.cancelWhatRuns(company);
    };
  },
};

/** Faults of one group follow one another, since two cannot take the same thing down; the groups rage at once. */
const GROUPS = [workers, servers, mail, providers, people];
const WITHIN_MS = 7_000;

export function drawFaults(draw: Draw): Fault[][] {
  return draw.some(GROUPS, draw.between(2, 4)).map((group) => {
    const kinds = draw.some(Object.keys(group), draw.between(1, group === providers ? 3 : 2));
    return kinds.map((kind) => {
      const make = group[kind];
      if (make === undefined) throw new Error(`There is no fault ${kind}.`);
      return { kind, after: draw.between(0, WITHIN_MS), run: make(draw) };
    });
  });
}

/** Whatever a storm has left undone. */
export async function heal({ site, companies }: Scene): Promise<void> {
  for (const worker of WORKERS) {
    site.proxiesOf(worker).postgres.flow();
    site.signalWorker(worker, 'SIGCONT');
    if (site.isDown(`worker-${worker}`)) await site.startWorker(worker);
  }
  if (site.isDown('api')) await site.startApi();
  await site.startSinkAgain();
  site.sink.resume();
  site.sink.refuse(null);
  for (const { subdomain } of companies.all) await companies.control('DELETE', `${subdomain}/faults`);
}
