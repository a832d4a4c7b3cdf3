import { expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { listMembers, type MemberFilter } from '../../database/member-views.js';
import { inProgramme } from '../../database/transaction.js';
import type { Segment } from '../../domain/segment.js';
import { ownDatabase } from '../harness/own-database.js';
import { createProgramme, createWorld, kindsOf, runOver, type Listed, type World } from './directory.js';

/** A manager is named before, after or without being a member, by an id, a number or an address. */
const database = ownDatabase('managers');

const MAPPING = {
  fields: [
    { member: 'employeeId' as const, from: '{{response.number}}' },
    { member: 'email' as const, from: '{{response.email}}' },
    { member: 'team' as const, from: '{{response.team}}' },
    { member: 'managerId' as const, from: '{{response.manager}}', whenEmpty: 'erase' as const },
  ],
};
const world = (segment?: Segment, programme?: string): Promise<World> =>
  createWorld(database.db, {
    mapping: MAPPING,
    ...(segment === undefined ? {} : { segment }),
    ...(programme === undefined ? {} : { programme }),
  });
const person = (id: string, manager: string | null = null, more: Partial<Listed> = {}): Listed => ({
  id,
  number: `N${id}`,
  email: `p${id}@acme.example`,
  name: id,
  team: 'Sales',
  manager,
  ...more,
});

const EVERYBODY: MemberFilter = {
  fields: [],
  integrations: [],
  states: ['active', 'closing-down', 'deleted'],
  joinedWithinDays: null,
  birthdayMonths: [],
  search: null,
};
const list = async ({ programme }: World, filter: Partial<MemberFilter> = {}) =>
  inProgramme(database.db, programme, (trx) =>
    listMembers(trx, { ...EVERYBODY, ...filter }, { limit: 100, after: null }),
  );

/** Employee numbers of people and of those who manage them; `?` is somebody else. */
async function managers(at: World): Promise<Record<string, string | null>> {
  const { items } = await list(at);
  const numbers = new Map(items.map(({ id, employeeId }) => [id, employeeId ?? 'erased']));
  const nameOf = (manager: string | null) => (manager === null ? null : (numbers.get(manager) ?? '?'));
  return Object.fromEntries(items.map(({ employeeId, manager }) => [employeeId ?? 'erased', nameOf(manager)]));
}
const run = (at: World, ...people: Listed[]) => runOver(database.db, at, people);

test.each([
  ["the vendor's id", (id: string) => id],
  ['the employee number', (id: string) => `N${id}`],
  ['the address, in whatever case', (id: string) => ` P${id}@ACME.example`],
])('a manager is found by %s, before or behind the people who name them', async (_, name) => {
  const at = await world();
  await run(at, person('1', name('2')), person('2', name('3')), person('3'), person('4', name('3')));
  expect(await managers(at)).toEqual({ N1: 'N2', N2: 'N3', N3: null, N4: 'N3' });
});

test('numbers that are the ids of others by chance do not count, since most are found as numbers', async () => {
  const at = await world();
  const people = ['1', '2', '3', '4'].map((id) => person(id, '13', { number: `1${id}` }));
  await run(at, ...people, person('13', '14', { number: '99' }));
  // 13 is somebody's id and 14 nobody's; as numbers they are those of 3 and 4.
  expect(await managers(at)).toEqual({ '11': '13', '12': '13', '13': null, '14': '13', '99': '14' });
});

test('who manages themselves has no manager, and a circle stays one', async () => {
  const at = await world();
  await run(at, person('1', '1'), person('2', '3'), person('3', '2'));
  expect(await managers(at)).toEqual({ N1: null, N2: 'N3', N3: 'N2' });
});

test('a manager who arrives later is filled in, and nobody counts as updated for it', async () => {
  const at = await world();
  const first = await run(at, person('1', '2'));
  expect([await managers(at), kindsOf(first.counts)]).toEqual([{ N1: null }, { created: 1, unchanged: 0, skipped: 0 }]);
  const second = await run(at, person('1', '2'), person('2'));
  expect([await managers(at), kindsOf(second.counts)]).toEqual([
    { N1: 'N2', N2: null },
    { created: 1, unchanged: 1, skipped: 0 },
  ]);
  const third = await run(at, person('1', '2'), person('2'));
  expect(kindsOf(third.counts)).toEqual({ unchanged: 2, skipped: 0 });
  const { items } = await list(at);
  expect(items.find(({ employeeId }) => employeeId === 'N1')).toMatchObject({ managerId: '2' });
});

test('another manager is an update, none is one where it is erased, and the member it meant goes along', async () => {
  const at = await world();
  await run(at, person('1', '2'), person('2'), person('3'));
  expect((await run(at, person('1', '3'), person('2'), person('3'))).counts).toMatchObject({ updated: 1 });
  expect(await managers(at)).toEqual({ N1: 'N3', N2: null, N3: null });
  expect((await run(at, person('1'), person('2'), person('3'))).counts).toMatchObject({ updated: 1 });
  expect(await managers(at)).toEqual({ N1: null, N2: null, N3: null });
});

test('a manager outside the segment is no error and nobody’s manager, until they are inside', async () => {
  const rule = { field: 'team', op: 'equals', values: ['Sales'] } as const;
  const at = await world({ outside: 'revoke', rule });
  const result = await run(at, person('1', '2'), person('2', null, { team: 'Board' }));
  expect([kindsOf(result.counts), result.counts.warnings]).toEqual([{ created: 1, unchanged: 0, skipped: 1 }, 0]);
  await run(at, person('1', '2'), person('2'));
  expect(await managers(at)).toEqual({ N1: 'N2', N2: null });
});

test('a manager whose account closes stays one, since they may be back, and is forgotten when they are erased', async () => {
  const at = await world();
  await run(at, person('1', '2'), person('2'));
  await run(at, person('1', '2'), person('2', null, { left: true }));
  expect(await managers(at)).toEqual({ N1: 'N2', N2: null });
  await inProgramme(database.db, at.programme, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', '61 days', true)`);
    await sweepProgramme(trx, at.programme);
  });
  expect(await managers(at)).toEqual({ N1: null, erased: null });
});

test('an id means somebody of the same integration, an address anybody of the programme', async () => {
  const programme = await createProgramme(database.db);
  const [north, south] = [await world(undefined, programme), await world(undefined, programme)];
  await run(north, person('1', '2'), person('2'));
  await run(south, person('7', '2'), person('8', '2'));
  expect(await managers(north)).toMatchObject({ N1: 'N2', N7: null, N8: null });
  await run(south, person('7', 'p2@acme.example'), person('8', 'p7@acme.example'));
  expect(await managers(north)).toMatchObject({ N7: 'N2', N8: 'N7' });
});

test('members are found by the text that was given and by the member it means', async () => {
  const at = await world();
  await run(at, person('1', '2'), person('2'), person('3', '2'), person('4', 'nobody'));
  const { items } = await list(at);
  const boss = items.find(({ employeeId }) => employeeId === 'N2')?.id ?? '';
  const found = async (value: string) =>
    (await list(at, { fields: [{ field: 'managerId', values: [value] }] })).items.map(({ employeeId }) => employeeId);
  expect(await found('2')).toEqual(['N1', 'N3']);
  expect(await found(boss)).toEqual(['N1', 'N3']);
  expect(await found('Nobody')).toEqual(['N4']);
});
