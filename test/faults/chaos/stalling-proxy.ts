import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** Stands between one worker and Postgres. Stalled, nothing passes and nothing is lost, as on a network that hangs. */
export interface StallingProxy {
  /** The address with this proxy's port. */
  readonly url: string;
  stall(): void;
  flow(): void;
  close(): Promise<void>;
}

export async function startStallingProxy(target: string): Promise<StallingProxy> {
  const there = new URL(target);
  const open = new Set<Socket>();
  let stalled = false;
  const server = createServer((near) => {
    const far = connect(Number(there.port), there.hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => void to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      if (stalled) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = new URL(target);
  own.port = String(typeof address === 'object' ? (address?.port ?? '') : '');
  return {
    url: own.href,
    stall() {
      stalled = true;
      for (const socket of open) socket.pause();
    },
    flow() {
      stalled = false;
      for (const socket of open) socket.resume();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
