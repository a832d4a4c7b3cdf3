import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTemporal } from '../../client/temporal.js';
import { createLogger } from '../../config/logging.js';
import type { EmbeddedTemporal } from '../../embedded/temporal-server.js';
import { integrationWorkflowId, scheduleId } from '../../workflows/messages.js';
import { cloneDatabase } from '../harness/database.js';
import { loseTemporal, startOwnTemporal } from '../harness/own-servers.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { connectTemporal } from '../harness/temporal.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Temporal's database is lost while an import runs. Postgres knows everything; one reconcile brings it back. */
const log = createLogger('lost-temporal', 'silent');
let dataDir: string;
let temporal: EmbeddedTemporal;
let product: Product;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-lost-'));
  await chmod(dataDir, 0o711);
  temporal = await startOwnTemporal({ dataDir, log });
  const [database, connected] = await Promise.all([cloneDatabase('lost-temporal'), connectTemporal(temporal)]);
  product = await startProduct('lost-temporal', { people: 12, servers: { database, temporal: connected } });
}, 60_000);

afterAll(async () => {
  await product.stop();
  await temporal.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

async function published(name: string) {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(name, programme);
  const id = await product.publish(integration);
  return { programme, integration, first: await product.ended(id, programme) };
}
type Place = Awaited<ReturnType<typeof published>>;

const runsOf = ({ programme, integration }: Place) =>
  product.rows<ImportRow>('select * from import_runs where integration_id = ? order by id', [integration], programme);
const stateOf = async ({ programme, integration }: Place) =>
  product.rows(
    'select state, revision, live, credential_id, published_config_id, pause_note, needs_attention from integrations where id = ?',
    [integration],
    programme,
  );
const peopleOf = async ({ programme }: Place) =>
  (
    await product.rows<object>(
      `select (select count(*) from members) as members,
         (select count(*) from outbox where kind = 'invitation') as invitations,
         (select count(distinct member_id) from outbox where kind = 'invitation') as invited`,
      [],
      programme,
    )
  )[0];

test('a reconcile brings every integration back, and the unfinished import is replaced by exactly one', async () => {
  const [busy, paused] = await Promise.all([published('busy'), published('paused')]);
  await product.command(paused.integration, 'pause', { note: 'stock-taking' });
  const places = [busy, paused];
  await control(product.simulator.url, 'POST', 'acme/faults', { kind: 'hang' });
  const unfinished = await product.importNow(busy.integration);
  const before = await Promise.all(places.map(stateOf));
  const people = await Promise.all(places.map(peopleOf));

  temporal = await loseTemporal(temporal, { dataDir, log });
  await control(product.simulator.url, 'DELETE', 'acme/faults');
  const door = openTemporal(product.variables);
  const reconciled = await door.reconcile();
  expect(reconciled).toMatchObject({ workflowsStarted: 2, schedulesCreated: 2, importsInterrupted: 1 });

  const runs = await until('the replacement to end', async () => {
    const all = await runsOf(busy);
    return all.length > 2 && all.every(({ state }) => state !== 'running') ? all : null;
  });
  expect(runs.map(({ id, state, failure_code }) => [id, state, failure_code])).toEqual([
    [busy.first.id, busy.first.state, null],
    [unfinished, 'failed', 'interrupted'],
    [expect.any(String), busy.first.state, null],
  ]);
  expect(await runsOf(paused)).toHaveLength(1);

  for (const place of places) {
    const workflow = await product.client.workflow.getHandle(integrationWorkflowId(place.integration)).describe();
    const schedule = await product.client.schedule.getHandle(scheduleId(place.integration)).describe();
    expect(workflow.status.name).toBe('RUNNING');
    expect(schedule.state.paused).toBe(place === paused);
  }
  expect(await Promise.all(places.map(stateOf))).toEqual(before);
  expect(await Promise.all(places.map(peopleOf))).toEqual(people);
  const second = await until('a pass with nothing to repair', async () => {
    const { compared, refused, ...repairs } = await door.reconcile();
    return Object.values(repairs).every((count) => count === 0) && refused.length === 0 ? compared : null;
  });
  expect(second).toBe(2);
  await door.close();
}, 60_000);
