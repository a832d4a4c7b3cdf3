import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Stage, type Body } from './stage.js';

let stage: Stage;
let programme: Awaited<ReturnType<Stage['programme']>>;
beforeAll(async () => {
  stage = await Stage.open('audiences');
  programme = await stage.programme();
  const people = [
    ['ada', 'Sales', 'London', 'M', '03-14'],
    ['bo', 'Sales', 'Berlin', 'L', '04-01'],
    ['cy', 'HR', 'Berlin', 'M', '03-01'],
    ['=di', 'sales', '=1+1', 'S', null],
  ] as const;
  for (const [name, department, city, tShirt, birthday] of people) {
    const body = {
      email: `${name.replace('=', '')}@acme.example`,
      fullName: name,
      department,
      city,
      birthday,
      custom: { tShirt },
    };
    expect((await ask('POST', '/members', body)).status).toBe(201);
  }
});
afterAll(() => stage.close());

const ask = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, token = programme.admin) =>
  stage.ask(method, `/programmes/${programme.id}${path}`, { token, ...(body === undefined ? {} : { body }) });
const names = (items: readonly Body[]) => items.map(({ fullName }) => fullName);

describe('audiences', () => {
  test('are saved searches, whose members are worked out whenever somebody asks', async () => {
    const filter = { department: ['Sales'], 'custom.tShirt': ['M', 'L'], joinedWithinDays: [30] };
    const made = await ask('POST', '/audiences', { name: 'Sales folk', filter });
    const saved = { department: ['Sales'], 'custom.tShirt': ['M', 'L'], joinedWithinDays: ['30'] };
    expect([made.status, made.body]).toEqual([201, { id: made.body.id, name: 'Sales folk', filter: saved, count: 2 }]);
    const at = `/audiences/${made.body.id}`;
    const members = await ask('GET', `${at}/members?limit=1`);
    expect([names(members.body.items), members.body.total, members.body.next]).toEqual([
      ['ada'],
      2,
      expect.any(String),
    ]);
    expect(names((await ask('GET', `${at}/members?limit=1&after=${members.body.next}`)).body.items)).toEqual(['bo']);
    const born = await ask('PATCH', at, { filter: { birthdayMonth: [3] } });
    expect([born.body.name, born.body.count]).toEqual(['Sales folk', 2]);
    expect((await ask('GET', at, undefined, programme.viewer)).body).toEqual(born.body);
    expect((await ask('GET', '/audiences')).body.items).toEqual([born.body]);
    expect((await ask('DELETE', at)).status).toBe(204);
    expect((await ask('GET', at)).status).toBe(404);
  });

  test('have a name of their own, and filters that exist', async () => {
    const one = await ask('POST', '/audiences', { name: 'Berlin', filter: { city: ['Berlin'] } });
    const two = await ask('POST', '/audiences', { name: 'Other', filter: {} });
    expect((await ask('POST', '/audiences', { name: 'BERLIN', filter: {} })).body.code).toBe('already-exists');
    expect((await ask('PATCH', `/audiences/${two.body.id}`, { name: 'berlin' })).body.code).toBe('already-exists');
    expect((await ask('PATCH', `/audiences/${one.body.id}`, { name: 'berlin' })).status).toBe(200);
    for (const [filter, pointer] of [
      [{ colour: ['red'] }, '/filter/colour'],
      [{ department: 'Sales' }, '/filter/department'],
      [{ birthdayMonth: [13] }, '/filter/birthdayMonth'],
      [{ limit: ['5'] }, '/filter/limit'],
      [{ joinedWithinDays: ['1', '2'] }, '/filter/joinedWithinDays'],
    ] as const) {
      const answer = await ask('POST', '/audiences', { name: 'Wrong', filter });
      expect([answer.status, answer.body.errors[0]?.pointer]).toEqual([422, expect.stringContaining(pointer)]);
    }
  });

  test('are another programme’s own', async () => {
    const other = await stage.programme();
    const made = await ask('POST', '/audiences', { name: 'Ours', filter: {} });
    const path = `/programmes/${other.id}/audiences/${made.body.id}`;
    for (const end of ['', '/members', '/members.csv']) {
      expect((await stage.ask('GET', path + end, { token: other.admin })).status).toBe(404);
    }
  });
});

describe('members as a file', () => {
  test('has every field, also custom ones, for the whole search, and nothing that a spreadsheet would run', async () => {
    const answer = await ask('GET', '/members.csv?department=sales');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(answer.headers['content-disposition']).toContain('attachment; filename="members-');
    const [head, ...lines] = answer.text.replace('\ufeff', '').trim().split('\r\n');
    expect(head).toContain('id,state,employeeId,email,username,fullName');
    expect(head).toContain('custom.tShirt');
    expect(lines).toHaveLength(3);
    expect(lines[2]).toContain("'=1+1");
    expect((await ask('GET', '/members.csv?colour=red')).body.code).toBe('invalid-query');
    const { id } = (await ask('POST', '/audiences', { name: 'HR', filter: { department: ['HR'] } })).body;
    expect((await ask('GET', `/audiences/${id}/members.csv`)).text.trim().split('\r\n')).toHaveLength(2);
  });
});

describe('what members have in a field', () => {
  test('is offered with counts, the most frequent first', async () => {
    const values = async (query: string) => (await ask('GET', `/members/values?${query}`)).body;
    expect(await values('field=city&limit=1')).toEqual({
      items: [{ value: 'Berlin', label: null, members: 2 }],
      next: null,
      total: 3,
    });
    expect((await values('field=city&search=lON')).items).toEqual([{ value: 'London', label: null, members: 1 }]);
    expect((await values('field=custom.tShirt')).items[0]).toEqual({ value: 'M', label: null, members: 2 });
    expect((await values('field=managerId')).items).toEqual([]);
    expect((await ask('GET', '/members/values?field=password')).body.errors[0]?.pointer).toBe('?field');
    expect((await ask('GET', '/members/values')).status).toBe(400);
  });
});
