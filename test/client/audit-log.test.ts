import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createToken, revokeToken } from '../../client/operations/tokens.js';
import { AUDIT_ACTIONS } from '../../domain/audit.js';
import { COMMANDS } from '../../domain/commands.js';
import { signedIn, type Browser } from './browser.js';
import { OPERATOR, Stage } from './stage.js';

let stage: Stage;
let programme: string;
let browser: Browser;
let ada: string;

beforeAll(async () => {
  stage = await Stage.open('audit-log');
  programme = (await stage.programme()).id;
  ({ browser, id: ada } = await signedIn(stage, programme, { email: 'ada.park@acme.example', role: 'admin' }));
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.effect = () => Promise.resolve({ outcome: 'done' });
});

const entries = async (query = '') =>
  (await browser.ask('GET', `/programmes/${programme}/audit-log?limit=500${query}`)).body.items as unknown as {
    id: string;
    action: string;
    sentence: string;
    actor: { id: string; kind: string; name: string };
    subject: { id: string; kind: string; name: string | null };
    outcome: string;
  }[];

describe('the audit log', () => {
  test('tells in words who did what, newest first, whoever it was', async () => {
    const integration = await stage.integration(programme);
    await browser.ask('POST', `/programmes/${programme}/integrations/${integration}/pause`, { note: 'Payroll' });
    const token = await createToken({ context: stage.context, actor: OPERATOR }, { programme, role: 'admin' });
    await browser.ask('PATCH', `/programmes/${programme}`, { name: 'Acme Ltd' });
    await stage.ask('POST', `/programmes/${programme}/integrations`, {
      token: token.token,
      body: { provider: 'csv', name: 'Paper' },
    });
    await revokeToken({ context: stage.context, actor: OPERATOR }, token.id);
    const [revoked, byToken, changed, made, paused, created] = await entries();
    expect([revoked, byToken, changed, made].map((entry) => entry?.sentence)).toEqual([
      expect.stringMatching(/^An operator on the command line revoked the token “….{4}”\.$/),
      expect.stringMatching(/^The API token ….{4} made the integration “Paper”\.$/),
      'Ada Park changed the settings of the programme “Acme Ltd”.',
      expect.stringMatching(/made the token/),
    ]);
    expect(paused).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      actor: { id: ada, kind: 'admin', name: 'Ada Park' },
      action: 'pause',
      outcome: 'done',
      subject: { id: integration, kind: 'integration', name: 'Sage HR of Acme' },
      sentence: 'Ada Park paused the integration “Sage HR of Acme”.',
    });
    expect(created?.action).toBe('integration-created');
  });

  test('does not claim what was refused or is not answered yet', async () => {
    const integration = await stage.integration(programme);
    const command = (name: string) =>
      browser.ask('POST', `/programmes/${programme}/integrations/${integration}/${name}`, {});
    stage.effect = () => Promise.resolve({ outcome: 'refused', code: 'illegal-state', detail: 'Not published.' });
    expect((await command('pause')).status).toBe(409);
    stage.effect = () => Promise.resolve('pending');
    expect((await command('resume')).status).toBe(202);
    expect((await entries()).slice(0, 2).map(({ sentence, outcome }) => [outcome, sentence])).toEqual([
      ['pending', 'Ada Park asked to resume the integration “Sage HR of Acme”; it is not answered yet.'],
      ['refused', 'Ada Park asked to pause the integration “Sage HR of Acme”; it was refused.'],
    ]);
  });

  test('still names who was removed since, and nobody whose data was erased', async () => {
    const { browser: bo, id } = await signedIn(stage, programme, { email: 'bo@acme.example', role: 'admin' });
    const body = { email: 'cy@acme.example', fullName: 'Cy Young' };
    const member = (await bo.ask('POST', `/programmes/${programme}/members`, body)).body;
    await browser.ask('DELETE', `/programmes/${programme}/admins/${id}`);
    const [removed, made] = await entries();
    expect(removed?.sentence).toBe('Ada Park took the access away from the admin “Ada Park”.');
    expect([made?.actor.name, made?.subject.name]).toEqual(['Ada Park', 'Cy Young']);
    await stage.sql(
      `update members set state = 'deleted', email = null, username = null, full_name = null, custom = null where id = $1`,
      [member.id],
    );
    expect((await entries())[1]?.sentence).toBe('Ada Park made an account by hand for the member.');
    const dump = await stage.sql<{ dump: string }>(`select string_agg(a::text, ' ') as dump from audit_log a`);
    expect(dump[0]?.dump).not.toMatch(/Young|cy@|Park|acme\.example/);
  });

  test('is filtered by who did it and to what, and pages', async () => {
    const all = await entries();
    expect((await entries(`&actor=${ada}`)).map(({ id }) => id)).toEqual(
      all.filter(({ actor }) => actor.id === ada).map(({ id }) => id),
    );
    const subject = all.find(({ action }) => action === 'pause')!.subject.id;
    expect((await entries(`&subject=${subject}`)).every((entry) => entry.subject.id === subject)).toBe(true);
    const ids: string[] = [];
    let after = '';
    do {
      const page = (await browser.ask('GET', `/programmes/${programme}/audit-log?limit=3${after}`)).body;
      ids.push(...page.items.map(({ id }) => id));
      after = page.next === null ? 'end' : `&after=${page.next}`;
    } while (after !== 'end');
    expect(ids).toEqual(all.map(({ id }) => id));
  });

  test('tells a sign-in to each programme it leads to, and an operator by name', async () => {
    const first = (await entries()).filter(({ action }) => action === 'signed-in');
    expect(first.at(-1)).toMatchObject({ sentence: 'Ada Park signed in.', actor: { kind: 'admin' } });
  });

  test('has a sentence for every command', () => {
    expect(Object.keys(AUDIT_ACTIONS)).toEqual(expect.arrayContaining([...COMMANDS]));
  });
});

