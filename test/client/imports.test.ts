import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

describe('imports', () => {
  let stage: Stage;
  let programme: string;
  let integration: string;
  let config: string;

  beforeAll(async () => {
    stage = await Stage.open('imports');
    programme = (await stage.programme()).id;
    integration = await stage.integration(programme);
    config = randomUUID();
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
      [programme, config, integration],
    );
  });
  afterAll(() => stage.close());

  const at = (path: string) => `/programmes/${programme}/integrations/${integration}/imports${path}`;

  const insertRun = (set: Record<string, unknown> = {}) => stage.importRun({ programme, integration, config }, set);

  test('an import has the form that clients rely on', async () => {
    const id = await insertRun({
      proof: 'proven',
      proof_code: 'all-pages',
      proof_detail: 'All pages were read.',
      counts: { created: 2, warnings: 1 },
      members_before: 5,
      members_after: 7,
    });
    const { body } = await stage.ask('GET', at(`/${id}`));
    const zero = {
      adopted: 0,
      reactivated: 0,
      transferred: 0,
      updated: 0,
      unchanged: 0,
      leaver: 0,
      revoked: 0,
      vanished: 0,
    };
    expect(body).toEqual({
      id,
      kind: 'import',
      trigger: 'on-demand',
      state: 'completed',
      phase: 'done',
      progress: { done: null, total: null, perSecond: null, secondsLeft: null },
      complete: { proven: true, code: 'all-pages', reason: 'All pages were read.' },
      counts: { ...zero, created: 2, skipped: 0, error: 0, warnings: 1 },
      impact: { membersBefore: 5, membersAfter: 7 },
      held: null,
      failure: null,
      startedAt: '2026-11-20T10:00:00.000Z',
      endedAt: '2026-11-20T10:01:00.000Z',
      detailsDeletedAt: null,
      undo: null,
      undoneBy: null,
    });
  });

  test('a running import tells its rate and what is left', async () => {
    const id = await insertRun({
      state: 'running',
      phase: 'map',
      ended_at: null,
      started_at: new Date(Date.now() - 20_000),
      phase_started_at: new Date(Date.now() - 10_000),
      done: 100,
      total: 300,
    });
    const { body } = await stage.ask('GET', at(`/${id}`));
    expect(body.progress).toMatchObject({ done: 100, total: 300 });
    expect(body.progress.perSecond).toBeGreaterThan(5);
    expect(body.progress.secondsLeft).toBeGreaterThan(10);
    await stage.sql(`update import_runs set state = 'completed', ended_at = now() where id = $1`, [id]);
  });

  test('a hold is told with its fate', async () => {
    const id = newId();
    const held = { count: 12, causes: { leaver: 12 }, planDigest: 'd1', question: id };
    await insertRun({ id, state: 'waiting-for-approval', held });
    await stage.sql(
      `insert into removal_holds (programme_id, id, integration_id, import_id, digest, causes, people, expires_at) values ($1, $2, $3, $4, 'd1', '{}', 12, '2026-12-04T10:00:00Z')`,
      [programme, randomUUID(), integration, id],
    );
    const open = await stage.ask('GET', at(`/${id}`));
    expect(open.body.held).toEqual({
      count: 12,
      causes: { leaver: 12, revoked: 0, vanished: 0, identity: 0, invitation: 0 },
      planDigest: 'd1',
      question: id,
      expiresAt: '2026-12-04T10:00:00.000Z',
      decision: null,
    });
    await stage.sql(`update removal_holds set state = 'rejected' where import_id = $1`, [id]);
    expect((await stage.ask('GET', at(`/${id}`))).body.held.decision).toBe('rejected');
  });

  test('a failure is told with code and words', async () => {
    const id = await insertRun({ state: 'failed', failure_code: 'provider-unavailable', failure_detail: 'No answer.' });
    const { body } = await stage.ask('GET', at(`/${id}`));
    expect(body.failure).toEqual({ code: 'provider-unavailable', detail: 'No answer.' });
  });

  test('the history is newest first and can be walked page by page, filtered by kind and state', async () => {
    const place = integration;
    integration = await stage.integration(programme);
    try {
      config = randomUUID();
      await stage.sql(
        `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
        [programme, config, integration],
      );
      const ids: string[] = [];
      for (let n = 0; n < 7; n += 1) {
        ids.unshift(
          await insertRun({ created_at: `2026-11-01T00:00:0${n >> 1}Z`, kind: n === 3 ? 'review' : 'import' }),
        );
      }
      const seen: string[] = [];
      for (let after = ''; ;) {
        const { body } = await stage.ask('GET', at(`?limit=2${after}`));
        seen.push(...body.items.map((item) => item.id));
        if (body.next === null) break;
        after = `&after=${body.next}`;
      }
      expect(seen).toEqual(ids);
      expect((await stage.ask('GET', at('?kind=review'))).body.items.length).toBe(1);
      expect((await stage.ask('GET', at('?state=failed'))).body.items).toEqual([]);
      expect((await stage.ask('GET', at('?kind=nonsense'))).status).toBe(400);
      const shown = await stage.ask('GET', `/programmes/${programme}/integrations/${integration}`);
      expect(shown.body.lastImport.id).toBe(ids[0]);
    } finally {
      integration = place;
    }
  });

  test('days tell members, who joined and who left; those who wait have not left', async () => {
    const place = integration;
    integration = await stage.integration(programme);
    try {
      config = randomUUID();
      await stage.sql(
        `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
        [programme, config, integration],
      );
      // Half past eleven in the evening in London is the next day in Berlin, where the programme lives.
      const night = new Date();
      night.setUTCDate(night.getUTCDate() - 3);
      night.setUTCHours(23, 30, 0, 0);
      const started_at = night.toISOString();
      const run = (set: object) => insertRun({ started_at, applied_through: 9, ...set });
      await run({ created_at: started_at, counts: { created: 4, reactivated: 1 }, members_after: 5 });
      const later = new Date(night.getTime() + 60_000).toISOString();
      const leaving = await run({ created_at: later, counts: { leaver: 3 }, members_after: 4 });
      const change = `insert into changes (programme_id, import_id, ordinal, kind, person, reason_code, outcome) values ($1, $2, $3, 'leaver', $4, 'x', $5)`;
      await stage.sql(change, [programme, leaving, 1, 'a', null]);
      await stage.sql(change, [programme, leaving, 2, 'b', 'held']);
      await stage.sql(change, [programme, leaving, 3, 'c', 'stale']);
      await run({ created_at: later, state: 'failed', failure_code: 'internal', counts: { created: 9 } });
      await run({ created_at: later, kind: 'review', lane: 'review', counts: { created: 50 }, members_after: 99 });
      const days = await stage.ask('GET', `/programmes/${programme}/integrations/${integration}/import-days`);
      const date = new Date(night.getTime() + 3_600_000).toISOString().slice(0, 10);
      expect(days.body.items).toEqual([{ date, members: 4, joined: 5, left: 1, runs: 3, failed: 1 }]);
      const none = await stage.ask('GET', `/programmes/${programme}/integrations/${integration}/import-days?days=1`);
      expect(none.body.items).toEqual([]);
    } finally {
      integration = place;
    }
  });

  test('the newest review says whether it looked at what would be published, and what of that is not live', async () => {
    const place = await stage.integration(programme);
    const path = `/programmes/${programme}/integrations/${place}/review`;
    const configuration = async (version: number, segment: string) => {
      const id = newId();
      await stage.sql(
        `insert into integration_configs (programme_id, id, integration_id, version, setup, segment, digest) values ($1, $2, $3, $4, '{}', $5::jsonb, $5::text)`,
        [programme, id, place, version, segment],
      );
      return id;
    };
    const edit = (column: 'draft_config_id' | 'published_config_id', id: string) =>
      stage.sql(`update integrations set ${column} = $1 where id = $2`, [id, place]);
    expect((await stage.ask('GET', path)).status).toBe(404);
    const first = await configuration(1, '{"rule": null}');
    await edit('draft_config_id', first);
    await insertRun({ integration_id: place, config_id: first, kind: 'review', lane: 'review' });
    expect((await stage.ask('GET', path)).body).toMatchObject({ kind: 'review', current: true, edited: null });
    await edit('published_config_id', first);
    await edit('draft_config_id', await configuration(2, '{"rule": {}}'));
    expect((await stage.ask('GET', path)).body).toMatchObject({ current: false, edited: ['segment'] });
  });

  describe('changes and problems', () => {
    let id: string;
    const EVIL = '=HYPERLINK("http://evil.example","x")';

    beforeAll(async () => {
      id = await insertRun({ applied_through: 3 });
      const insert = `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id, reason_code, reason_values, before, after, outcome)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
      const change = (ordinal: number, ...rest: unknown[]) => stage.sql(insert, [programme, id, ordinal, ...rest]);
      await change(
        1,
        'created',
        'p1',
        'E1',
        'ada.park@acme.example',
        null,
        'new-employee',
        null,
        null,
        { firstName: 'Ada', email: 'ada.park@acme.example', 'custom.badge': '7' },
        null,
      );
      await change(
        2,
        'updated',
        'p2',
        'E2',
        'ben@acme.example',
        randomUUID(),
        'fields-differ',
        null,
        { lastName: 'Old', team: 'Blue' },
        { lastName: EVIL },
        null,
      );
      await change(
        3,
        'error',
        'p3',
        'E3',
        null,
        null,
        'problem',
        { detail: 'The person has no e-mail.' },
        null,
        null,
        null,
      );
      await change(
        4,
        'leaver',
        'p4',
        'E4',
        'cy@acme.example',
        randomUUID(),
        'listed-as-leaver',
        { lastDay: '2026-11-01' },
        { state: 'active' },
        { state: 'closing-down' },
        'held',
      );
      await change(5, 'updated', 'p5', 'E5', 'di@acme.example', randomUUID(), 'fields-differ', null, {}, {}, null);
      const problem = `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
        values ($1, $2, 'map', $3, 'value-unreadable', 'p', $4, 'startDate', $5, 'a date', 'The value cannot be used.', 'hr')`;
      await stage.sql(problem, [programme, id, 'error', 'E3', ' =1+1']);
      await stage.sql(problem, [programme, id, 'error', '+44 20', 'two\nlines, "quoted"']);
      await stage.sql(problem, [programme, id, 'warning', 'E9', 'Zoë – ümlaut']);
    });

    test('each change says who, what, why, before and after', async () => {
      const { body } = await stage.ask('GET', at(`/${id}/changes`));
      expect(body.items.map((item) => [item.kind, item.outcome])).toEqual([
        ['created', 'applied'],
        ['updated', 'applied'],
        ['error', null],
        ['leaver', 'held'],
        ['updated', null],
      ]);
      expect(body.items[0]).toEqual({
        kind: 'created',
        outcome: 'applied',
        member: null,
        name: 'Ada',
        employeeId: 'E1',
        email: 'ada.park@acme.example',
        reason: 'Employed and eligible, and not a member yet.',
        fields: [
          { name: 'email', before: null, after: 'ada.park@acme.example' },
          { name: 'firstName', before: null, after: 'Ada' },
          { name: 'custom.badge', before: null, after: '7' },
        ],
      });
      expect(body.items[1]?.fields).toEqual([
        { name: 'lastName', before: 'Old', after: EVIL },
        { name: 'team', before: 'Blue', after: null },
      ]);
      expect(body.items[3]?.reason).toContain('2026-11-01');
    });

    test('they can be filtered by kind and walked page by page', async () => {
      const updated = await stage.ask('GET', at(`/${id}/changes?kind=updated&limit=1`));
      expect(updated.body.items.length).toBe(1);
      const rest = await stage.ask('GET', at(`/${id}/changes?kind=updated&limit=1&after=${updated.body.next}`));
      expect([rest.body.items[0]?.employeeId, rest.body.next]).toEqual(['E5', null]);
      expect((await stage.ask('GET', at(`/${id}/changes?after=x`))).status).toBe(400);
    });

    test('they can be searched by name, address and employee ID, and filtered by what became of them', async () => {
      const found = async (query: string) =>
        (await stage.ask('GET', at(`/${id}/changes?${query}`))).body.items.map((item) => item.employeeId);
      await expect(found('search=ada')).resolves.toEqual(['E1']);
      await expect(found('search=CY%40acme')).resolves.toEqual(['E4']);
      await expect(found('search=E2')).resolves.toEqual(['E2']);
      await expect(found('search=%25')).resolves.toEqual([]);
      await expect(found('outcome=held')).resolves.toEqual(['E4']);
      await expect(found('outcome=applied')).resolves.toEqual(['E1', 'E2']);
      expect((await stage.ask('GET', at(`/${id}/changes?search=%20`))).status).toBe(400);
    });

    test('it is counted what became of them', async () => {
      const { body } = await stage.ask('GET', at(`/${id}/outcomes`));
      expect(body.items.map((item) => [item.kind, item.outcome, item.people])).toEqual([
        ['created', 'applied', 1],
        ['error', null, 1],
        ['leaver', 'held', 1],
        ['updated', 'applied', 1],
        ['updated', null, 1],
      ]);
    });

    test('a problem names the member whom it concerns', async () => {
      const member = randomUUID();
      await stage.sql(
        `insert into members (programme_id, id, state, first_name, last_name, integration_id, provider_person_id, sync_key)
         values ($1, $2, 'active', 'Ada', 'Park', $3, 'p-known', 'E77')`,
        [programme, member, integration],
      );
      const own = await insertRun();
      await stage.sql(
        `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, detail, fixed_by)
         values ($1, $2, 'map', 'error', 'no-email', 'p-known', 'E77', 'The person has no e-mail address.', 'hr')`,
        [programme, own],
      );
      expect((await stage.ask('GET', at(`/${own}/errors`))).body.items[0]).toMatchObject({ member, name: 'Ada Park' });
    });

    test('the same lists are JSON documents too', async () => {
      const answer = await stage.ask('GET', at(`/${id}/errors.json`));
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="errors-${id}.json"`);
      const list = (await stage.ask('GET', at(`/${id}/errors`))).body.items;
      expect(JSON.parse(answer.text)).toEqual(list);
      expect((await stage.ask('GET', at(`/${await insertRun()}/errors.json`))).text).toBe('[]\n');
    });

    test('errors and warnings are apart', async () => {
      const errors = await stage.ask('GET', at(`/${id}/errors`));
      expect(errors.body.items.length).toBe(2);
      const warnings = await stage.ask('GET', at(`/${id}/warnings`));
      expect(warnings.body.items).toEqual([
        {
          code: 'value-unreadable',
          member: null,
          name: null,
          employeeId: 'E9',
          field: 'startDate',
          received: 'Zoë – ümlaut',
          allowed: 'a date',
          detail: 'The value cannot be used.',
          fixedBy: 'hr',
        },
      ]);
    });

    test('the file holds the same, and no cell that a spreadsheet would run', async () => {
      const answer = await stage.ask('GET', at(`/${id}/errors.csv`));
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="errors-${id}.csv"`);
      expect(readCsv(answer.text)).toEqual([
        ['employeeId', 'field', 'received', 'allowed', 'detail', 'fixedBy'],
        ['E3', 'startDate', "' =1+1", 'a date', 'The value cannot be used.', 'hr'],
        ["'+44 20", 'startDate', 'two\nlines, "quoted"', 'a date', 'The value cannot be used.', 'hr'],
      ]);
    });

    test('the file of changes has a row for each, with its fields', async () => {
      const rows = readCsv((await stage.ask('GET', at(`/${id}/changes.csv`))).text);
      expect(rows[0]).toEqual(['kind', 'outcome', 'member', 'employeeId', 'email', 'reason', 'fields']);
      expect(rows.length).toBe(6);
      expect(rows[2]?.[6]).toBe(`lastName: Old → ${EVIL}\nteam: Blue → –`);
      const warnings = readCsv((await stage.ask('GET', at(`/${id}/warnings.csv`))).text);
      expect(warnings[1]?.[2]).toBe('Zoë – ümlaut');
    });

    test('an empty file has its header', async () => {
      const empty = await insertRun();
      expect(readCsv((await stage.ask('GET', at(`/${empty}/errors.csv`))).text)).toEqual([
        ['employeeId', 'field', 'received', 'allowed', 'detail', 'fixedBy'],
      ]);
    });

    test('a file of an import that does not exist is a problem', async () => {
      expect((await stage.ask('GET', at(`/${randomUUID()}/errors.csv`))).body.code).toBe('not-found');
    });

    test('a long file is read page by page and whole', async () => {
      const long = await insertRun();
      await stage.sql(
        `insert into run_problems (programme_id, import_id, phase, severity, code, detail, fixed_by, employee_id)
         select $1, $2, 'map', 'error', 'c', 'd', 'hr', n::text from generate_series(1, 2500) n`,
        [programme, long],
      );
      const rows = readCsv((await stage.ask('GET', at(`/${long}/errors.csv`))).text);
      expect(rows.length).toBe(2501);
      expect(new Set(rows.map((row) => row[0])).size).toBe(2501);
    });
  });

  test('events tell progress as it comes, and the end', async () => {
    const id = await insertRun({ state: 'running', phase: 'fetch', ended_at: null, done: 1, total: 2 });
    await stage.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = stage.app.server.address() as AddressInfo;
    const asked = request({
      host: '127.0.0.1',
      port,
      path: `/api/v1${at(`/${id}/events`)}`,
      headers: { authorization: `Bearer ${stage.operatorToken}`, accept: 'text/event-stream' },
    });
    asked.end();
    const [answer] = (await once(asked, 'response')) as [
      NodeJS.ReadableStream & { statusCode: number; headers: object },
    ];
    expect(answer.statusCode).toBe(200);
    let text = '';
    let ended = false;
    for await (const chunk of answer) {
      text += String(chunk);
      if (!ended && text.includes('event: progress')) {
        ended = true;
        await stage.sql(`update import_runs set state = 'completed', phase = 'done', ended_at = now() where id = $1`, [
          id,
        ]);
      }
    }
    const events = [...text.matchAll(/event: (\w+)\r?\ndata: (.*)/g)].map(([, name, data]) => [
      name,
      (JSON.parse(data ?? '') as { phase: string }).phase,
    ]);
    expect(events).toEqual([
      ['progress', 'fetch'],
      ['progress', 'done'],
      ['end', 'done'],
    ]);
  });

  test('events of an import that does not exist are a problem', async () => {
    expect((await stage.ask('GET', at(`/${randomUUID()}/events`))).status).toBe(404);
  });
});

/** RFC 4180 read by hand, so that the writer is not checked by its own parser. */
function readCsv(text: string): string[][] {
  expect(text.startsWith('\ufeff')).toBe(true);
  expect(text.endsWith('\r\n')).toBe(true);
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 1; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (quoted && sign === '"' && text[at + 1] === '"') {
      cell += sign;
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (!quoted && (sign === ',' || sign === '\r')) {
      rows.at(-1)?.push(cell);
      cell = '';
      if (sign === '\r') {
        expect(text[at + 1]).toBe('\n');
        at += 1;
        if (at < text.length - 1) rows.push([]);
      }
    } else cell += sign;
  }
  expect(quoted).toBe(false);
  return rows;
}
