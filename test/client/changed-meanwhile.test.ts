import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTurnActivities } from '../../activities/turn.js';
import type { CommandName } from '../../domain/commands.js';
import { signedIn, type Browser } from './browser.js';
import { Stage, type Body } from './stage.js';

/** The API with the turns of the real workflow: each command is carried out as its activity does. */
let stage: Stage;
let programme: string;
let ada: Browser;
let bo: Browser;
let place: string;

const mappingOf = (jobTitle: string) => ({
  fields: [
    { member: 'email', from: '{{response.email}}' },
    { member: 'jobTitle', from: jobTitle },
  ],
});
const read = async (browser: Browser) => (await browser.ask('GET', `/api/v1${place}`)).body;
const versions = (integration: Body) => integration.versions as { setup: string; mapping: string; segment: string };
const put = (browser: Browser, part: string, body: object, version?: string) =>
  browser.ask('PUT', `/api/v1${place}/${part}`, body, version === undefined ? {} : { 'if-match': `"${version}"` });

beforeAll(async () => {
  stage = await Stage.open('changed-meanwhile');
  programme = (await stage.programme()).id;
  const turns = createTurnActivities({ db: stage.context.db });
  stage.effect = async ({ integration, command, operation }) => {
    const [row] = await stage.sql<{ revision: number }>('select revision::int from integrations where id = $1', [
      integration,
    ]);
    const turn = { programme, integration, operation, command: command as CommandName, to: 'mapped', settles: true };
    const taken = await turns.takeTurn({ ...turn, revision: row?.revision ?? 0 });
    if (taken.kind === 'taken') return taken.reply;
    return stage.effect({ programme, integration, command, operation });
  };
  ada = (await signedIn(stage, programme, { email: 'ada.park@acme.example', role: 'admin' })).browser;
  bo = (await signedIn(stage, programme, { email: 'bo.reed@acme.example', role: 'admin', name: 'Bo Reed' })).browser;
});
afterAll(() => stage.close());
beforeEach(async () => {
  place = `/programmes/${programme}/integrations/${await stage.integration(programme)}`;
  expect((await put(ada, 'setup', {})).status).toBe(200);
  expect((await put(ada, 'mapping', mappingOf('{{"first"}}'))).status).toBe(200);
});

describe('of two admins who edit the same', () => {
  test('the second is told who has saved when, and nothing of the first is lost', async () => {
    const seen = versions(await read(bo));
    expect((await put(ada, 'mapping', mappingOf('{{"Ada"}}'), seen.mapping)).status).toBe(200);
    const refused = await put(bo, 'mapping', mappingOf('{{"Bo"}}'), seen.mapping);
    expect([refused.status, refused.body.code]).toEqual([412, 'changed-meanwhile']);
    expect(refused.body.detail).toMatch(
      /^Ada Park changed the mapping of .* at 20\d\d-\d\d-\d\dT\S+Z, after you looked at it\./,
    );
    expect(await read(bo)).toMatchObject({ mapping: mappingOf('{{"Ada"}}') });
  });

  test('the second replaces what the first has saved once they have seen it, or do not ask', async () => {
    expect((await put(ada, 'mapping', mappingOf('{{"Ada"}}'))).status).toBe(200);
    const now = versions(await read(bo));
    expect((await put(bo, 'mapping', mappingOf('{{"Bo"}}'), now.mapping)).status).toBe(200);
    expect((await put(ada, 'mapping', mappingOf('{{"again"}}'))).status).toBe(200);
    const any = await bo.ask('PUT', `/api/v1${place}/mapping`, mappingOf('{{"any"}}'), { 'if-match': '*' });
    expect(any.body).toMatchObject({ mapping: mappingOf('{{"any"}}') });
  });

  test('one is refused where both save at the same moment', async () => {
    const { setup } = versions(await read(bo));
    const both = [put(ada, 'setup', { leadDays: 3 }, setup), put(bo, 'setup', { leadDays: 5 }, setup)];
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 412]);
  });

  test('neither meets the other who edits another part', async () => {
    const seen = versions(await read(bo));
    await put(ada, 'mapping', mappingOf('{{"Ada"}}'), seen.mapping);
    await put(ada, 'setup', { welcomeEmail: false }, seen.setup);
    const rule = { field: 'jobTitle', op: 'isNotEmpty', values: [] };
    const saved = await put(bo, 'segment', { rule }, seen.segment);
    expect(saved.body).toMatchObject({ segment: { rule }, setup: { welcomeEmail: false } });
    expect((await put(ada, 'segment', { rule: null }, seen.segment)).status).toBe(412);
  });

  test('the same saved twice is no change, so nobody is refused for it', async () => {
    const seen = versions(await read(bo));
    await put(ada, 'mapping', mappingOf('{{"first"}}'));
    expect((await put(bo, 'mapping', mappingOf('{{"Bo"}}'), seen.mapping)).status).toBe(200);
  });
});
