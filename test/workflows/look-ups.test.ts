import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { runWorkflowId } from '../../workflows/messages.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Who is missing in the list is asked for, and goes in one import if the HR system says so. */
let product: Product;
beforeAll(async () => {
  product = await startProduct('look-ups', { people: 10 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

let company = '';
let place = { programme: '', integration: '' };
const KEY = 'k'.repeat(20);
const LIVE = { removalLimit: { share: 0.1, count: 100 }, welcomeEmail: false };

const act = (action: string, body: object) => control(product.simulator.url, 'POST', `${company}/${action}`, body);
const rows = <T>(sql: string) => product.rows<T>(sql, [], place.programme);
const importAgain = async () => product.ended(await product.importNow(place.integration), place.programme);
const changesOf = ({ id }: ImportRow) =>
  rows<{ kind: string; person: string; reason_code: string; outcome: string | null }>(
    `select kind, person, reason_code, outcome from changes where import_id = '${id}' and kind = 'vanished' order by ordinal`,
  );
const warningsOf = ({ id }: ImportRow) =>
  rows<{ code: string; person: string | null }>(
    `select code, person from run_problems where import_id = '${id}' and code in ('missing-in-list', 'look-ups-doubted')`,
  );
const stateOf = async (person: number) =>
  (await rows<{ state: string }>(`select state from members where provider_person_id = '${person}'`))[0]?.state;

/** How many single people were asked for, since the last time. */
async function asked(): Promise<number> {
  const { paths } = (await control(product.simulator.url, 'GET', `${company}/requests`)) as {
    paths: Record<string, number>;
  };
  await control(product.simulator.url, 'DELETE', `${company}/requests`);
  return paths['/employees/{id}'] ?? 0;
}

async function activities(): Promise<string[]> {
  const { events } = await product.client.workflow.getHandle(runWorkflowId(place.integration, 'write')).fetchHistory();
  return (events ?? []).flatMap(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
  );
}

/** A company of its own, imported once. */
async function begun(people: number): Promise<void> {
  company = `co${Date.now()}`;
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey: KEY, people });
  const programme = await product.createProgramme();
  place = { programme, integration: await product.createIntegration(company, programme) };
  const credential = { subdomain: company, apiKey: KEY };
  await product.ended(await product.publish(place.integration, { live: LIVE, credential }), programme);
  await asked();
}

describe('of a small company', () => {
  beforeEach(() => begun(40), 60_000);

  test('nobody is asked for while nobody is missing', async () => {
    const run = await importAgain();
    expect(run.state).toMatch(/^completed/);
    expect(await asked()).toBe(0);
    expect(await activities()).not.toContain('lookUpMissing');
  });

  test('somebody who was deleted is gone after one import, and a review shows it before', async () => {
    await act('delete', { id: 7 });
    const reply = await product.command(place.integration, 'review', {});
    const review = await product.ended((reply as { import: string }).import, place.programme);
    expect(await changesOf(review)).toEqual([
      { kind: 'vanished', person: '7', reason_code: 'looked-up-gone', outcome: null },
    ]);
    expect(await stateOf(7)).toBe('active');
    await asked();
    const run = await importAgain();
    expect(run).toMatchObject({ proof: 'proven', counts: { vanished: 1 } });
    expect(await changesOf(run)).toEqual([
      { kind: 'vanished', person: '7', reason_code: 'looked-up-gone', outcome: null },
    ]);
    expect(await stateOf(7)).toBe('closing-down');
    // Of the one who is missing, and of one who is there.
    expect(await asked()).toBe(2);
    const order = await activities();
    expect(order.slice(order.indexOf('segment'), order.indexOf('plan') + 1)).toEqual([
      'segment',
      'lookUpMissing',
      'plan',
    ]);
    expect((await importAgain()).counts.vanished).toBeUndefined();
    expect(await asked()).toBe(0);
  });

  test('whom the list leaves out and the HR system still has stays, however often that comes, and is told', async () => {
    await act('unlist', { ids: [7] });
    for (let time = 0; time < 2; time += 1) {
      const run = await importAgain();
      expect(run).toMatchObject({ proof: 'proven', counts: { warnings: expect.any(Number) } });
      expect(await changesOf(run)).toEqual([]);
      expect(await warningsOf(run)).toEqual([{ code: 'missing-in-list', person: '7' }]);
      await rows(`update members set absent_since = absent_since - interval '13 hours'`);
    }
    expect(await stateOf(7)).toBe('active');
  });

  test('an HR system that shows nobody is not believed about anybody', async () => {
    await act('delete', { id: 7 });
    await act('faults', { kind: '404', list: 'employees/' });
    const run = await importAgain();
    expect(await changesOf(run)).toEqual([]);
    expect(await warningsOf(run)).toEqual([{ code: 'look-ups-doubted', person: null }]);
    expect(await stateOf(7)).toBe('active');
    await control(product.simulator.url, 'DELETE', `${company}/faults`);
    expect((await importAgain()).counts).toMatchObject({ vanished: 1 });
  });

  test('an HR system that wants to be left alone is obeyed, and asked again', async () => {
    await act('delete', { id: 7 });
    await act('faults', { kind: '429', list: 'employees/', retryAfter: 2, times: 1 });
    const begunAt = Date.now();
    expect((await importAgain()).counts).toMatchObject({ vanished: 1 });
    expect(Date.now() - begunAt).toBeGreaterThanOrEqual(2000);
  });

  test('one that wants to be left alone for long ends nothing: the run goes on without an answer', async () => {
    await act('delete', { id: 7 });
    await act('faults', { kind: '429', list: 'employees/', retryAfter: 600 });
    const run = await importAgain();
    expect(run.state).toMatch(/^completed/);
    expect(await changesOf(run)).toEqual([]);
    expect(await stateOf(7)).toBe('active');
  });
});

test('of more than two hundred nobody is asked for until somebody approves, and who is still there stays', async () => {
  await begun(460);
  await act('unlist', { ids: [3] });
  await act('bulk', { remove: 229 });
  const run = await importAgain();
  expect(run).toMatchObject({ state: 'waiting-for-approval', proof: 'proven' });
  const changes = await changesOf(run);
  expect(new Set(changes.map(({ reason_code, outcome }) => `${reason_code} ${outcome}`))).toEqual(
    new Set(['absent-unlooked held']),
  );
  expect(await asked()).toBe(0);
  const planDigest = run.held?.planDigest;
  await product.command(place.integration, 'decide', { decision: 'approve', planDigest });
  const look = async () => {
    const [ended] = await rows<ImportRow>(`select * from import_runs where kind = 'removals' and ended_at is not null`);
    return ended;
  };
  // Each of them costs three requests.
  const removals = await until('the removals', look, 150_000);
  expect(await asked()).toBeGreaterThanOrEqual(changes.length);
  expect(removals.state).toBe('completed-with-errors');
  const carriedOut = await changesOf(removals);
  expect(carriedOut.filter(({ outcome }) => outcome === 'stale')).toEqual([
    { kind: 'vanished', person: '3', reason_code: 'still-there', outcome: 'stale' },
  ]);
  expect(carriedOut.filter(({ reason_code }) => reason_code === 'looked-up-gone')).toHaveLength(changes.length - 1);
  expect(await stateOf(3)).toBe('active');
  expect(await rows(`select count(*)::int as count from members where state = 'closing-down'`)).toEqual([
    { count: changes.length - 1 },
  ]);
}, 240_000);
