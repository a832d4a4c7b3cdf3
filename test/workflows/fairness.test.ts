import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { importDueSignal, integrationWorkflowId, runWorkflowId } from '../../workflows/messages.js';
import { newId } from '../../database/ids.js';
import { mappingSchema } from '../../domain/mapping.js';
import { insertCandidate, LIVE, MAPPING, startProduct, VERSIONED, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Many accounts that hang, and one that does not: who waits for whom. */
let product: Product;
beforeAll(async () => {
  product = await startProduct('fairness', { people: 5 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 90_000);

const HANGING = 20;
/** `SLOTS.provider` of workers/main.ts. */
const SLOTS = 10;
const ACTIVITY_STARTED = 2;

const noFaults = (name: string) => control(product.simulator.url, 'DELETE', `${name}/faults`);
const happens = (path: string, body: object) => control(product.simulator.url, 'POST', path, body);
const run = (integration: string) => product.client.workflow.getHandle(runWorkflowId(integration, 'write'));

/** Whether the run wants to read, and whether it was ever let. */
async function reading(integration: string) {
  const { raw } = await run(integration).describe();
  const activity = raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'fetchPages');
  return {
    waits: activity !== undefined,
    begun: Number(activity?.state) === ACTIVITY_STARTED || (activity?.attempt ?? 0) > 1,
  };
}

/** As it stands after its first import, written as rows: what is tried here are the next imports. */
async function published(name: string, programme: string): Promise<string> {
  await happens('companies', { subdomain: name, people: 5, apiKey: `key-of-${name}` });
  const integration = await product.createIntegration(name, programme);
  const credential = await insertCandidate(product, programme, { subdomain: name, apiKey: `key-of-${name}` });
  await product.rows(
    `update credentials set state = 'active', expires_at = null where id = ?`,
    [credential],
    programme,
  );
  const mapping = JSON.stringify(mappingSchema.parse(MAPPING));
  await product.rows(
    `with config as (
       insert into integration_configs (programme_id, id, integration_id, version, setup, mapping, digest)
       values (:programme, :config, :integration, 1, :versioned, :mapping, 'x')
     )
     update integrations set state = 'published', live = :live, credential_id = :credential, published_config_id = :config
     where id = :integration`,
    { programme, integration, credential, config: newId(), mapping, live: QUIET, versioned: JSON.stringify(VERSIONED) },
    programme,
  );
  return integration;
}

const QUIET = JSON.stringify({ ...LIVE, welcomeEmail: false, reportTo: [] });

test('whoever waits for an import goes before the schedule, and a probe before both', async () => {
  const programme = await product.createProgramme();
  const integration = await published('orderly', programme);
  const priority = async () => {
    const { raw } = await run(integration).describe();
    return raw.workflowExecutionInfo?.priority;
  };
  await product.ended(await product.importNow(integration), programme);
  expect(await priority()).toMatchObject({ priorityKey: 2, fairnessKey: programme });
  const entity = product.client.workflow.getHandle(integrationWorkflowId(integration));
  await until('the run to be over', async () => (await run(integration).describe()).status.name === 'COMPLETED');
  await entity.signal(importDueSignal);
  await until('the scheduled run', async () => (await priority())?.priorityKey === 4);
  await happens('orderly/faults', { kind: 'hang' });
  const credential = await insertCandidate(product, programme, { subdomain: 'orderly', apiKey: 'key-of-orderly' });
  const asked = product.command(integration, 'authorize', { credential });
  await until('the probe', async () => {
    const { raw } = await entity.describe();
    return raw.pendingActivities?.some(
      ({ activityType, priority: given }) => activityType?.name === 'probe' && given?.priorityKey === 1,
    );
  });
  await noFaults('orderly');
  await asked;
}, 60_000);

// Last: its crowd goes on importing for a while, and whoever came behind it would wait for the machine.
test('a healthy account reads before those that wait behind twenty hanging ones of another programme', async () => {
  const [crowd, other] = [await product.createProgramme(), await product.createProgramme()];
  const names = Array.from({ length: HANGING }, (_, at) => `hanging-${at}`);
  const hanging = await Promise.all(names.map((name) => published(name, crowd)));
  const healthy = await published('healthy', other);
  await Promise.all(names.map((name) => happens(`${name}/faults`, { kind: 'hang' })));
  await Promise.all(hanging.map((integration) => product.importNow(integration)));
  const begun = async () => (await Promise.all(hanging.map(reading))).map((one) => one.begun);
  const isBegun = (one: boolean) => one;
  await until('all slots to hang', async () => (await begun()).filter(isBegun).length === SLOTS);
  await until('the others to wait', async () => (await Promise.all(hanging.map(reading))).every((one) => one.waits));
  const waiting = await product.importNow(healthy);
  await until('the healthy one to wait, too', async () => (await reading(healthy)).waits);
  // Two slots become free, and eleven wait: the programmes take turns, so one of the two is the other programme's.
  const stuck = await begun();
  await Promise.all(
    names
      .filter((_, at) => stuck[at])
      .slice(0, 2)
      .map(noFaults),
  );
  const row = await product.ended(waiting, other);
  expect(row).toMatchObject({ state: 'completed', failure_code: null });
  // Had it waited for those before it, all but the two would have begun by now.
  expect((await begun()).filter(isBegun).length).toBeLessThanOrEqual(SLOTS);
  await Promise.all(names.map(noFaults));
}, 90_000);
