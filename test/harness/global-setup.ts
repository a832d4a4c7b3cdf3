import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/**
 * Jest compiles this file as CommonJS and resolves its imports without the project's map, so all that needs ours is in
 * the machine's own process. Its addresses reach the test files by one variable.
 */
declare global {
  var rollcallTestMachine: ChildProcess | undefined;
}

const START_TIMEOUT_MS = 240_000;

export default async function setUp(): Promise<void> {
  const machine = fork(join(process.cwd(), 'test/harness/machine.ts'), {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, NODE_OPTIONS: '' },
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const timer = setTimeout(() => machine.disconnect(), START_TIMEOUT_MS);
  try {
    process.env.ROLLCALL_TEST_MACHINE = await new Promise<string>((resolve, reject) => {
      machine.once('message', (addresses) => resolve(JSON.stringify(addresses)));
      machine.once('error', reject);
      machine.once('exit', () => reject(new Error('The test machine ended before it was ready; it says why above.')));
    });
  } finally {
    clearTimeout(timer);
  }
  globalThis.rollcallTestMachine = machine;
}
