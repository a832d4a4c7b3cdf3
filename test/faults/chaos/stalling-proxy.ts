import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

const LOOPBACK = '127.0.0.1';

/** Stands between one worker and one server. Stalled, nothing passes and nothing is lost, as on a network that hangs. */
export interface StallingProxy {
  readonly port: number;
  stall(): void;
  flow(): void;
  /** Ends the connections there are; new ones pass. */
  cut(): void;
  close(): Promise<void>;
}

export async function startStallingProxy(target: { readonly port: number }): Promise<StallingProxy> {
  const open = new Set<Socket>();
  let stalled = false;
  const server = createServer((near) => {
    const far = connect(target.port, LOOPBACK);
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
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: address.port,
    stall() {
      stalled = true;
      for (const socket of open) socket.pause();
    },
    flow() {
      stalled = false;
      for (const socket of open) socket.resume();
    },
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
