import { startSimulators } from '../simulators/start.js';
import { exitWithParent } from './parent-watch.js';

/**
 * The simulated HR systems as a process of their own, so that the demo's import meets them over HTTP as it would meet
 * the real ones. Arguments: the data directory and the port to use again, 0 for the usual one. Tells its parent where
 * it listens.
 */
export interface SimulatorAddresses {
  sageHr: { url: string; baseUrl: string; port: number };
}

const USUAL_PORT = 4010;

const [dataDir = '', port = '0'] = process.argv.slice(2);
const simulators = await startSimulators({ dataDir, ports: { sageHr: Number(port) || USUAL_PORT } });

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await simulators.close();
  if (process.connected) process.disconnect();
}
process.on('SIGTERM', () => void close());
exitWithParent();

const { url, baseUrl, port: chosen } = simulators.sageHr;
const addresses: SimulatorAddresses = { sageHr: { url, baseUrl, port: chosen } };
process.send?.(addresses);
