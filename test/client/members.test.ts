import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { newId } from '../../database/ids.js';
import { Stage } from './stage.js';

describe('members', () => {
  let stage: Stage;
  let programme: string;
  let integration: string;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    stage = await Stage.open('members');
    programme = (await stage.programme()).id;
    integration = await stage.integration(programme);
    await member('ada', {
      email: 'Ada.Park@acme.example',
      first_name: 'Ada',
      department: 'Sales',
      birthday: '05-17',
      custom: { tShirt: 'M' },
      integration_id: integration,
      provider_person_id: 'p1',
      employee_id: 'E1',
    });
    await member('ben', {
      email: 'ben@acme.example',
      full_name: '100% Ben',
      department: 'sales ',
      start_date: '2026-01-31',
      joined_at: '2020-01-01T00:00:00Z',
      role: 'manager',
    });
    await member('cy', { email: 'cy@acme.example', department: 'HR', custom: { tShirt: 'L' }, birthday: '12-01' });
    await member('di', {
      email: 'di@acme.example',
      department: 'HR',
      state: 'closing-down',
      close_down_reason: 'leaver',
      close_down_started_on: '2026-11-01',
      close_down_ends_on: '2026-12-31',
    });
    await member('gone', { state: 'deleted' });
    const other = (await stage.programme()).id;
    await member('stranger', { email: 'stranger@other.example', department: 'Sales' }, other);
  });
  afterAll(() => stage.close());

  async function member(name: string, set: Record<string, unknown>, of = programme): Promise<void> {
    const id = newId();
    ids[name] = id;
    const row: Record<string, unknown> = { programme_id: of, id, state: 'active', ...set };
    const names = Object.keys(row);
    await stage.sql(
      `insert into members (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
      Object.values(row),
    );
  }

  async function found(query: string): Promise<string[]> {
    const { status, body } = await stage.ask('GET', `/programmes/${programme}/members${query}`);
    expect(status).toBe(200);
    const names = Object.entries(ids);
    const items = body.items.map((item) => names.find(([, id]) => id === item.id)?.[0] ?? '?');
    expect(body.total).toBeGreaterThanOrEqual(items.length);
    return items;
  }

  test('a member has the form that clients rely on', async () => {
    const { body } = await stage.ask('GET', `/programmes/${programme}/members/${ids.ben}`);
    expect(body).toEqual({
      ...Object.fromEntries(
        (
          'employeeId username firstName lastName preferredName jobTitle team managerId location addressLine1 addressLine2 ' +
          'addressLine3 city region postalCode country endDate birthday personalEmail phone employmentType'
        )
          .split(' ')
          .map((name) => [name, null]),
      ),
      id: ids.ben,
      email: 'ben@acme.example',
      fullName: '100% Ben',
      department: 'sales ',
      startDate: '2026-01-31',
      integration: null,
      state: 'active',
      role: 'manager',
      custom: {},
      saasUser: null,
      protected: false,
      manager: null,
      closeDown: null,
      joinedAt: '2020-01-01T00:00:00.000Z',
    });
    const leaving = await stage.ask('GET', `/programmes/${programme}/members/${ids.di}`);
    expect(leaving.body.closeDown).toEqual({ reason: 'leaver', startedOn: '2026-11-01', endsOn: '2026-12-31' });
  });

  test.each([
    ['', ['ada', 'ben', 'cy', 'di']],
    ['?state=active', ['ada', 'ben', 'cy']],
    ['?state=deleted&state=closing-down', ['di', 'gone']],
    ['?department=Sales', ['ada']],
    ['?department=HR&department=SALES', ['ada', 'cy', 'di']],
    ['?custom.tShirt=m', ['ada']],
    ['?department=HR&custom.tShirt=L', ['cy']],
    ['?custom.shoe=44', []],
    ['?email=ada.park@ACME.example', ['ada']],
    ['?employeeId=e1', ['ada']],
    ['?startDate=2026-01-31', ['ben']],
    ['?role=manager', ['ben']],
    ['?birthdayMonth=5&birthdayMonth=12', ['ada', 'cy']],
    ['?joinedWithinDays=30', ['ada', 'cy', 'di']],
    ['?search=100%25', ['ben']],
    ['?search=_', []],
    ['?search=PARK', ['ada']],
  ])('the filter %s finds the right people', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('members of one integration', async () => {
    expect(await found(`?integration=${integration}`)).toEqual(['ada']);
    expect(await found(`?integration=${randomUUID()}`)).toEqual([]);
  });

  test.each([
    ['?shoeSize=44', '?shoeSize'],
    ['?custom.T-Shirt=M', '?custom.T-Shirt'],
    ['?state=asleep', '?state'],
    ['?birthdayMonth=13', '?birthdayMonth'],
    ['?joinedWithinDays=-1', '?joinedWithinDays'],
    ['?limit=5000', '?limit'],
    ['?integration=x', '?integration'],
    ['?state=active&limit=1&offset=2', '?offset'],
  ])('the parameter of %s is refused by its name', async (query, pointer) => {
    const answer = await stage.ask('GET', `/programmes/${programme}/members${query}`);
    expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([400, pointer]);
  });

  test('pages hold everyone once, with the same total', async () => {
    const seen: string[] = [];
    for (let after = ''; ;) {
      const { body } = await stage.ask('GET', `/programmes/${programme}/members?limit=3${after}`);
      expect(body.total).toBe(4);
      seen.push(...body.items.map((item) => item.id));
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    expect(seen).toEqual(['ada', 'ben', 'cy', 'di'].map((name) => ids[name]));
  });

  test('protection is set once, raises the version once, and nothing else can be patched', async () => {
    const path = `/programmes/${programme}/members/${ids.cy}`;
    for (let times = 0; times < 2; times += 1) {
      const answer = await stage.ask('PATCH', path, { body: { protected: true } });
      expect([answer.status, answer.body.protected]).toEqual([200, true]);
    }
    const [row] = await stage.sql<{ version: number }>('select version from members where id = $1', [ids.cy]);
    expect(row?.version).toBe(2);
    const wrong = await stage.ask('PATCH', path, { body: { protected: 'yes', email: 'x' } });
    expect(wrong.body.errors.map((fault) => fault.pointer)).toEqual(['/protected', '/email']);
  });

  describe('an account made by hand', () => {
    const make = (body: object, headers: Record<string, string> = {}) =>
      stage.ask('POST', `/programmes/${other}/members`, { body, headers });
    let other: string;
    beforeAll(async () => {
      other = (await stage.programme({ roles: ['member', 'manager'] })).id;
    });

    test('is read as an import would read it, and belongs to nobody', async () => {
      const body = {
        email: ' Eva.Holm@acme.example',
        birthday: '1990-05-17',
        startDate: '2026-02-01',
        employeeId: 'E7',
      };
      const { status, body: made, headers } = await make({ ...body, custom: { tShirt: 'M' } });
      expect(status).toBe(201);
      expect(made).toMatchObject({
        email: 'Eva.Holm@acme.example',
        username: 'Eva.Holm@acme.example',
        birthday: '05-17',
        startDate: '2026-02-01',
        employeeId: 'E7',
        role: 'member',
        custom: { tShirt: 'M' },
        integration: null,
        state: 'active',
      });
      expect(headers.location).toBe(`/api/v1/programmes/${other}/members/${made.id}`);
      expect((await stage.ask('GET', `/programmes/${other}/members/${made.id}`)).body).toEqual(made);
    });

    test('is one, however often it is asked for with one key', async () => {
      const key = { 'idempotency-key': 'once' };
      const [first, again] = [
        await make({ email: 'f@acme.example' }, key),
        await make({ email: 'f@acme.example' }, key),
      ];
      expect([first.status, again.status]).toEqual([201, 201]);
      expect(again.body.id).toBe(first.body.id);
      expect((await make({ email: 'g@acme.example' }, key)).body.code).toBe('idempotency-mismatch');
    });

    test.each([
      [{ email: 'EVA.HOLM@acme.example' }, /e-mail address/],
      [{ email: 'new@acme.example', employeeId: 'E7' }, /employee ID/],
    ])('%j is there already, and nothing is half-done', async (body, detail) => {
      const before = (await stage.ask('GET', `/programmes/${other}/members`)).body.total;
      const answer = await make(body);
      expect([answer.status, answer.body.code]).toEqual([409, 'already-exists']);
      expect(answer.body.detail).toMatch(detail);
      expect((await stage.ask('GET', `/programmes/${other}/members`)).body.total).toBe(before);
    });

    test('what is wrong with it is told all at once', async () => {
      const wrong = { email: 'eva', startDate: '31/01/2026', birthday: '1990', shoe: 44, custom: { 'T-shirt': 'M' } };
      const answer = await make(wrong);
      expect(answer.status).toBe(422);
      const pointers = answer.body.errors.map((fault) => fault.pointer).sort();
      expect(pointers).toEqual(['/birthday', '/custom/T-shirt', '/email', '/shoe', '/startDate']);
      expect((await make({ fullName: 'No Address' })).body.errors).toEqual([
        { pointer: '/email', detail: 'is missing; an account needs one' },
      ]);
      expect((await make({ email: 'h@acme.example', role: 'king' })).body.errors[0]?.detail).toContain(
        'member, manager',
      );
    });
  });

  test("another programme's member does not exist", async () => {
    const path = `/programmes/${programme}/members/${ids.stranger}`;
    expect((await stage.ask('GET', path)).status).toBe(404);
    expect((await stage.ask('PATCH', path, { body: { protected: true } })).status).toBe(404);
  });
});
