import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

/** Mails of an import as people see them, an invitation sent again, and a grace period that moves days. */
let stage: Stage;
let programme: { id: string; admin: string; viewer: string };
let integration: string;
let run: string;
const members: Record<string, string> = {};

beforeAll(async () => {
  stage = await Stage.open('invitations');
  programme = await stage.programme();
  integration = await stage.integration(programme.id, { state: 'published' });
  const config = randomUUID();
  await stage.sql(
    `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
    [programme.id, config, integration],
  );
  run = newId();
  await stage.sql(
    `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, state, started_at, ended_at)
     values ($1, $2, $3, 'import', 'write', 'on-demand', $4, 'completed', now(), now())`,
    [programme.id, run, integration, config],
  );
  for (const [name, state, mail] of [
    ['ada', 'active', 'unknown'],
    ['ben', 'active', 'pending'],
    ['cy', 'closing-down', 'sent'],
  ] as const) {
    const id = newId();
    members[name] = id;
    const closing = state === 'closing-down';
    await stage.sql(
      `insert into members (programme_id, id, state, integration_id, provider_person_id, employee_id, email, close_down_reason, close_down_started_on, close_down_ends_on, close_down_told_on)
       values ($1, $2, $3, $4, $5, $5, $6, $7, ${closing ? 'current_date, current_date + 60, current_date + 60' : 'null, null, null'})`,
      [programme.id, id, state, integration, name, `${name}@acme.example`, closing ? 'leaver' : null],
    );
    await stage.sql(
      `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, state, message_id, last_problem)
       values ($1, $2, $3, $4, $5, 'invitation', $6, $7, $8, '<x@rollcall>', $9)`,
      [
        ...[programme.id, newId(), integration, run, id, `invitation:${id}`, `${name}@acme.example`, mail],
        mail === 'unknown' ? 'Nobody knows whether it went out.' : null,
      ],
    );
  }
});
afterAll(() => stage.close());

const mails = (query = '') =>
  stage.ask('GET', `/programmes/${programme.id}/integrations/${integration}/imports/${run}/mails${query}`);
const again = (name: string, options: object = {}) =>
  stage.ask('POST', `/programmes/${programme.id}/members/${members[name]}/invitation`, options);

test('the mails of an import are listed by state, with whom each is for and what went wrong', async () => {
  const all = await mails();
  expect(all.status).toBe(200);
  expect(all.body).toMatchObject({ counts: { unknown: 1, pending: 1, sent: 1 }, nextWaveAt: null, next: null });
  const unknown = await mails('?kind=invitation&state=unknown');
  expect(unknown.body.items).toMatchObject([
    { employeeId: 'ada', member: members.ada, to: 'ada@acme.example', problem: 'Nobody knows whether it went out.' },
  ]);
  expect((await mails('?kind=invitation&state=unknown&repeated=false')).body).toEqual(unknown.body);
  expect((await mails('?state=lost')).status).toBe(400);
  const told = await stage.ask('GET', `/programmes/${programme.id}/members/${members.ada}/explanation`);
  expect(told.body).toMatchObject({ invitation: { state: 'unknown', sentAt: null } });
});

test('an invitation of unknown fate is sent again once for one key, audited, and the sender is told', async () => {
  const key = { headers: { 'idempotency-key': 'once' }, token: programme.admin };
  expect((await again('ada', { token: programme.viewer })).status).toBe(403);
  expect(await again('ada', key)).toMatchObject({ status: 202, body: { id: members.ada } });
  expect((await again('ada', key)).status).toBe(202);
  expect((await mails('?state=pending')).body.items.map(({ employeeId }) => employeeId)).toEqual(['ben', 'ada']);
  expect(stage.mailsFor).toContain(integration);
  const open = '?kind=invitation&state=unknown&repeated=false';
  expect((await mails(open)).body.items).toEqual([]);
  expect((await mails('?state=unknown')).body.items).toMatchObject([{ employeeId: 'ada', repeated: true }]);
  const audited = await stage.sql(`select subject from audit_log where action = 'invited-again'`);
  expect(audited).toEqual([{ subject: members.ada }]);
  expect(await again('cy')).toMatchObject({ status: 409, body: { code: 'illegal-state' } });
  expect((await again('ben')).body.detail).toMatch(/on its way/);
  expect((await again('nobody')).status).toBe(404);
});

test('another grace period says whose days it has moved', async () => {
  const change = (graceDays: number) => stage.ask('PATCH', `/programmes/${programme.id}`, { body: { graceDays } });
  stage.mailsFor = [];
  expect((await change(90)).body.warnings).toEqual([expect.stringMatching(/^1 account .*nobody is mailed\.$/)]);
  expect(stage.mailsFor).toEqual([]);
  expect((await change(3)).body.warnings).toEqual([expect.stringMatching(/1 of them sooner.*at least 7 days/)]);
  expect(stage.mailsFor).toEqual([integration]);
  expect((await stage.ask('PATCH', `/programmes/${programme.id}`, { body: { name: 'Acme' } })).body.warnings).toEqual(
    [],
  );
  const audited = await stage.sql<{ action: string }>(
    `select action from audit_log where action in ('grace-days-changed', 'programme-changed') order by at`,
  );
  expect(audited.map(({ action }) => action)).toEqual([
    'grace-days-changed',
    'grace-days-changed',
    'programme-changed',
  ]);
});
