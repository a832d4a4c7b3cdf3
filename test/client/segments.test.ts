import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inProgramme } from '../../database/transaction.js';
import { dropOldSnapshots } from '../../database/snapshots.js';
import { peopleTable } from '../../database/staging.js';
import type { Segment } from '../../domain/segment.js';
import { createWorld, endRun, planOver, provision, type Listed, type World } from '../database/directory.js';
import { Stage, type Answer } from './stage.js';

/** Questions that the directory answers as it was last read: who would be in a segment, and why somebody is what they are. */
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open('segments');
});
afterAll(() => stage.close());

const person = (id: string, team: string, more: Partial<Listed> = {}): Listed => ({
  id,
  number: `N${id}`,
  email: `person${id}@acme.example`,
  name: `Person ${id}`,
  team,
  ...more,
});
const world = (segment?: Segment) => createWorld(stage.context.db, segment === undefined ? {} : { segment });

/** A whole run that saw everybody, unless it says otherwise. */
async function importOf(
  place: World,
  people: readonly Listed[],
  proof: 'proven' | 'incomplete' = 'proven',
): Promise<string> {
  const run = await planOver(stage.context.db, place, people);
  await inProgramme(stage.context.db, place.programme, (trx) =>
    trx('import_runs').where({ id: run.import }).update({ proof }),
  );
  await provision(stage.context.db, run);
  await endRun(stage.context.db, run);
  return run.import;
}

const at = ({ programme, integration }: World) => `/programmes/${programme}/integrations/${integration}`;
const preview = (place: World, rule: unknown): Promise<Answer> =>
  stage.ask('POST', `${at(place)}/segment/preview`, { body: { rule } });
const team = (op: string, ...values: string[]) => ({ field: 'team', op, values });
const TEAMS = [person('1', 'Sales'), person('2', 'sales '), person('3', 'Legal'), person('4', 'Board', { left: true })];

describe('what a segment would mean', () => {
  test('is counted from the last directory, with slips pointed out', async () => {
    const place = await world();
    const run = await importOf(place, TEAMS);
    const { status, body } = await preview(place, { all: [team('oneOf', 'SALES', 'Legl')] });
    expect(status).toBe(200);
    expect(body).toEqual({
      sentence: 'team is one of SALES, Legl',
      employed: 3,
      inside: 2,
      outside: 1,
      members: 1,
      unknown: [
        { pointer: '/rule/all/0/values/1', field: 'team', value: 'Legl', didYouMean: [{ value: 'Legal', people: 1 }] },
      ],
      import: run,
      at: expect.any(String),
    });
    expect((await preview(place, null)).body).toMatchObject({ employed: 3, inside: 3, outside: 0 });
    expect((await preview(place, { field: 'employeeId', op: 'equals', values: ['n3'] })).body).toMatchObject({
      inside: 1,
    });
    expect((await preview(place, { field: '{{response.team}}', op: 'equals', values: ['legal'] })).body).toMatchObject({
      inside: 1,
    });
  });

  test('some of them are named where that is asked for, whoever would lose their account among them', async () => {
    const place = await world();
    await importOf(place, TEAMS);
    const named = async (names: number, rule: unknown) =>
      (await stage.ask('POST', `${at(place)}/segment/preview?names=${names}`, { body: { rule } })).body.people;
    const one = (id: string) => ({ employeeId: `N${id}`, name: `Person ${id}`, email: `person${id}@acme.example` });
    expect(await named(5, team('equals', 'sales'))).toEqual({
      inside: [one('1'), one('2')],
      outside: [one('3')],
      members: [one('3')],
    });
    expect(await named(1, null)).toEqual({ inside: [one('1')], outside: [], members: [] });
    await inProgramme(stage.context.db, place.programme, (trx) =>
      trx('members').where({ employee_id: 'N3' }).update({ protected: true }),
    );
    expect(await named(5, team('equals', 'sales'))).toMatchObject({ outside: [one('3')], members: [] });
    const wrong = await stage.ask('POST', `${at(place)}/segment/preview?names=101`, { body: { rule: null } });
    expect([wrong.status, wrong.body.errors[0]?.pointer]).toEqual([400, '?names']);
  });

  test('values to choose from come with their counts', async () => {
    const place = await world();
    await importOf(place, [...TEAMS, person('5', '')]);
    const values = async (query: string) =>
      (await stage.ask('GET', `${at(place)}/segment/values?field=team${query}`)).body;
    expect(await values('')).toMatchObject({
      items: [
        { value: 'Sales', people: 2 },
        { value: 'Legal', people: 1 },
      ],
      total: 2,
      withoutValue: 1,
    });
    expect(await values('&search=LEG&limit=1')).toMatchObject({ items: [{ value: 'Legal' }], total: 1 });
    const wrong = await stage.ask('GET', `${at(place)}/segment/values?field=department`);
    expect([wrong.status, wrong.body.errors[0]?.detail]).toEqual([422, 'uses "department", which is not mapped']);
  });

  test('a wrong rule is refused where it is wrong, and without a directory it is said how to get one', async () => {
    const place = await world();
    const early = await preview(place, team('equals', 'x'));
    expect([early.status, early.body.code]).toEqual([409, 'illegal-state']);
    expect(early.body.detail).toMatch(/a review or an import/);
    await importOf(place, TEAMS);
    const wrong = await preview(place, { any: [team('like', 'x'), { field: 'shoe', op: 'isEmpty' }] });
    expect([wrong.status, wrong.body.errors.map(({ pointer }) => pointer)]).toEqual([422, ['/rule/any/0/op']]);
  });

  test('of people outside only what the rule uses is kept: another question wants a review', async () => {
    const place = await world({ outside: 'revoke', rule: { field: 'team', op: 'equals', values: ['Sales'] } });
    const run = await importOf(place, TEAMS);
    const kept = await inProgramme(stage.context.db, place.programme, (trx) =>
      trx(peopleTable(run))
        .where({ outside: true })
        .select('email', 'first_name', 'email_key', 'segment_values', 'employee_id'),
    );
    expect(kept).toEqual([
      { email: null, first_name: null, email_key: null, segment_values: ['Legal'], employee_id: 'N3' },
    ]);
    expect((await preview(place, team('equals', 'legal'))).body).toMatchObject({ inside: 1, outside: 2, members: 2 });
    const lacking = await preview(place, { field: 'firstName', op: 'isNotEmpty' });
    expect([lacking.status, lacking.body.detail]).toEqual([409, expect.stringMatching(/"firstName".*review/)]);
  });
});

