import type { AddressInfo } from 'node:net';
import { WrongEnvironment, type Environment } from '../../config/environment.js';
import { openKeys } from '../../config/key-ring.js';
import type { Logger } from '../../config/logging.js';
import { openContext } from '../operations/open.js';
import { buildApi } from './build.js';

export interface RunningApi {
  readonly url: string;
  /** No new requests, those under way to their end, then Postgres and Temporal are let go. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly environment: Environment;
  /** Temporal's own variables, as in `process.env`. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}

const USUAL_PORT = 3000;

export async function serveApi({ environment, variables, log }: ServeOptions): Promise<RunningApi> {
  const { DATABASE_URL: databaseUrl } = environment;
  const keys = openKeys(environment);
  if (databaseUrl === undefined || keys === null) {
    throw new WrongEnvironment(
      'The API needs DATABASE_URL, and ROLLCALL_ENCRYPTION_KEYS or ROLLCALL_ENCRYPTION_KEYS_FILE.',
    );
  }
  const context = openContext({ environment, databaseUrl, keys, variables, log, name: 'rollcall-api' });
  await context.load();
  const app = await buildApi(context);
  const stop = async (): Promise<void> => {
    await app.close();
    await context.close();
  };
  try {
    await app.listen({ port: environment.PORT ?? USUAL_PORT, host: environment.HOST });
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  const host = environment.HOST.includes(':') ? `[${environment.HOST}]` : environment.HOST;
  const url = `http://${host}:${port}`;
  log.info({ url }, 'The API listens.');
  return { url, stop };
}
