import { createServer } from 'node:net';
import { isSystemError } from './system-errors.js';

const LOOPBACK = '127.0.0.1';

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
