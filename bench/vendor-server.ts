import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exitWithParent } from '../embedded/parent-watch.js';
import { startSimulators, type Simulated } from '../simulators/start.js';

/**
 * All simulated HR systems with a large company each, and a server that answers `/n` with n bytes: what the network alone
 * costs. Argument: people. Tells its parent where they listen.
 */
export interface VendorServerReady {
  readonly simulated: readonly Simulated[];
  readonly bytesUrl: string;
}

const [people = ''] = process.argv.slice(2);
const simulators = await startSimulators({ people: Number(people) });
const bytes = createServer((request, response) => {
  response.end(Buffer.alloc(Number(request.url?.slice(1) ?? 0), 'x'));
});
await new Promise<void>((done) => bytes.listen(0, '127.0.0.1', done));
const ready: VendorServerReady = {
  simulated: simulators.all,
  bytesUrl: `http://127.0.0.1:${(bytes.address() as AddressInfo).port}`,
};
process.send?.(ready);
process.on('SIGTERM', () => {
  bytes.close();
  void simulators.close();
  if (process.connected) process.disconnect();
});
exitWithParent();
