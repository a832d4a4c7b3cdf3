import { exitWithParent } from '../embedded/parent-watch.js';
import { startSimulators, type Simulated } from '../simulators/start.js';

/** All simulated HR systems with a large company each. Argument: people. Tells its parent where they listen. */
export interface VendorServerReady {
  readonly simulated: readonly Simulated[];
}

const [people = ''] = process.argv.slice(2);
const simulators = await startSimulators({ people: Number(people) });
const ready: VendorServerReady = { simulated: simulators.all };
process.send?.(ready);
process.on('SIGTERM', () => {
  void simulators.close();
  if (process.connected) process.disconnect();
});
exitWithParent();
