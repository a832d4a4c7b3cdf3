import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

/** What people's side of an undo accepts, refuses and shows; what it does stands in test/database and test/workflows. */
let stage: Stage;
let programme: { id: string; admin: string; viewer: string };
let integration: string;
let undone: string;
let run: string;
const at = (rest: string) => `/programmes/${programme.id}/integrations/${integration}/imports/${rest}`;

beforeAll(async () => {
  stage = await Stage.open('undo');
  programme = await stage.programme();
  integration = await stage.integration(programme.id);
  const config = randomUUID();
  await stage.sql(
    `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
    [programme.id, config, integration],
  );
  [undone, run] = [newId(), newId()];
  const insert = (id: string, kind: string, undoes: string | null, lane: string) =>
    stage.sql(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, undoes, applied_through, state, started_at, ended_at)
       values ($1, $2, $3, $4, $7, 'on-demand', $5, $6, 1, 'completed', now(), now())`,
      [programme.id, id, integration, kind, config, undoes, lane],
    );
  await insert(undone, 'import', null, 'write');
  await insert(run, 'undo', undone, 'write');
});
afterAll(() => stage.close());

test('an import says which run has undone it, and that run what it undoes', async () => {
  expect((await stage.ask('GET', at(undone))).body).toMatchObject({ undo: null, undoneBy: run });
  expect((await stage.ask('GET', at(run))).body).toMatchObject({
    kind: 'undo',
    undo: { import: undone, only: null, review: false },
    undoneBy: null,
  });
});

test('what is wanted goes to the workflow as a row; a look goes as a command of its own, which pauses nothing', async () => {
  stage.effect = () => Promise.resolve({ outcome: 'done', import: run });
  const options = { token: programme.admin };
  expect(await stage.ask('POST', at(`${undone}/undo`), { ...options, body: { only: 'removals' } })).toMatchObject({
    status: 202,
    body: { id: run },
  });
  expect((await stage.ask('POST', at(`${undone}/undo`), { ...options, body: { review: true } })).status).toBe(202);
  expect((await stage.ask('POST', at(`${undone}/undo`), options)).status).toBe(202);
  expect(stage.sent.map(({ command }) => command)).toEqual(['undo', 'reviewUndo', 'undo']);
  const bodies = await stage.sql<{ body: object }>('select body from operations order by id');
  expect(bodies.map(({ body }) => body)).toEqual([
    { import: undone, only: 'removals' },
    { import: undone, review: true },
    { import: undone },
  ]);
  const audited = await stage.sql<{ action: string }>(`select action from audit_log where action ilike '%undo'`);
  expect(audited.map(({ action }) => action).sort()).toEqual(['reviewUndo', 'undo', 'undo']);
});

test('a wrong body, a viewer and an unknown import are refused', async () => {
  const wrong = await stage.ask('POST', at(`${undone}/undo`), { body: { only: 'updates', dryRun: true } });
  expect(wrong).toMatchObject({ status: 422, body: { code: 'invalid-body' } });
  expect(wrong.body.errors.map(({ pointer }) => pointer).sort()).toEqual(['/dryRun', '/only']);
  expect((await stage.ask('POST', at(`${undone}/undo`), { token: programme.viewer })).status).toBe(403);
  expect((await stage.ask('POST', at(`${newId()}/undo`))).status).toBe(404);
});

test('a refusal of the workflow is told in its words', async () => {
  const detail = 'The import has changed nobody, so there is nothing to undo.';
  stage.effect = () => Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail });
  expect(await stage.ask('POST', at(`${undone}/undo`))).toMatchObject({
    status: 409,
    body: { code: 'illegal-state', detail },
  });
});
