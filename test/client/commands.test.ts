import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { retire } from '../../activities/sweep.js';
import { CommandFailed } from '../../client/temporal-door.js';
import { credentialIdentity } from '../../database/credentials.js';
import { unseal } from '../../database/envelope.js';
import { Stage, type Effect } from './stage.js';

const MAPPING = { fields: [{ member: 'email', from: '{{response.email}}' }] };
const SEEN = { people: 12, exact: true, fields: ['response.email', 'response.id'] };

describe('commands', () => {
  let stage: Stage;
  let programme: Awaited<ReturnType<Stage['programme']>>;
  let integration: string;

  beforeAll(async () => {
    stage = await Stage.open('commands');
    programme = await stage.programme({ roles: ['member', 'manager'] });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    integration = await stage.integration(programme.id, { seen: JSON.stringify(SEEN) });
    stage.effect = done;
    stage.sent = [];
  });
  afterEach(() => {
    stage.nextImportAt = null;
  });

  const done: Effect = () => Promise.resolve({ outcome: 'done' });
  const at = (path: string) => `/programmes/${programme.id}/integrations/${integration}${path}`;
  const put = (path: string, body: unknown, key?: string) =>
    stage.ask('PUT', at(path), { body, ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }) });
  const operations = () =>
    stage.sql<{ id: string; body: Record<string, unknown>; state: string; body_digest: string }>(
      'select * from operations where scope like $1 order by id',
      [`${integration}/%`],
    );

  test('setup is kept whole with its defaults, split into what is live and what is versioned', async () => {
    expect((await put('/setup', { leadDays: 3 })).status).toBe(200);
    const [operation] = await operations();
    expect(operation?.body).toEqual({
      live: {
        cadence: { every: 'day', at: expect.stringMatching(/^03:\d\d$/), timeZone: 'Europe/Berlin' },
        welcomeEmail: true,
        removalLimit: { share: 0.1, count: 100 },
        reportTo: [],
        reportOn: 'always',
      },
      versioned: {
        dateFormat: null,
        dataTimeZone: null,
        leadDays: 3,
        preference: 'create-and-update',
        recordType: 'user',
        installation: 'cloud',
      },
    });
    expect(stage.sent).toEqual([{ command: 'setUp', operation: operation?.id }]);
  });

  test('SaaS users are refused where there is no application to be a user of', async () => {
    const files = await stage.ask('POST', `/programmes/${programme.id}/integrations`, {
      body: { provider: 'csv', name: 'Files' },
    });
    const answer = await stage.ask('PUT', `/programmes/${programme.id}/integrations/${files.body.id}/setup`, {
      body: { recordType: 'user-and-saas-user' },
    });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-body', errors: [{ pointer: '/recordType' }] } });
    expect((await put('/setup', { recordType: 'user-and-saas-user' })).status).toBe(200);
  });

  test('a wrong setup names every fault and reaches no workflow', async () => {
    const answer = await put('/setup', {
      cadence: { every: 'day', interval: 3 },
      reportTo: ['ada.park@acme.example', 'nobody'],
      removalLimit: { share: 2, count: 1 },
      installation: 'moon',
      colour: 'red',
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid-body']);
    expect(answer.body.errors.map((fault) => fault.pointer)).toEqual([
      '/cadence/interval',
      '/installation',
      '/removalLimit/share',
      '/reportTo/1',
      '/colour',
    ]);
    expect(stage.sent).toEqual([]);
    expect(await operations()).toEqual([]);
  });

  test('an installation that does not exist yet is refused', async () => {
    const answer = await put('/setup', { installation: 'local' });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/installation']);
  });

  test('credentials are encrypted before anything else sees them', async () => {
    const body = { subdomain: 'https://acme.sage.hr/', apiKey: 'canary-key-4711' };
    const answer = await stage.ask('POST', at('/authorize'), { body });
    expect([answer.status, answer.body.seen]).toEqual([200, SEEN]);
    const [operation] = await operations();
    const rows = await stage.sql<{ id: string; ciphertext: Buffer; key_id: string; state: string; minutes: number }>(
      `select *, extract(epoch from expires_at - now())::float8 / 60 as minutes from credentials where id = $1`,
      [operation?.body.credential],
    );
    const row = rows[0]!;
    expect(row.state).toBe('candidate');
    expect(Math.round(row.minutes)).toBe(15);
    const sealed = { keyId: row.key_id, ciphertext: row.ciphertext };
    const text = unseal(stage.context.keys(), sealed, credentialIdentity(programme.id, row.id));
    expect(JSON.parse(text)).toEqual({ subdomain: 'acme', apiKey: 'canary-key-4711' });
    const dump = await stage.sql<{ dump: string }>(
      `select (select string_agg(o::text, ' ') from operations o) || (select string_agg(a::text, ' ') from audit_log a) as dump`,
    );
    expect(dump[0]?.dump).not.toContain('canary-key-4711');
  });

  test('faults of a form are named, and nothing remains', async () => {
    const answer = await stage.ask('POST', at('/authorize'), { body: { subdomain: 'not a host', token: 'x' } });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((fault) => fault.pointer).toSorted()).toEqual(['/apiKey', '/subdomain', '/token']);
    expect(await operations()).toEqual([]);
  });

  test('refused credentials are 422, whether the HR system said no or was not there', async () => {
    for (const code of ['credentials-refused', 'provider-unavailable'] as const) {
      stage.effect = () => Promise.resolve({ outcome: 'refused', code, detail: 'Sage HR did not accept the key.' });
      const answer = await stage.ask('POST', at('/authorize'), { body: { subdomain: 'acme', apiKey: 'k1' } });
      expect(answer.body).toMatchObject({
        status: 422,
        code: 'credentials-refused',
        detail: 'Sage HR did not accept the key.',
      });
    }
  });

  test('only an active credential of the programme and the provider can be chosen', async () => {
    const active = randomUUID();
    const insert = `insert into credentials (programme_id, id, provider, name, ciphertext, key_id, state) values ($1, $2, $3, 'x', '', 'k1', 'active')`;
    await stage.sql(insert, [programme.id, active, 'sage-hr']);
    const other = randomUUID();
    await stage.sql(insert, [programme.id, other, 'personio']);
    expect((await stage.ask('POST', at('/authorize'), { body: { credential: active } })).status).toBe(200);
    expect((await operations())[0]?.body).toEqual({ credential: active });
    for (const credential of [other, randomUUID(), 'x']) {
      const answer = await stage.ask('POST', at('/authorize'), { body: { credential } });
      expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/credential']);
    }
  });

  test('credentials are listed without their secret and deleted only when unused', async () => {
    const used = randomUUID();
    await stage.sql(
      `insert into credentials (programme_id, id, provider, name, ciphertext, key_id, state) values ($1, $2, 'sage-hr', 'North', 'abc', 'k1', 'active')`,
      [programme.id, used],
    );
    await stage.sql('update integrations set credential_id = $1 where id = $2', [used, integration]);
    const list = await stage.ask('GET', `/programmes/${programme.id}/credentials`);
    expect(list.body.items.find((item) => item.id === used)).toEqual({
      id: used,
      provider: 'sage-hr',
      name: 'North',
      usedBy: [integration],
      lastUsedAt: null,
    });
    const path = `/programmes/${programme.id}/credentials/${used}`;
    expect((await stage.ask('DELETE', path)).body.code).toBe('illegal-state');
    await stage.sql('update integrations set credential_id = null where id = $1', [integration]);
    expect((await stage.ask('DELETE', path)).status).toBe(204);
    expect((await stage.ask('DELETE', path)).status).toBe(404);
  });

  test('a mapping is judged as a whole', async () => {
    const answer = await put('/mapping', {
      fields: [
        { member: 'firstName', from: 'response.name' },
        { member: 'lastName', from: '{{response.gender}}' },
        { member: 'shoeSize', from: '{{response.x}}' },
      ],
      syncKey: 'custom.badge',
    });
    const pointers = answer.body.errors.map((fault) => fault.pointer);
    expect(answer.status).toBe(422);
    expect(pointers).toEqual(expect.arrayContaining(['/fields/0/from', '/fields/1/from', '/fields/2/member']));
    const without = await put('/mapping', { fields: [{ member: 'team', from: '{{response.team}}' }] });
    expect(without.body.errors[0]).toEqual({ pointer: '/fields', detail: 'must map "email"' });
  });

  test('a role must be one of the programme', async () => {
    expect((await put('/mapping', { ...MAPPING, role: { fixed: 'manager' } })).status).toBe(200);
    const answer = await put('/mapping', { ...MAPPING, role: { fixed: 'king' } });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/role/fixed']);
  });

  test('more than ten custom fields are too many', async () => {
    const custom = Array.from({ length: 11 }, (_, n) => ({ name: `f${n}`, label: `F ${n}`, from: '{{response.x}}' }));
    const answer = await put('/mapping', { ...MAPPING, custom });
    expect([answer.status, answer.body.code]).toEqual([422, 'too-many-custom-fields']);
  });

  test('what was mapped is read back as it was kept, next to what is published', async () => {
    const config = randomUUID();
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, mapping, digest) values ($1, $2, $3, 1, '{"leadDays": 0, "dateFormat": null, "dataTimeZone": null, "preference": "create-only", "recordType": "user", "installation": "cloud"}', $4, 'x')`,
      [
        programme.id,
        config,
        integration,
        { ...MAPPING, custom: [], syncKey: 'employeeId', fields: [{ ...MAPPING.fields[0], whenEmpty: 'keep' }] },
      ],
    );
    await stage.sql(
      `update integrations set draft_config_id = $1, state = 'mapped', live = '{"cadence": {"every": "day", "at": "03:10", "timeZone": "UTC"}, "welcomeEmail": false, "removalLimit": null, "reportTo": [], "reportOn": "always"}' where id = $2`,
      [config, integration],
    );
    const { body } = await stage.ask('GET', at(''));
    expect(body.setup).toMatchObject({ welcomeEmail: false, preference: 'create-only', cadence: { at: '03:10' } });
    expect(body.mapping).toMatchObject({ fields: [{ member: 'email', whenEmpty: 'keep' }] });
    expect(body.segment).toEqual({ outside: 'revoke', rule: null });
    expect([body.unpublished, body.warnings.length]).toEqual([false, 1]);

    const rule = { field: 'department', op: 'oneOf', values: ['Sales'] };
    const answer = await put('/segment', { rule });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/rule/field']);
    expect((await put('/segment', { rule: { ...rule, field: '{{response.team}}' } })).status).toBe(200);
    expect((await put('/segment', { rule: null, outside: 'leave-alone' })).status).toBe(200);
    expect((await operations()).at(-1)?.body).toEqual({ segment: { rule: null, outside: 'leave-alone' } });
  });

  test('a refusal of the workflow is told in its words and with its code', async () => {
    stage.effect = () =>
      Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail: 'The integration is not mapped yet.' });
    const answer = await stage.ask('POST', at('/publish'));
    expect(answer.body).toMatchObject({
      status: 409,
      code: 'illegal-state',
      detail: 'The integration is not mapped yet.',
    });
  });

  test('publish and import answer with the import that they started', async () => {
    const run = await makeRun();
    stage.effect = () => Promise.resolve({ outcome: 'done', import: run, joined: true });
    stage.nextImportAt = '2030-01-01T03:00:00.000Z';
    const published = await stage.ask('POST', at('/publish'), { body: {} });
    expect([published.status, published.body.firstImport.id]).toEqual([200, run]);
    expect(published.body.lastImport.id).toBe(run);
    const started = await stage.ask('POST', at('/imports'));
    expect([started.status, started.body.id, started.body.joined]).toEqual([202, run, true]);
  });

  test('the same key gives the first answer again, and the command is carried out once', async () => {
    const key = randomUUID();
    const first = await put('/setup', { leadDays: 1, welcomeEmail: false }, key);
    const again = await put('/setup', { welcomeEmail: false, leadDays: 1 }, key);
    expect(again.body).toEqual(first.body);
    expect(stage.sent.length).toBe(1);
    const other = await put('/setup', { leadDays: 2 }, key);
    expect([other.status, other.body.code]).toEqual([422, 'idempotency-mismatch']);
    // Another command, or another integration, has keys of its own.
    expect((await put('/mapping', MAPPING, key)).status).toBe(200);
  });

  test('a refused command is refused again in the same words', async () => {
    stage.effect = () => Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail: 'Too early.' });
    const first = await put('/mapping', MAPPING, 'again');
    stage.effect = done;
    const again = await put('/mapping', MAPPING, 'again');
    expect(first.status).toBe(409);
    expect(again.body).toEqual(first.body);
  });

  test('a key is free again after a day', async () => {
    await put('/setup', {}, 'daily');
    await stage.sql(`update operations set created_at = now() - interval '25 hours' where key = 'daily'`);
    expect((await put('/setup', { leadDays: 9 }, 'daily')).status).toBe(200);
    expect(stage.sent.length).toBe(2);
  });

  test('two requests with one key at once are one command', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => put('/setup', { leadDays: 4 }, 'at-once')));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    expect((await operations()).length).toBe(1);
    expect(new Set(stage.sent.map((one) => one.operation)).size).toBe(1);
  });

  test('a command that is not answered in time is 202, and its operation tells later', async () => {
    stage.effect = () => Promise.resolve('pending');
    const answer = await put('/setup', {}, 'late');
    const operation = answer.body.operation;
    expect([answer.status, answer.headers.location]).toEqual([202, `/api/v1/operations/${operation}`]);
    expect((await stage.ask('GET', `/operations/${operation}`)).body).toEqual({
      id: operation,
      state: 'running',
      status: null,
      answer: null,
    });
    // A worker came and carried it out; nobody was listening.
    await stage.sql(`update operations set state = 'done', result = '{"outcome": "done"}' where id = $1`, [operation]);
    const later = await stage.ask('GET', `/operations/${operation}`);
    expect(later.body).toMatchObject({ state: 'done', status: 200, answer: { id: integration } });
    const again = await put('/setup', {}, 'late');
    expect([again.status, again.body.id]).toEqual([200, integration]);
  });

  test('a command that never reached Temporal is sent once more when it is asked for', async () => {
    stage.effect = () => Promise.resolve('pending');
    const { body } = await put('/setup', {});
    stage.effect = () => Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail: 'Too early.' });
    const asked = await stage.ask('GET', `/operations/${body.operation}`);
    expect(asked.body).toMatchObject({ state: 'failed', status: 409, answer: { code: 'illegal-state' } });
    expect(new Set(stage.sent.map((one) => one.operation)).size).toBe(1);
  });

  test('a wish of long ago is not carried out behind somebody’s back', async () => {
    stage.effect = () => Promise.resolve('pending');
    const { body } = await put('/setup', {});
    await stage.sql(`update operations set created_at = now() - interval '2 hours' where id = $1`, [body.operation]);
    stage.sent = [];
    expect((await stage.ask('GET', `/operations/${body.operation}`)).body.state).toBe('running');
    expect(stage.sent).toEqual([]);
  });

  test('how an operation ended is told for good, what was answered for a day', async () => {
    const told = [await put('/setup', { leadDays: 2 }, 'told'), await put('/mapping', { fields: [] }, 'refused')];
    stage.effect = () => Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail: 'Too early.' });
    told.push(await put('/mapping', MAPPING, 'too-early'));
    expect(told.map(({ status }) => status)).toEqual([200, 422, 409]);
    await stage.sql(`update operations set created_at = now() - interval '25 hours' where scope like $1`, [
      `${integration}/%`,
    ]);
    await retire(stage.context.db, programme.id, 180);
    stage.sent = [];
    const asked = await Promise.all((await operations()).map(({ id }) => stage.ask('GET', `/operations/${id}`)));
    expect(asked.map(({ status, body }) => [status, body.state, body.status, body.answer])).toEqual([
      [200, 'done', 200, null],
      [200, 'failed', 409, null],
    ]);
    expect(stage.sent).toEqual([]);
  });

  test('an operation is its own programme’s', async () => {
    stage.effect = () => Promise.resolve('pending');
    const { body } = await put('/setup', {});
    const other = await stage.programme();
    const path = `/operations/${body.operation}`;
    expect((await stage.ask('GET', path, { token: other.admin })).status).toBe(404);
    expect((await stage.ask('GET', path, { token: programme.viewer })).status).toBe(200);
  });

  test('each command of a person stands in the audit log', async () => {
    await stage.ask('POST', at('/pause'), { token: programme.admin, body: { note: 'Payroll week' } });
    const rows = await stage.sql<{ action: string; actor: string }>(
      'select action, actor from audit_log where subject = $1 order by id',
      [integration],
    );
    expect(rows.map((row) => row.action)).toEqual(['integration-created', 'pause']);
    expect(rows[1]?.actor).toMatch(/^token:/);
    expect((await operations())[0]?.body).toEqual({ note: 'Payroll week' });
  });

  test('fields and suggestions come from what the probe saw', async () => {
    await stage.sql(
      `insert into discovered_records (programme_id, integration_id, ordinal, record, expires_at) values ($1, $2, 1, $3, now() + interval '1 day')`,
      [programme.id, integration, { id: 7, email: 'ada.park@acme.example', gender: 'x' }],
    );
    const fields = await stage.ask('GET', at('/fields'));
    expect(fields.body.items).toEqual([
      { path: 'response.id', label: 'Id', samples: ['7'], filled: 1 },
      { path: 'response.email', label: 'Email', samples: ['ada.park@acme.example'], filled: 1 },
    ]);
    const suggestions = await stage.ask('POST', at('/mapping/suggestions'));
    expect(suggestions.body.items.map((item) => [item.member, item.from])).toEqual([
      ['employeeId', expect.stringContaining('{{response.')],
      ['email', '{{response.email}}'],
    ]);
    await stage.sql(`delete from discovered_records where integration_id = $1`, [integration]);
    await stage.sql(
      `insert into discovered_records (programme_id, integration_id, ordinal, record, expires_at) values ($1, $2, 1, $3, now() + interval '1 day')`,
      [programme.id, integration, { id: 7, start_date: '03/04/2026' }],
    );
    const dated = await stage.ask('GET', at('/fields'));
    expect(dated.body.items[1]).toMatchObject({
      path: 'response.start_date',
      dates: {
        values: 1,
        ambiguous: 1,
        detail: expect.stringContaining('is 3 April with dd/MM/yyyy and 4 March with'),
      },
    });
    await stage.sql(`delete from discovered_records where integration_id = $1`, [integration]);
    const later = await stage.ask('GET', at('/fields'));
    expect(later.body.items.map((item) => item.path)).toEqual(SEEN.fields);
  });

  test('before the authorization there are no fields', async () => {
    integration = await stage.integration(programme.id);
    const answer = await stage.ask('GET', at('/fields'));
    expect([answer.status, answer.body.code]).toEqual([409, 'illegal-state']);
  });

  test('a removed integration is gone for everybody', async () => {
    await stage.sql(`update integrations set state = 'removed', removed_at = now() where id = $1`, [integration]);
    expect((await stage.ask('GET', at(''))).status).toBe(404);
    expect((await put('/setup', {})).status).toBe(404);
    const list = await stage.ask('GET', `/programmes/${programme.id}/integrations`);
    expect(list.body.items.map((item) => item.id)).not.toContain(integration);
  });

  test('making an integration twice with one key makes one', async () => {
    const ask = (name: string) =>
      stage.ask('POST', `/programmes/${programme.id}/integrations`, {
        body: { provider: 'sage-hr', name },
        headers: { 'idempotency-key': 'make' },
      });
    const first = await ask('South');
    const again = await ask('South');
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect((await ask('East')).body.code).toBe('idempotency-mismatch');
  });

  test('a turn that breaks is a failed operation, and stays the answer', async () => {
    stage.effect = () => Promise.reject(new CommandFailed(new Error('inside')));
    const first = await put('/setup', {}, 'breaks');
    stage.effect = done;
    const again = await put('/setup', {}, 'breaks');
    expect([first.status, again.body]).toEqual([500, first.body]);
    const [operation] = await operations();
    expect(operation?.state).toBe('failed');
  });

  test('an unknown provider is refused with those that exist', async () => {
    const answer = await stage.ask('POST', `/programmes/${programme.id}/integrations`, {
      body: { provider: 'abacus', name: 'x' },
    });
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, '/provider']);
    expect(answer.body.detail).toContain('"sage-hr"');
  });

  async function makeRun(): Promise<string> {
    const [config, run] = [randomUUID(), randomUUID()];
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
      [programme.id, config, integration],
    );
    await stage.sql(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at) values ($1, $2, $3, 'import', 'write', 'first', $4, now())`,
      [programme.id, run, integration, config],
    );
    return run;
  }
});
