import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WORKFLOW_QUEUE } from '../../config/task-queues.js';
import type { Swept } from '../../domain/swept.js';
import { integrationWorkflowId, scheduleId, SEARCH_ATTRIBUTES } from '../../workflows/messages.js';
import { insertCandidate, startProduct, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** An integration that needs somebody, as the admin reads it in mails and the operator in the Temporal UI. */
let product: Product;
beforeAll(async () => {
  product = await startProduct('attention', { people: 12 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const HOURLY = { every: 'hour', interval: 1, at: '03:30', timeZone: 'UTC' };
const READER = 'hr.admin@acme.example';

async function published(live: object) {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Acme', programme);
  await product.ended(await product.publish(integration, { live }), programme);
  return { programme, integration };
}

const refuseKey = (on: boolean) =>
  on
    ? control(product.simulator.url, 'POST', 'acme/faults', { kind: '401' })
    : control(product.simulator.url, 'DELETE', 'acme/faults');

const subjects = async (integration: string, kind: string) =>
  (await product.sink.mails('limit=1000')).items
    .filter((mail) => mail.integration === integration && mail.kind === kind && mail.to[0] === READER)
    .map(({ subject }) => subject);

/** How many hours of a day the schedule knows. */
async function hoursOfADay(integration: string): Promise<number> {
  const { spec } = await product.client.schedule.getHandle(scheduleId(integration)).describe();
  const hours = spec.calendars?.flatMap(({ hour }) => hour) ?? [];
  return hours.reduce((sum, { start, end, step }) => sum + Math.floor((end - start) / (step || 1)) + 1, 0);
}

async function needsAttention(integration: string): Promise<boolean | undefined> {
  const described = await product.client.workflow.getHandle(integrationWorkflowId(integration)).describe();
  return described.typedSearchAttributes.get(SEARCH_ATTRIBUTES.needsAttention);
}

const sweep = () =>
  product.client.workflow.execute<() => Promise<Swept>>('sweep', { workflowId: 'sweep', taskQueue: WORKFLOW_QUEUE });

test('five failures make it daily and one good key makes it hourly again, each told once', async () => {
  const { programme, integration } = await published({ cadence: HOURLY, reportTo: [READER] });
  expect(await hoursOfADay(integration)).toBe(24);
  await refuseKey(true);
  for (let failure = 1; failure <= 5; failure += 1) {
    expect(await hoursOfADay(integration)).toBe(24);
    const row = await product.ended(await product.importNow(integration), programme);
    expect(row).toMatchObject({ state: 'failed', failure_code: 'authorization-lost' });
  }
  await until('the schedule to slow down', async () => (await hoursOfADay(integration)) === 1);
  expect(await needsAttention(integration)).toBe(true);
  await refuseKey(false);
  const credential = await insertCandidate(product, programme, { subdomain: 'acme', apiKey: 'demo-sage-key' });
  expect(await product.command(integration, 'authorize', { credential })).toMatchObject({ outcome: 'done' });
  await until('the schedule to be hourly', async () => (await hoursOfADay(integration)) === 24);
  await until('the mail that it works again', async () => (await subjects(integration, 'attention')).length === 2);
  expect(await subjects(integration, 'attention')).toEqual([
    'Acme: the HR system no longer lets us in',
    'Acme: it works again',
  ]);
  // The first import came through; those that failed for the lost access have the one mail above.
  expect(await subjects(integration, 'report')).toHaveLength(1);
  await until('the search attribute to be off', async () => (await needsAttention(integration)) === false);
}, 60_000);

test('a sweep reminds, notices, and tells the workflows', async () => {
  const [lost, quiet] = [
    await published({ reportTo: [READER] }),
    await published({ reportTo: [READER], cadence: HOURLY }),
  ];
  await refuseKey(true);
  await product.ended(await product.importNow(lost.integration), lost.programme);
  await refuseKey(false);
  expect(await sweep()).toMatchObject({ reminded: 0, noticed: 0 });
  await until('the first mail', async () => (await subjects(lost.integration, 'attention')).length === 1);
  await product.rows(
    `update integrations set needs_attention = needs_attention || '{"since":"2026-01-01T00:00:00Z"}'`,
    [],
    lost.programme,
  );
  await product.rows(
    `with past as (update integrations set created_at = now() - interval '9 days')
     update import_runs set ended_at = now() - interval '4 days'`,
    [],
    quiet.programme,
  );
  expect(await needsAttention(quiet.integration)).toBe(false);
  expect(await sweep()).toMatchObject({ reminded: 1, noticed: 1, mailsFound: 2 });
  await until('both mails', async () => {
    const [reminded] = (await subjects(lost.integration, 'attention')).slice(1);
    const [noticed] = await subjects(quiet.integration, 'attention');
    return reminded?.includes('days now') === true && noticed === 'Acme: no import has come through for days';
  });
  await until('the search attribute to be on', async () => (await needsAttention(quiet.integration)) === true);
  expect(await sweep()).toMatchObject({ reminded: 0, noticed: 0, mailsFound: 0 });
}, 60_000);
