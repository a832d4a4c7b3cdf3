import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { integrationWorkflowId } from '../../workflows/messages.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Somebody undoes an import: a run like any other that reads nothing, and an integration that waits for whoever mends it. */
let product: Product;
let programme: string;
let integration: string;
let company: string;
let first: ImportRow;

beforeAll(async () => {
  product = await startProduct('undo', { people: 20 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

const at = (action: string, body: object) => control(product.simulator.url, 'POST', `${company}/${action}`, body);
const rows = <T>(sql: string) => product.rows<T>(sql, [], programme);
const importAgain = async () => product.ended(await product.importNow(integration), programme);
const asked = async (command: 'undo' | 'reviewUndo', body: { import: string }) => {
  const reply = await product.command(integration, command, body);
  if (reply.outcome !== 'done' || reply.import === undefined) throw new Error(JSON.stringify(reply));
  return (await product.ended(reply.import, programme)) as ImportRow & { kind: string; undoes: string };
};
const states = async () => {
  const counted = await rows<{ state: string; count: number }>(
    'select state, count(*)::int as count from members group by 1',
  );
  return Object.fromEntries(counted.map(({ state, count }) => [state, count]));
};
const standing = async () =>
  (await rows<{ state: string; pause_note: string | null }>('select state, pause_note from integrations'))[0];

beforeEach(async () => {
  company = `undo${Date.now()}`;
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey: 'k'.repeat(20), people: 40 });
  programme = await product.createProgramme();
  integration = await product.createIntegration(company, programme);
  const credential = { subdomain: company, apiKey: 'k'.repeat(20) };
  first = await product.ended(await product.publish(integration, { credential }), programme);
}, 60_000);

test('removals are undone by a run that reads nothing; the members hear of it once, and the integration waits', async () => {
  const before = await states();
  await at('bulk', { leave: 3 });
  const wrong = await importAgain();
  const removed = wrong.counts.leaver!;
  expect(removed).toBeGreaterThan(0);
  const requests = async () =>
    ((await control(product.simulator.url, 'GET', `${company}/requests`)) as { total: number }).total;
  const read = await requests();

  const look = await asked('reviewUndo', { import: wrong.id });
  expect(look).toMatchObject({ kind: 'undo', lane: 'review', state: 'completed', counts: { reactivated: removed } });
  expect(await states()).toEqual({ active: before.active! - removed, 'closing-down': removed });
  expect(await standing()).toMatchObject({ state: 'published', pause_note: null });

  const run = await asked('undo', { import: wrong.id });
  expect(run).toMatchObject({
    kind: 'undo',
    undoes: wrong.id,
    state: 'completed',
    counts: { reactivated: removed },
    proof: null,
  });
  expect(await requests()).toBe(read);
  expect(await states()).toEqual(before);
  const told = await rows<{ kind: string; state: string }>(
    `select kind, state from outbox where import_id = '${run.id}' and member_id is not null`,
  );
  expect(told).toHaveLength(removed);
  expect(told.every(({ kind, state }) => kind === 'welcome-back' && state === 'sent')).toBe(true);

  const { state, pause_note: note } = (await standing())!;
  expect(state).toBe('paused');
  expect(note).toContain(wrong.id);
  const details = await product.client.workflow
    .getHandle(integrationWorkflowId(integration))
    .query<{ state: string }>('state');
  expect(details.state).toBe('paused');
  expect(await product.command(integration, 'undo', { import: wrong.id })).toMatchObject({
    outcome: 'refused',
    code: 'illegal-state',
    detail: expect.stringContaining(run.id),
  });
  await product.command(integration, 'resume', {});
  expect((await importAgain()).counts).toMatchObject({ leaver: removed });
});

test('an undo of the import that asks closes its question: a late approval removes nobody', async () => {
  await at('bulk', { leave: 15 });
  const hired = (await at('hire', { first_name: 'New', last_name: 'Person', email: `new@${company}.example` })) as {
    id: number;
  };
  const held = await importAgain();
  expect(held.state).toBe('waiting-for-approval');
  const run = await asked('undo', { import: held.id });
  expect(run.counts).toMatchObject({ revoked: 1 });
  expect(await rows('select state from removal_holds')).toEqual([{ state: 'superseded' }]);
  expect(
    await product.command(integration, 'decide', { decision: 'approve', planDigest: held.held?.planDigest }),
  ).toMatchObject({ code: 'nothing-held' });
  expect(await rows(`select state from members where employee_id = '${hired.id}'`)).toEqual([
    { state: 'closing-down' },
  ]);
});

test('what an undo would hold is approved by the digest of its review, and by no other', async () => {
  await rows(`update import_runs set as_of = as_of - interval '1 day' where id = '${first.id}'`);
  const look = await asked('reviewUndo', { import: first.id });
  expect(look.held).toMatchObject({ count: first.counts.created, question: null });
  expect(await product.command(integration, 'undo', { import: first.id, planDigest: 'another' })).toMatchObject({
    code: 'plan-changed',
  });
  expect((await standing())?.state).toBe('published');
  const run = await asked('undo', { import: first.id, planDigest: look.held?.planDigest } as { import: string });
  expect(run).toMatchObject({ held: null, counts: { revoked: first.counts.created } });
  expect(await states()).toEqual({ 'closing-down': first.counts.created });
});

test('of what waits of an undo somebody decides while it is paused, and a run of removals closes them', async () => {
  const run = await asked('undo', { import: first.id });
  expect(run).toMatchObject({ state: 'waiting-for-approval', held: { count: first.counts.created, question: run.id } });
  const reply = await product.command(integration, 'decide', { decision: 'approve', planDigest: run.held?.planDigest });
  expect(reply).toMatchObject({ approved: true });
  await until('the accounts to close', async () => (await states())['closing-down'] === first.counts.created);
});

test('it works after the access was revoked, and there is nothing to pause', async () => {
  await at('bulk', { leave: 2 });
  const wrong = await importAgain();
  await product.command(integration, 'revoke', {});
  expect(await asked('undo', { import: wrong.id })).toMatchObject({ state: 'completed' });
  expect(await standing()).toMatchObject({ state: 'revoked', pause_note: null });
  expect((await states())['closing-down']).toBeUndefined();
});
