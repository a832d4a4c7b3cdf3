/** Waits until the machine has stopped its servers and removed their data: nothing may outlive the tests. */
export default async function tearDown(): Promise<void> {
  const machine = globalThis.rollcallTestMachine;
  if (machine?.exitCode !== null) return;
  const ended = new Promise((resolve) => machine.once('exit', resolve));
  machine.disconnect();
  await ended;
}
