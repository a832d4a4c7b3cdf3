import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { basename, resolve } from 'node:path';
import { isSystemError } from '../config/system-errors.js';

const LOOPBACK = '127.0.0.1';
const USUAL_DATA_DIR = '.rollcall';

/** Below those that systems give out by themselves. */
const OWN_FROM = 20_000;
const OWN_PORTS = 10_000;

/**
 * The usual ports are those of the usual data directory. Any other one has ports of its own, the same each time: of two
 * installations side by side, one must not take the other's port in the moment in which a server is restarted there,
 * for the worker that waits for it would connect to the wrong one.
 */
export function portsOf(dataDir: string, usual: readonly number[]): readonly number[] {
  if (basename(resolve(dataDir)) === USUAL_DATA_DIR) return usual;
  const digest = createHash('sha256')
    .update(`${resolve(dataDir)}:${usual[0]}`)
    .digest();
  return [OWN_FROM + (digest.readUInt32BE(0) % OWN_PORTS)];
}

/** The first of the wished ports that nobody listens on, else any free one. */
export async function freePort(wished: readonly number[], host = LOOPBACK): Promise<number> {
  for (const port of [...wished, 0]) {
    const free = await tryPort(port, host);
    if (free !== null) return free;
  }
  throw new Error(`No free port on ${host}: neither ${wished.join(', ')} nor any other could be opened.`);
}

async function tryPort(port: number, host: string): Promise<number | null> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port, host, exclusive: true }, resolve);
    });
  } catch (error) {
    if (isSystemError(error, 'EADDRINUSE', 'EACCES')) return null;
    throw error;
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : null;
}
