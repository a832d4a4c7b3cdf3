import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

describe('the question of an import', () => {
  let stage: Stage;
  let programme: string;
  let integration: string;
  let run: string;
  let members: string[];
  const hold = newId();

  beforeAll(async () => {
    stage = await Stage.open('questions');
    programme = (await stage.programme()).id;
    integration = await stage.integration(programme);
    run = await insertRun({ members_before: 40 });
    members = [];
    for (const [n, name] of ['Ada', 'Ben', 'Cy'].entries()) members.push(await insertMember(n, name));
    await insertHold(hold, run, members, 'now');
  });
  afterAll(() => stage.close());

  const at = (path: string, id = run) =>
    `/programmes/${programme}/integrations/${integration}/imports/${id}/question${path}`;

  async function insertRun(set: Record<string, unknown> = {}): Promise<string> {
    const config = randomUUID();
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, (select count(*) + 1 from integration_configs), '{}', 'x')`,
      [programme, config, integration],
    );
    return stage.importRun({ programme, integration, config }, set);
  }

  async function insertMember(n: number, name: string): Promise<string> {
    const id = randomUUID();
    await stage.sql(
      `insert into members (programme_id, id, state, first_name, last_name, employee_id, integration_id, provider_person_id, sync_key)
       values ($1, $2, 'active', $3, 'Park', $4, $5, $4, $4)`,
      [programme, id, name, `E${n}`, integration],
    );
    await stage.sql(
      `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id, reason_code, outcome)
       values ($1, $2, $3, 'leaver', $4, $4, $5, $6, 'listed-as-leaver', 'held')`,
      [programme, run, n + 1, `E${n}`, `${name.toLowerCase()}.park@acme.example`, id],
    );
    return id;
  }

  async function insertHold(id: string, of: string, people: readonly string[], digest: string, state = 'open') {
    await stage.sql(
      `insert into removal_holds (programme_id, id, integration_id, import_id, digest, causes, people, expires_at, state) values ($1, $2, $3, $4, $5, '{}', $6, '2026-12-04T10:00:00Z', $7)`,
      [programme, id, integration, of, digest, people.length, state],
    );
    for (const member of people) {
      await stage.sql(
        `insert into removal_hold_members (programme_id, hold_id, member_id, cause) values ($1, $2, $3, 'leaver')`,
        [programme, id, member],
      );
    }
  }

  test('says what the limit is, who waits for what, and until when', async () => {
    const { body } = await stage.ask('GET', at(''));
    expect(body).toMatchObject({
      import: run,
      state: 'open',
      planDigest: 'now',
      expiresAt: '2026-12-04T10:00:00.000Z',
      waiting: { leaver: 3, revoked: 0, vanished: 0, identity: 0, invitation: 0 },
      limit: { members: 40, removals: 4, identity: 3 },
      decisions: [],
      open: run,
      since: null,
    });
  });

  test('names its people with reasons; they can be searched', async () => {
    const { body } = await stage.ask('GET', at('/people?limit=1'));
    expect(body.items).toEqual([
      {
        member: members[0],
        name: 'Ada Park',
        employeeId: 'E0',
        email: 'ada.park@acme.example',
        cause: 'leaver',
        reason: 'The HR system lists the person as a leaver.',
        fields: [],
        decision: null,
        protected: false,
        gone: false,
      },
    ]);
    const rest = await stage.ask('GET', at(`/people?limit=2&after=${body.next}`));
    expect([rest.body.items.map((item) => item.employeeId), rest.body.next]).toEqual([['E1', 'E2'], null]);
    const found = await stage.ask('GET', at('/people?search=ben'));
    expect(found.body.items.map((item) => item.employeeId)).toEqual(['E1']);
    expect((await stage.ask('GET', at('/people?cause=revoked'))).body.items).toEqual([]);
    expect((await stage.ask('GET', at('/people?cause=nonsense'))).status).toBe(400);
  });

  test('says who decided what, and what of a set that was seen before has changed', async () => {
    const admin = randomUUID();
    const operation = newId();
    await stage.sql(`insert into admins (id, email, email_key, name) values ($1, $2, $2, 'Mo Field')`, [
      admin,
      'mo.field@acme.example',
    ]);
    await stage.sql(
      `insert into programme_admins (programme_id, admin_id, email, name, role) values ($1, $2, $3, 'Mo Field', 'admin')`,
      [programme, admin, 'mo.field@acme.example'],
    );
    await stage.sql(
      `insert into operations (programme_id, id, scope, key, command, body_digest, actor) values ($1, $2, $3, 'k', 'decide', 'd', $4)`,
      [programme, operation, `${integration}/decide`, `admin:${admin}`],
    );
    await stage.sql(
      `update removal_hold_members set decision = 'approved', request_key = $1, decided_at = '2026-11-21T08:00:00Z' where hold_id = $2 and member_id = $3`,
      [operation, hold, members[0]],
    );
    await stage.sql(
      `update removal_holds set earlier_digests = array_append(earlier_digests, digest), digest = 'rest' where id = $1`,
      [hold],
    );
    const carriedOut = await insertRun({ kind: 'removals', request_key: operation });
    const { body } = await stage.ask('GET', at('?seen=now'));
    expect(body).toMatchObject({
      planDigest: 'rest',
      waiting: { leaver: 2 },
      decisions: [
        {
          decision: 'approved',
          at: '2026-11-21T08:00:00.000Z',
          by: { kind: 'admin', name: 'Mo Field' },
          people: 1,
          import: carriedOut,
        },
      ],
      since: { added: 0, gone: 1 },
    });
    expect((await stage.ask('GET', at('/people?decision=approved'))).body.items[0]).toMatchObject({
      employeeId: 'E0',
      decision: 'approved',
    });
    expect((await stage.ask('GET', at('/people?decision=waiting'))).body.items.length).toBe(2);
    expect((await stage.ask('GET', at('?seen=unheard-of'))).body.since).toBeNull();
  });

  test('of an import that found the same is that of the import which asked', async () => {
    const held = { count: 2, causes: { leaver: 2 }, planDigest: 'rest', question: run };
    const later = await insertRun({ held });
    expect((await stage.ask('GET', at('', later))).body).toMatchObject({ import: run, planDigest: 'rest' });
  });

  test('does not exist where nobody was held', async () => {
    const none = await insertRun();
    expect((await stage.ask('GET', at('', none))).body.code).toBe('not-found');
    expect((await stage.ask('GET', at('/people', randomUUID()))).status).toBe(404);
  });
});
