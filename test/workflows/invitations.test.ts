import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mailsWaitingSignal, mailsWorkflowId } from '../../workflows/messages.js';
import { startProduct, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** A run does not wait for the next wave, whoever sends the rest says so; and what was approved goes by itself. */
let product: Product;
let programme: string;
let integration: string;
let company: string;

beforeAll(async () => {
  product = await startProduct('waves', { people: 20 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

const rows = <T>(sql: string) => product.rows<T>(sql, [], programme);
const invitations = async () => {
  const counted = await rows<{ state: string; count: number }>(
    `select state, count(*)::int as count from outbox where kind = 'invitation' group by 1`,
  );
  return Object.fromEntries(counted.map(({ state, count }) => [state, count]));
};
const mailsWorkflow = () => product.client.workflow.getHandle(mailsWorkflowId(integration));

async function found(people: number): Promise<void> {
  company = `waves${Date.now()}`;
  const apiKey = 'k'.repeat(20);
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey, people });
  integration = await product.createIntegration(company, programme);
}
const publish = async () =>
  product.ended(
    await product.publish(integration, { credential: { subdomain: company, apiKey: 'k'.repeat(20) } }),
    programme,
  );

beforeEach(async () => {
  programme = await product.createProgramme();
});

test('a first import ends with its first wave, and the next ones go when their quarter of an hour has come', async () => {
  await rows('update programmes set invitations_per_hour = 100');
  await found(60);
  const run = await publish();
  expect(run.state).toMatch(/^completed/);
  const created = run.counts.created!;
  expect(await invitations()).toEqual({ sent: 25, pending: created - 25 });
  await until('the workflow that waits for the next wave', async () => {
    const described = await mailsWorkflow()
      .describe()
      .catch(() => null);
    return described?.status.name === 'RUNNING';
  });
  await rows(`update invitation_waves set began_at = began_at - interval '16 minutes'`);
  await mailsWorkflow().signal(mailsWaitingSignal);
  await until('the second wave', async () => (await invitations()).sent === Math.min(created, 50));
  await mailsWorkflow().terminate('enough');
}, 60_000);

test('invitations that were held go when they are approved, without a run; the report of their import asks', async () => {
  await found(30);
  await publish();
  for (let hired = 0; hired < 55; hired += 1) {
    const start = { employment_start_date: '2020-01-01' };
    const person = {
      first_name: 'New',
      last_name: `Person ${hired}`,
      email: `new${hired}@${company}.example`,
      ...start,
    };
    await control(product.simulator.url, 'POST', `${company}/hire`, person);
  }
  const asked = await product.ended(await product.importNow(integration), programme);
  expect(asked).toMatchObject({ state: 'waiting-for-approval', held: { count: 55, question: asked.id } });
  expect((await invitations()).held).toBe(55);
  const before = (await rows('select id from import_runs')).length;
  const decision = { decision: 'approve', planDigest: asked.held?.planDigest };
  expect(await product.command(integration, 'decide', decision)).toMatchObject({ outcome: 'done', mails: true });
  await until(
    'the invitations',
    async () => (await invitations()).held === undefined && (await invitations()).pending === undefined,
  );
  expect((await product.sink.mails(`to=new7@${company}.example`)).total).toBe(1);
  expect(await rows('select id from import_runs')).toHaveLength(before);
}, 60_000);
