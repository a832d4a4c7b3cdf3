import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { inProgramme } from '../../database/transaction.js';
import { sweepProgramme } from '../../activities/sweep.js';
import { integrationWorkflowId, lookAgainSignal } from '../../workflows/messages.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** A known last day is carried out when it is over, by the hourly sweep, and not by the next import. */
let product: Product;
let programme: string;
let integration: string;
let company: string;

beforeAll(async () => {
  product = await startProduct('lastdays', { people: 20 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

const at = (action: string, body: object) => control(product.simulator.url, 'POST', `${company}/${action}`, body);
const rows = <T>(sql: string) => product.rows<T>(sql, [], programme);
const importAgain = async () => product.ended(await product.importNow(integration), programme);
const removals = () =>
  rows<ImportRow>(`select * from import_runs where kind = 'removals' and ended_at is not null order by id`);
const sweep = async () => {
  const found = await inProgramme(product.db, programme, (trx) => sweepProgramme(trx, programme));
  for (const id of found.changed)
    await product.client.workflow.getHandle(integrationWorkflowId(id)).signal(lookAgainSignal);
  return found.changed;
};
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let leaving: { id: number };
beforeEach(async () => {
  company = `days${Date.now()}`;
  // Of this vendor only such companies tell a day that is still to come.
  const sized = { people: 24, announced: true };
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey: 'k'.repeat(20), ...sized });
  programme = await product.createProgramme();
  integration = await product.createIntegration(company, programme);
  const credential = { subdomain: company, apiKey: 'k'.repeat(20) };
  await product.ended(await product.publish(integration, { credential }), programme);
  const { items } = (await control(product.simulator.url, 'GET', `${company}/people`)) as {
    items: { id: number; email: string | null; lists: string[] }[];
  };
  leaving = items.find(({ email, lists }) => email !== null && lists.includes('employees'))!;
  await at('leave', { id: leaving.id, date: inDays(5) });
  await importAgain();
}, 60_000);

const announced = () =>
  rows<{ state: string; ends_on: string | null }>(
    `select state, ends_on from members where employee_id = '${leaving.id}'`,
  );
/** Six days later, as the row sees it. */
const daysPass = () => rows(`update members set ends_on = ends_on - 6 where ends_on is not null`);

test('an announced day changes nothing until it is over; then the sweep closes the account, once', async () => {
  expect(await announced()).toMatchObject([{ state: 'active', ends_on: inDays(5) }]);
  expect(await sweep()).toEqual([]);
  await daysPass();
  expect(await sweep()).toEqual([integration]);
  await sweep();
  const [run] = await until('the account to close', async () => {
    const found = await removals();
    return found.length > 0 ? found : null;
  });
  expect(run).toMatchObject({ trigger: 'schedule', state: 'completed', counts: { leaver: 1 } });
  expect(await announced()).toMatchObject([{ state: 'closing-down' }]);
  expect(await rows(`select reason_code from changes where import_id = '${run!.id}'`)).toEqual([
    { reason_code: 'last-day-over' },
  ]);
  expect(await sweep()).toEqual([]);
  await at('leave', { id: leaving.id, date: inDays(-1) });
  expect((await importAgain()).counts.leaver).toBeUndefined();
  expect(await removals()).toHaveLength(1);
});

test('a day that HR takes back is taken back here by the next import', async () => {
  await at('rehire', { id: leaving.id });
  await importAgain();
  expect(await announced()).toMatchObject([{ state: 'active', ends_on: null }]);
  await daysPass();
  expect(await sweep()).toEqual([]);
});

test('more of them than the limit allows are held, and asked about once', async () => {
  await rows(`update integrations set live = live || '{"removalLimit": {"share": 0.1, "count": 100}}'`);
  await rows(`update members set ends_on = current_date - 1 where state = 'active'`);
  await sweep();
  const [run] = await until('the removals to be judged', async () => {
    const found = await removals();
    return found.length > 0 ? found : null;
  });
  expect(run).toMatchObject({ state: 'waiting-for-approval', held: { question: run!.id } });
  await sweep();
  expect(await rows(`select state from members where state <> 'active'`)).toEqual([]);
  expect(await rows('select state from removal_holds')).toEqual([{ state: 'open' }]);
});
