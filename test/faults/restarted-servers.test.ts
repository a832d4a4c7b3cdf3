import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../config/logging.js';
import { migrate } from '../../database/migrate.js';
import { startPostgres, type EmbeddedPostgres } from '../../embedded/postgres.js';
import type { EmbeddedTemporal } from '../../embedded/temporal-server.js';
import { installBreakpoints, type Point } from '../harness/breakpoints.js';
import { databaseOf, startOwnTemporal } from '../harness/own-servers.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { connectTemporal } from '../harness/temporal.js';
import { startWorkerProcess, type WorkerProcess } from '../harness/worker-process.js';

/** Postgres and the Temporal server are killed with SIGKILL in the middle of a run and come back; nobody else is told. */
const log = createLogger('restarted-servers', 'silent');
/** A worker that ends for it has done so by then. */
const SEEN_AWAY_MS = 12_000;
let dataDir: string;
let postgres: EmbeddedPostgres;
let temporal: EmbeddedTemporal;
let product: Product;
let worker: WorkerProcess;
let calm: ImportRow;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-servers-'));
  await chmod(dataDir, 0o711);
  [postgres, temporal] = await Promise.all([
    startPostgres({ dataDir, tune: 'durable', log }),
    startOwnTemporal({ dataDir, log }),
  ]);
  await migrate(postgres.url);
  const servers = { database: databaseOf(postgres), temporal: await connectTemporal(temporal) };
  product = await startProduct('restarted', { people: 60, workers: false, servers });
  worker = startWorkerProcess(product.variables);
  calm = await product.ended(await product.publish(await product.createIntegration('calm')));
}, 90_000);

afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended();
  await product.stop();
  await Promise.all([postgres.stop(), temporal.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

/** Publishes an integration of a programme of its own and returns when its run stands in the middle of the phase. */
async function stopIn(point: Point) {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(point, programme);
  const breakpoints = await installBreakpoints(product);
  await breakpoints.set(integration, point);
  const id = await product.publish(integration);
  await breakpoints.reached(1);
  return { programme, breakpoints, ended: () => product.ended(id, programme) };
}

async function expectAsUndisturbed(run: ImportRow, programme: string): Promise<void> {
  expect(run).toMatchObject({ state: calm.state, failure_code: null, counts: calm.counts, proof: 'proven' });
  const invited = await product.rows<{ count: number; people: number }>(
    "select count(*) as count, count(distinct member_id) as people from outbox where kind = 'invitation'",
    [],
    programme,
  );
  expect(invited[0]).toEqual({ count: calm.counts.created, people: calm.counts.created });
}

describe('in the middle of a run', () => {
  test('the Temporal server is killed and comes back: the run completes', async () => {
    const { programme, breakpoints, ended } = await stopIn('provision');
    process.kill(temporal.pid, 'SIGKILL');
    await temporal.exited;
    await breakpoints.release();
    temporal = await startOwnTemporal({ dataDir, log }, { port: temporal.port });
    await expectAsUndisturbed(await ended(), programme);
    await breakpoints.close();
  }, 60_000);

  test('Postgres is killed and comes back: the run completes, and nothing is lost or doubled', async () => {
    const { programme, breakpoints, ended } = await stopIn('plan');
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.exited;
    await breakpoints.close();
    postgres = await startPostgres({ dataDir, port: postgres.port, tune: 'durable', log });
    await expectAsUndisturbed(await ended(), programme);
  }, 60_000);
});

describe('a worker that starts before its servers', () => {
  test.each(['Postgres', 'the Temporal server'])(
    'waits for %s instead of ending, and works when it is there',
    async (server) => {
      worker.kill('SIGTERM');
      await worker.ended();
      const stopped = server === 'Postgres' ? postgres : temporal;
      process.kill(stopped.pid, 'SIGKILL');
      await stopped.exited;
      worker = startWorkerProcess(product.variables);
      const ended = worker.ended().then(() => 'ended');
      expect(await Promise.race([ended, delay(SEEN_AWAY_MS, 'waits')])).toBe('waits');
      if (server === 'Postgres') {
        postgres = await startPostgres({ dataDir, port: postgres.port, tune: 'durable', log });
      } else temporal = await startOwnTemporal({ dataDir, log }, { port: temporal.port });
      const programme = await product.createProgramme();
      const integration = await product.createIntegration(server, programme);
      await expectAsUndisturbed(await product.ended(await product.publish(integration), programme), programme);
    },
    90_000,
  );
});