describe('the kept directory', () => {
  const tables = () =>
    stage.sql<{ count: number }>(
      "select count(*)::int as count from pg_tables where tablename like 'staged\\_people\\_%'",
    );

  test('is the last one that was whole; the one before is gone with its tables', async () => {
    const place = await world();
    const [before] = await tables();
    await importOf(place, TEAMS);
    const whole = await importOf(place, TEAMS.slice(0, 2));
    await importOf(place, [], 'incomplete');
    expect((await preview(place, null)).body).toMatchObject({ employed: 2, import: whole });
    expect((await tables())[0]?.count).toBe((before?.count ?? 0) + 1);
  });

  test('goes after eight days', async () => {
    const place = await world();
    await importOf(place, TEAMS);
    const sweep = (days: number) =>
      inProgramme(stage.context.db, place.programme, async (trx) => {
        await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
        await dropOldSnapshots(trx);
      });
    await sweep(7);
    expect((await preview(place, null)).status).toBe(200);
    await sweep(8);
    expect((await preview(place, null)).status).toBe(409);
  });
});

describe('why somebody is what they are', () => {
  const explain = async (place: World, employeeId: string) =>
    (await stage.ask('GET', `${at(place)}/people/${employeeId}/explanation`)).body as unknown as {
      items: { kind: string; reason: string; import: string; outcome: string | null; fields: object[] }[];
      now: { employee: object | null; decision: string; reason: string };
    };
  const SALES: Segment = { outside: 'revoke', rule: { field: 'team', op: 'equals', values: ['Sales'] } };

  test('tells what was said, what was decided, and what each import did', async () => {
    const place = await world(SALES);
    const first = await importOf(place, TEAMS);
    const second = await importOf(place, [person('1', 'Legal'), ...TEAMS.slice(1)]);
    expect(await explain(place, 'N1')).toMatchObject({
      items: [
        { import: second, kind: 'revoked', outcome: 'applied', reason: expect.stringMatching(/team: Legal/) },
        {
          import: first,
          kind: 'created',
          outcome: 'applied',
          fields: expect.arrayContaining([{ name: 'team', before: null, after: 'Sales' }]),
        },
      ],
      now: {
        employee: { employeeId: 'N1' },
        decision: 'outside',
        reason: 'Employed, but outside the segment: team is Sales. The HR system says Legal.',
      },
    });
    expect((await explain(place, 'N2')).now).toMatchObject({
      decision: 'eligible',
      employee: { email: 'person2@acme.example', team: 'sales' },
      reason: expect.stringMatching(/^Employed and inside the segment/),
    });
    expect(await explain(place, 'N4')).toMatchObject({ items: [], now: { decision: 'left' } });
    expect(await explain(place, 'nobody')).toMatchObject({ items: [], now: { decision: 'absent', employee: null } });
  });

  test('an error and an unknown status say what is wrong', async () => {
    const place = await world();
    await importOf(place, [person('1', 'Sales', { email: 'no address' }), person('2', 'Sales', { status: 'unknown' })]);
    expect(await explain(place, 'N1')).toMatchObject({
      items: [{ kind: 'error' }],
      now: { decision: 'error', reason: expect.stringMatching(/e-mail/) },
    });
    expect((await explain(place, 'N2')).now).toMatchObject({
      decision: 'unknown',
      reason: expect.stringMatching(/status/),
    });
  });

  test('an address that a member of another integration keeps is an error here as well', async () => {
    const other = await world();
    await importOf(other, [person('1', 'Sales')]);
    const place = await createWorld(stage.context.db, { programme: other.programme });
    await importOf(place, [person('7', 'Sales', { email: 'person1@acme.example' })]);
    expect(await explain(place, 'N7')).toMatchObject({
      items: [{ kind: 'error' }],
      now: { decision: 'error', reason: expect.stringMatching(/belongs to another active member of the integration/) },
    });
  });

  test('of a member, also one made by hand; of nobody it is not found', async () => {
    const place = await world();
    await importOf(place, TEAMS);
    const members = `/programmes/${place.programme}/members`;
    const { items } = (await stage.ask('GET', `${members}?employeeId=N1`)).body;
    const told = await stage.ask('GET', `${members}/${items[0]?.id}/explanation`);
    expect(told.body).toMatchObject({ items: [{ kind: 'created' }], now: { decision: 'eligible' } });
    const hand = await stage.ask('POST', members, { body: { email: 'hand@acme.example' } });
    const other = await stage.ask('GET', `${members}/${hand.body.id}/explanation`);
    expect(other.body).toMatchObject({
      items: [],
      now: { decision: 'unread', reason: expect.stringMatching(/by hand/) },
    });
    expect((await stage.ask('GET', `${members}/${place.integration}/explanation`)).status).toBe(404);
  });
});
