import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { LIVE, startProduct, VERSIONED, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { progressQuery, runWorkflowId } from '../../workflows/messages.js';
import { control } from '../simulators/control.js';

/** A vendor that wants to be left alone for long: a timer that an operator sees, and nobody who holds a worker meanwhile. */
let product: Product;
beforeAll(async () => {
  product = await startProduct('vendor-pause', { people: 120 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const act = (method: 'GET' | 'POST' | 'DELETE', action: string, body?: object) =>
  control(product.simulator.url, method, `acme/${action}`, body);
afterEach(() => act('DELETE', 'faults'));

async function published() {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Acme', programme);
  await product.ended(await product.publish(integration), programme);
  return { programme, integration };
}

/** What an operator sees of the run in the Temporal UI. */
async function timers(integration: string): Promise<string[]> {
  const { events } = await product.client.workflow.getHandle(runWorkflowId(integration, 'write')).fetchHistory();
  const decode = (data: Uint8Array | null | undefined) => Buffer.from(data ?? []).toString();
  return (events ?? [])
    .filter(({ timerStartedEventAttributes }) => timerStartedEventAttributes)
    .map(({ userMetadata }) => decode(userMetadata?.summary?.data));
}

test('it is waited for by a timer, no other asks meanwhile, and cancelling does not wait', async () => {
  const { programme, integration } = await published();
  await act('POST', 'faults', { kind: '429', retryAfter: 900, times: 1, page: 2 });
  const run = await product.importNow(integration);
  const waiting = await until('the timer', async () => {
    const seen = await timers(integration);
    return seen.length > 0 ? seen : null;
  });
  expect(waiting).toEqual(['"The HR system wants to be left alone for 900 seconds"']);
  const handle = product.client.workflow.getHandle(runWorkflowId(integration, 'write'));
  expect(await handle.query(progressQuery)).toMatchObject({ phase: 'fetch' });

  await act('DELETE', 'requests');
  const another = await product.createIntegration('Acme again', programme);
  const [credential] = await product.rows<{ id: string }>(
    'select credential_id as id from integrations where id = ?',
    [integration],
    programme,
  );
  await product.command(another, 'setUp', { live: LIVE, versioned: VERSIONED });
  expect(await product.command(another, 'authorize', { credential: credential?.id })).toMatchObject({
    outcome: 'refused',
    detail: expect.stringMatching(/^Sage HR asked for a pause that is not over: \d+ seconds are left\.$/),
  });
  expect(await act('GET', 'requests')).toMatchObject({ total: 0 });

  expect(await product.command(integration, 'cancelImport', { import: run })).toMatchObject({ outcome: 'done' });
  expect(await product.ended(run, programme)).toMatchObject({ state: 'cancelled' });
});

test('a pause longer than an import waits ends it with a sentence', async () => {
  const { programme, integration } = await published();
  await act('POST', 'faults', { kind: '429', retryAfter: 7_200, times: 1 });
  expect(await product.ended(await product.importNow(integration), programme)).toMatchObject({
    state: 'failed',
    failure_code: 'rate-limited',
    failure_detail: expect.stringContaining('left alone for 7200 seconds, longer than an import waits (1800 seconds'),
  });
});