/** What a route is asked with so that it does something; `null`: it changes nothing that outlasts the answer. */
const WRITES: Readonly<Record<string, ((ids: Ids) => unknown) | null>> = {
  'PATCH ': () => ({ graceDays: 30 }),
  'POST /admins': () => ({ email: `${randomUUID()}@acme.example`, name: 'Bo', role: 'viewer' }),
  'PATCH /admins/{admin}': () => ({ role: 'viewer' }),
  'DELETE /admins/{admin}': () => undefined,
  'POST /audiences': () => ({ name: randomUUID(), filter: {} }),
  'PATCH /audiences/{audience}': () => ({ name: randomUUID() }),
  'DELETE /audiences/{audience}': () => undefined,
  'DELETE /credentials/{credential}': () => undefined,
  'POST /integrations': () => ({ provider: 'sage-hr', name: 'Another' }),
  'DELETE /integrations/{integration}': () => undefined,
  'PUT /integrations/{integration}/setup': () => ({}),
  'POST /integrations/{integration}/authorize': () => ({ subdomain: 'acme', apiKey: 'key' }),
  'POST /integrations/{integration}/authorize/link': null,
  'POST /integrations/{integration}/authorize/invite': () => ({ email: 'colleague@acme.example' }),
  'POST /integrations/{integration}/revoke': () => ({}),
  'POST /integrations/{integration}/pause': () => ({}),
  'POST /integrations/{integration}/resume': () => ({}),
  'POST /integrations/{integration}/mapping/suggestions': null,
  'PUT /integrations/{integration}/mapping': () => ({ fields: [{ member: 'email', from: '{{response.email}}' }] }),
  'PUT /integrations/{integration}/segment': () => ({ rule: null }),
  'POST /integrations/{integration}/mapping/preview': null,
  'POST /integrations/{integration}/segment/preview': null,
  'POST /integrations/{integration}/review': () => ({}),
  'POST /integrations/{integration}/publish': () => ({}),
  'POST /integrations/{integration}/imports': () => ({}),
  'POST /integrations/{integration}/imports/{import}/removals': () => ({ decision: 'reject', planDigest: 'x' }),
  'POST /integrations/{integration}/imports/{import}/cancel': () => ({}),
  'POST /integrations/{integration}/imports/{import}/undo': () => ({}),
  'POST /integrations/{integration}/imports/{import}/retry-errors': () => ({}),
  'POST /integrations/{integration}/people/{employeeId}/import': () => ({}),
  'POST /integrations/{integration}/upload': () => 'Employee ID,Email\nE1,ada.park@acme.example\n',
  'POST /members': () => ({ email: `${randomUUID()}@acme.example` }),
  'PATCH /members/{member}': () => ({ protected: true }),
  'POST /members/{member}/invitation': () => ({}),
};

