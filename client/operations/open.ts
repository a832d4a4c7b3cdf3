import type { Environment } from '../../config/environment.js';
import type { KeySource } from '../../config/key-ring.js';
import type { Logger } from '../../config/logging.js';
import { openDatabase } from '../../database/connection.js';
import { openWhenAsked } from '../temporal-door.js';
import type { Context } from './context.js';

export interface ContextOptions {
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly keys: KeySource;
  /** Temporal's own variables: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, … */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly connections?: number;
  readonly name: string;
}

export interface OpenContext extends Context {
  /** For who will need all of it, and not wait then: loads what is otherwise loaded by the first who asks for it. */
  load(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the doors without knocking: neither Postgres nor Temporal has to be there yet. */
export function openContext(options: ContextOptions): OpenContext {
  const { environment, keys, log } = options;
  const db = openDatabase(options.databaseUrl, {
    name: options.name,
    ...(options.connections === undefined ? {} : { connections: options.connections }),
  });
  const temporal = openWhenAsked(async () => {
    const { openTemporal } = await import('../temporal.js');
    return openTemporal(options.variables);
  });
  return {
    db,
    temporal,
    environment,
    keys,
    log,
    load: () => temporal.load(),
    close: async () => {
      await temporal.close();
      await db.destroy();
    },
  };
}
