import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { installBreakpoints } from '../harness/breakpoints.js';
import { startProduct, type Product } from '../harness/product.js';
import { startWorkerProcess, type WorkerProcess } from '../harness/worker-process.js';
import { control } from '../simulators/control.js';

/** A worker process, killed with SIGKILL while it asks for those who are missing; then a new one. */
let product: Product;
let worker: WorkerProcess;
beforeAll(async () => {
  product = await startProduct('killed-look-up', { people: 60, workers: false });
  worker = startWorkerProcess(product.variables);
}, 60_000);
afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended();
  await product.stop();
}, 60_000);

test('what was learned before is not asked again, and everybody who is gone goes', async () => {
  const integration = await product.createIntegration();
  await product.ended(await product.publish(integration, { live: { removalLimit: { share: 1, count: 100 } } }));
  const { ids } = (await control(product.simulator.url, 'POST', 'acme/bulk', { remove: 20 })) as { ids: number[] };
  const missing = await product.rows<{ id: string }>(
    "select provider_person_id as id from members where state = 'active' and provider_person_id = any(?)",
    [ids.map(String)],
  );
  expect(missing.length).toBeGreaterThan(10);
  expect(missing.length).toBeLessThanOrEqual(20);
  await control(product.simulator.url, 'DELETE', 'acme/requests');

  const breakpoints = await installBreakpoints(product);
  await breakpoints.set(integration, 'look-up');
  const id = await product.importNow(integration);
  await breakpoints.reached(1);
  worker.kill('SIGKILL');
  await worker.ended();
  await breakpoints.release();
  worker = startWorkerProcess(product.variables);
  const run = await product.ended(id);
  await breakpoints.close();

  expect(run).toMatchObject({ failure_code: null, counts: { vanished: missing.length } });
  const { paths } = (await control(product.simulator.url, 'GET', 'acme/requests')) as { paths: Record<string, number> };
  // The first ten and their control once; the others and theirs by either worker.
  expect(paths['/employees/{id}']).toBe(10 + 1 + 2 * (missing.length - 10 + 1));
}, 120_000);
