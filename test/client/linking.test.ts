import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startMerge } from '../../simulators/merge.js';
import { Stage } from './stage.js';

let stage: Stage;
let simulator: Awaited<ReturnType<typeof startMerge>>;
let programme: string;
beforeAll(async () => {
  [stage, simulator] = await Promise.all([Stage.open('linking'), startMerge({ people: 5 })]);
  programme = (await stage.programme()).id;
});
afterAll(async () => {
  await Promise.all([stage.close(), simulator.close()]);
});

async function link(provider: string, state = 'set-up') {
  const { body } = await stage.ask('POST', `/programmes/${programme}/integrations`, { body: { provider, name: 'x' } });
  await stage.sql('update integrations set state = $1 where id = $2', [state, body.id]);
  return stage.ask('POST', `/programmes/${programme}/integrations/${body.id}/authorize/link`);
}

test('gives a token for the linking page, the page, and the script that opens it in one of ours', async () => {
  Object.assign(stage.context.environment, {
    ROLLCALL_MERGE_URL: simulator.baseUrl,
    ROLLCALL_MERGE_API_KEY: 'demo-merge-key',
  });
  expect(await link('merge')).toMatchObject({
    status: 200,
    body: {
      linkToken: expect.stringMatching(/^link-/),
      url: expect.stringMatching(/^https:/),
      script: `${simulator.baseUrl}/initialize.js`,
    },
  });
  expect(await stage.ask('GET', '/providers/merge')).toMatchObject({ body: { configured: true } });
  expect(await link('merge', 'draft')).toMatchObject({ status: 409, body: { code: 'illegal-state' } });
  expect(await link('sage-hr')).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('has no link') },
  });
});

test('a key that Merge refuses is told in its sentence; none at all is "not configured"', async () => {
  Object.assign(stage.context.environment, { ROLLCALL_MERGE_API_KEY: 'wrong' });
  expect(await link('merge')).toMatchObject({ status: 422, body: { code: 'credentials-refused' } });
  Object.assign(stage.context.environment, { ROLLCALL_MERGE_API_KEY: undefined });
  expect(await link('merge')).toMatchObject({ status: 409, body: { code: 'provider-not-configured' } });
  expect(await stage.ask('GET', '/providers/merge')).toMatchObject({ body: { configured: false } });
  expect(await stage.ask('GET', '/providers/sage-hr')).toMatchObject({ body: { configured: true } });
});
