import { startSimulators, USUAL_PORTS, type Simulated } from '../simulators/start.js';
import { exitWithParent } from './parent-watch.js';

/**
 * The simulated HR systems as a process of their own, so that the demo's import meets them over HTTP as it would meet
 * the real ones. Arguments: the data directory and the ports to use again as JSON, by id; the usual ones where none is
 * given. Tells its parent where they listen.
 */
export interface SimulatorAddresses {
  readonly simulated: readonly Simulated[];
}

const [dataDir = '', ports = '{}'] = process.argv.slice(2);
const again = JSON.parse(ports) as Readonly<Record<string, number>>;
const simulators = await startSimulators({ dataDir, ports: { ...USUAL_PORTS, ...again } });

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await simulators.close();
  if (process.connected) process.disconnect();
}
process.on('SIGTERM', () => void close());
exitWithParent();

const addresses: SimulatorAddresses = { simulated: simulators.all };
process.send?.(addresses);
