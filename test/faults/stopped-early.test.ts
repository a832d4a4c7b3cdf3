import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startProduct } from '../harness/product.js';
import { startWorkerProcess } from '../harness/worker-process.js';

/** From before it is connected until after it runs. */
const MOMENTS_MS = [300, 900, 1_500, 2_500];

test('a worker that is told to stop while it starts ends at once, at whatever moment', async () => {
  const product = await startProduct('stopped-early', { people: 1, workers: false });
  const ends = MOMENTS_MS.map(async (moment) => {
    const worker = startWorkerProcess(product.variables);
    await delay(moment);
    worker.kill('SIGTERM');
    const ended = await Promise.race([worker.ended().then(() => true), delay(20_000, false, { ref: false })]);
    if (!ended) worker.kill('SIGKILL');
    return ended;
  });
  expect(await Promise.all(ends)).toEqual(MOMENTS_MS.map(() => true));
  await product.stop();
}, 60_000);
