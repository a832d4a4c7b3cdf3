import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

/** A vendor's posting: proven by its signature, and worth one import at most. */
const KEY = 'a-webhook-key';
let stage: Stage;
let programme: string;
let integration: string;

beforeAll(async () => {
  stage = await Stage.open('webhooks');
  programme = (await stage.programme()).id;
});
afterAll(() => stage.close());
beforeEach(async () => {
  Object.assign(stage.context.environment, { ROLLCALL_MERGE_WEBHOOK_KEY: KEY });
  const made = await stage.ask('POST', `/programmes/${programme}/integrations`, {
    body: { provider: 'merge', name: 'PeopleHR' },
  });
  integration = made.body.id;
  await stage.sql("update integrations set state = 'published' where id = $1", [integration]);
  stage.sent = [];
  stage.effect = async ({ integration: id }) => {
    const [run] = await stage.sql<{ id: string }>('select id from import_runs where integration_id = $1', [id]);
    return { outcome: 'done', import: run?.id ?? newId(), joined: false };
  };
});

const posting = (origin: string, event = 'LinkedAccount.sync_completed') =>
  JSON.stringify({ hook: { id: 'h1', event }, linked_account: { end_user_origin_id: origin } });
const post = (raw: string, signature = createHmac('sha256', KEY).update(raw).digest('base64url'), vendor = 'merge') =>
  stage.ask('POST', `/webhooks/${vendor}`, {
    token: null,
    raw,
    headers: { 'x-merge-webhook-signature': signature },
  });
/** The row that the workflow would have made by then. */
async function runs(): Promise<void> {
  const config = newId();
  await stage.sql(
    `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
    [programme, config, integration],
  );
  await stage.sql(
    `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at) values ($1, $2, $3, 'import', 'write', 'webhook', $4, now())`,
    [programme, newId(), integration, config],
  );
}
const operations = () =>
  stage.sql<{ body: unknown; actor: string }>('select body, actor from operations where scope like $1', [
    `${integration}/%`,
  ]);

test('starts an import, once however often it comes, and says who asked', async () => {
  await runs();
  expect((await post(posting(integration))).status).toBe(202);
  expect((await post(posting(integration))).status).toBe(202);
  expect(stage.sent.map(({ command }) => command)).toEqual(['importNow']);
  expect(await operations()).toEqual([{ body: { trigger: 'webhook' }, actor: 'Merge (webhook)' }]);
});

test.each<[string, () => Promise<{ status: number }>, number]>([
  ['a wrong signature', () => post(posting(integration), 'AAAA'), 401],
  ['no signature', () => post(posting(integration), ''), 401],
  ['another vendor', () => post(posting(integration), undefined, 'sage-hr'), 404],
  ['a vendor that nobody knows', () => post(posting(integration), undefined, 'nobody'), 404],
  ['another event', () => post(posting(integration, 'Employee.changed')), 202],
  ['an integration that nobody knows', () => post(posting(newId())), 202],
  ['an origin that is no id', () => post(posting("' or 1=1")), 202],
  ['a body that is no JSON', () => post('{{{'), 202],
])('%s starts nothing', async (_, ask, status) => {
  expect((await ask()).status).toBe(status);
  expect(stage.sent).toEqual([]);
});

test('one that is paused is left alone', async () => {
  await stage.sql("update integrations set state = 'paused' where id = $1", [integration]);
  expect(await post(posting(integration))).toMatchObject({ status: 202, body: { import: null } });
  expect(stage.sent).toEqual([]);
});

test('without a key nothing is believed', async () => {
  Object.assign(stage.context.environment, { ROLLCALL_MERGE_WEBHOOK_KEY: undefined });
  expect(await post(posting(integration))).toMatchObject({ status: 409, body: { code: 'provider-not-configured' } });
});