interface Ids {
  readonly integration: string;
  readonly file: string;
  readonly import: string;
  readonly member: string;
  readonly admin: string;
  readonly credential: string;
  readonly audience: string;
}

describe('every route that writes', () => {
  const ROOT = '/api/v1/programmes/{programme}';
  const SET_UP = { state: 'published', seen: JSON.stringify({ people: 1, exact: true, fields: ['response.email'] }) };

  async function prepare(): Promise<Ids> {
    const [integration, file] = [await stage.integration(programme, SET_UP), randomUUID()];
    const [config, run, credential] = [randomUUID(), randomUUID(), randomUUID()];
    await stage.sql(
      `insert into integrations (programme_id, id, provider, name, state, created_by) values ($1, $2, 'csv', 'File', 'set-up', 'x')`,
      [programme, file],
    );
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
      [programme, config, integration],
    );
    await stage.sql(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at, ended_at, state)
       values ($1, $2, $3, 'import', 'write', 'first', $4, now(), now(), 'completed-with-errors')`,
      [programme, run, integration, config],
    );
    await stage.sql(
      `insert into changes (programme_id, import_id, ordinal, kind, person, reason_code) values ($1, $2, 1, 'error', 'p1', 'x')`,
      [programme, run],
    );
    await stage.sql(
      `insert into credentials (programme_id, id, provider, name, ciphertext, key_id, state) values ($1, $2, 'sage-hr', 'Key', 'x', 'k', 'active')`,
      [programme, credential],
    );
    const email = `${randomUUID()}@acme.example`;
    const member = await stage.ask('POST', `/programmes/${programme}/members`, { body: { email } });
    await stage.sql(`update members set integration_id = $2, provider_person_id = 'p1' where id = $1`, [
      member.body.id,
      integration,
    ]);
    const admin = await stage.ask('POST', `/programmes/${programme}/admins`, {
      body: { email, name: 'Bo', role: 'viewer' },
    });
    const audience = await stage.ask('POST', `/programmes/${programme}/audiences`, {
      body: { name: randomUUID(), filter: {} },
    });
    return {
      audience: audience.body.id,
      integration,
      file,
      import: run,
      member: member.body.id,
      admin: admin.body.id,
      credential,
    };
  }

  test('leaves exactly one entry, and none that only looks', async () => {
    const { paths } = (await stage.ask('GET', '/openapi.json', { token: null })).body;
    const routes = Object.entries(paths)
      .filter(([path]) => path.startsWith(ROOT))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.slice(ROOT.length)}`),
      )
      .filter((route) => !route.startsWith('GET '));
    expect(routes.filter((route) => !Object.hasOwn(WRITES, route))).toEqual([]);
    stage.effect = () => Promise.resolve('pending');
    for (const route of routes) {
      const ids = await prepare();
      const [method = '', path = ''] = route.split(/ /);
      const at = path.replace(/\{(\w+)\}/g, (_, name: string) =>
        name === 'integration' && path.endsWith('/upload')
          ? ids.file
          : (new Map<string, string>(Object.entries(ids)).get(name) ?? 'E1'),
      );
      const given = WRITES[route]?.(ids);
      const before = (await entries()).length;
      const answer = await stage.ask(method as 'POST', `/programmes/${programme}${at}`, {
        ...(typeof given === 'string'
          ? { raw: given, headers: { 'content-type': 'text/csv' } }
          : given === undefined
            ? {}
            : { body: given }),
      });
      const written = (await entries()).length - before;
      const expected = WRITES[route] === null ? 0 : 1;
      expect([route, written, expected === 0 || answer.status < 300 ? '' : answer.text]).toEqual([route, expected, '']);
    }
  }, 60_000);
});
