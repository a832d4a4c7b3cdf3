import { setTimeout as delay } from 'node:timers/promises';
import { isGrpcServiceError } from '@temporalio/client';
import type { Logger } from '../config/logging.js';
import { isDatabaseAway } from '../database/away.js';

/**
 * A worker may come up before Postgres and the Temporal server, or while one of them comes back: then it waits for them,
 * instead of ending again and again until they are there. What waiting cannot mend (a wrong role, missing search attributes)
 * ends it with its sentence.
 */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** Of gRPC: cancelled, unknown, out of time, overrun, a fault inside, away. */
const GRPC_AWAY: readonly number[] = [1, 2, 4, 8, 13, 14];

/** What the worker's own connection says of a server that it does not reach; its class is not for others. */
const TRANSPORT_ERROR = 'TransportError';

/** @returns null where the wish to stop came first */
export async function whenServersAnswer<T>(
  connect: () => Promise<T>,
  log: Logger,
  stop: AbortSignal,
): Promise<T | null> {
  for (let pause = FIRST_PAUSE_MS; !stop.aborted; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await connect();
    } catch (error) {
      if (!isAway(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      log.warn({ why }, 'a server does not answer yet; the worker waits for it');
      // Told to stop, it looks up at once.
      await delay(pause, undefined, { signal: stop }).catch(() => undefined);
    }
  }
  return null;
}

function isAway(error: unknown): boolean {
  if (isDatabaseAway(error) || (error instanceof Error && error.name === TRANSPORT_ERROR)) return true;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (isGrpcServiceError(cause)) return GRPC_AWAY.includes(cause.code);
  }
  return false;
}
