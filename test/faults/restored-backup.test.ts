import { chmod, cp, lchown, lstat, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTemporal } from '../../client/temporal.js';
import { createLogger } from '../../config/logging.js';
import { migrate } from '../../database/migrate.js';
import { startPostgres, type EmbeddedPostgres } from '../../embedded/postgres.js';
import type { EmbeddedTemporal } from '../../embedded/temporal-server.js';
import { databaseOf, loseTemporal, startOwnTemporal } from '../harness/own-servers.js';
import { startProduct, type Product } from '../harness/product.js';
import { connectTemporal } from '../harness/temporal.js';
import { until } from '../harness/until.js';
import { startWorkerProcess, type WorkerProcess } from '../harness/worker-process.js';
import { control } from '../simulators/control.js';

/**
 * The machine is lost. What is left is a copy of Postgres' files, made while it was stopped, and the keys; of Temporal there
 * is nothing. It is done as docs/operations.md says: bring the copy back, start, reconcile.
 */
const log = createLogger('restored-backup', 'silent');
const PEOPLE = 20;
let dataDir: string;
let postgres: EmbeddedPostgres;
let temporal: EmbeddedTemporal;
let product: Product;
let worker: WorkerProcess;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-restored-'));
  await chmod(dataDir, 0o711);
  [postgres, temporal] = await Promise.all([
    startPostgres({ dataDir, tune: 'test', log }),
    startOwnTemporal({ dataDir, log }),
  ]);
  await migrate(postgres.url);
  const servers = { database: databaseOf(postgres), temporal: await connectTemporal(temporal) };
  product = await startProduct('restored-backup', { people: PEOPLE, workers: false, servers });
  worker = startWorkerProcess(product.variables);
}, 90_000);

afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended();
  await product.stop();
  await Promise.all([postgres.stop(), temporal.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

async function backUp(to: string): Promise<void> {
  await postgres.stop();
  await cp(postgres.cluster, to, { recursive: true, preserveTimestamps: true });
  await startAgain();
}

async function startAgain(): Promise<void> {
  postgres = await startPostgres({ dataDir, port: postgres.port, tune: 'test', log });
}

/** As root the copy belongs to root, and Postgres takes only its own user's files; its owner is the cluster's. */
async function restore(from: string): Promise<void> {
  await postgres.stop();
  for (const name of ['base', 'global', 'pg_wal', 'pg_xact', 'pg_multixact', 'pg_subtrans']) {
    await rm(join(postgres.cluster, name), { recursive: true, force: true });
  }
  await cp(from, postgres.cluster, { recursive: true, force: true });
  const { uid, gid } = await stat(postgres.cluster);
  await own(postgres.cluster, uid, gid);
  await startAgain();
}

async function own(path: string, uid: number, gid: number): Promise<void> {
  await lchown(path, uid, gid);
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await own(join(path, name), uid, gid);
}

const emails = async () =>
  (await product.rows<{ email: string }>(`select email from members where state = 'active' order by email`)).map(
    ({ email }) => email,
  );

async function invited(): Promise<string[]> {
  const { items } = await product.sink.mails('kind=invitation&limit=1000');
  return items.map(({ to }) => to[0] ?? '').sort();
}

test('from a copy of Postgres alone imports go on, and whoever was invited before it is not invited again', async () => {
  const integration = await product.createIntegration('restored');
  await product.ended(await product.publish(integration));
  const before = await emails();
  expect(await invited()).toEqual(before);

  const copy = join(dataDir, 'copy');
  await backUp(copy);
  await control(product.simulator.url, 'POST', 'acme/bulk', { hire: 3 });
  await product.ended(await product.importNow(integration));
  const later = (await emails()).filter((email) => !before.includes(email));
  expect(later).toHaveLength(3);

  worker.kill('SIGKILL');
  await worker.ended();
  await restore(copy);
  temporal = await loseTemporal(temporal, { dataDir, log });
  worker = startWorkerProcess(product.variables);
  expect(await emails()).toEqual(before);

  const door = openTemporal(product.variables);
  const reconciled = await until('a reconcile', () => door.reconcile().catch(() => null));
  await door.close();
  expect(reconciled).toMatchObject({ compared: 1, workflowsStarted: 1, schedulesCreated: 1 });
  await product.ended(await product.importNow(integration));
  expect(await emails()).toEqual([...before, ...later].sort());
  // The copy does not know what was mailed after it was made: those three have two, and nobody else.
  expect(await invited()).toEqual([...before, ...later, ...later].sort());
}, 90_000);
