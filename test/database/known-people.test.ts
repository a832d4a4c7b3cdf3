import { describe, expect, test } from '@jest/globals';
import { createPlan } from '../../activities/plan.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  changesOf,
  claimsOf,
  createProgramme,
  createWorld,
  kindsOf,
  membersOf,
  person,
  planOver,
  problemsOf,
  runOver,
  type Listed,
  type World,
} from './directory.js';

/** Accounts that exist already: made by hand, left behind by another integration, or somebody's own from before. */
const database = ownDatabase('known');
let programme: string;

const MAPPING = {
  fields: [
    { member: 'employeeId', from: '{{response.number}}' },
    { member: 'email', from: '{{response.email}}' },
    { member: 'fullName', from: '{{response.name}}' },
    { member: 'birthday', from: '{{response.badge}}' },
    { member: 'team', from: '{{response.team}}' },
  ],
};

async function worlds(): Promise<{ first: World; second: World }> {
  programme = await createProgramme(database.db);
  const [first, second] = [
    await createWorld(database.db, { programme, mapping: MAPPING }),
    await createWorld(database.db, { programme, mapping: MAPPING }),
  ];
  return { first, second };
}

const run = (world: World, people: readonly Listed[]) => runOver(database.db, world, people);
const members = (world: World) => membersOf(database.db, world);

async function byHand(more: Record<string, unknown>): Promise<string> {
  const id = newId();
  await inProgramme(database.db, programme, async (trx) => {
    await trx('members').insert({ programme_id: programme, id, state: 'active', ...more });
    if (typeof more.email === 'string') {
      await trx('member_keys').insert({ programme_id: programme, kind: 'email', value: more.email, member_id: id });
    }
  });
  return id;
}

const setState = (world: World, state: string) =>
  inProgramme(database.db, programme, (trx) => trx('integrations').where({ id: world.integration }).update({ state }));

/** The changes of a run, without those who are merely new. */
async function told(world: World, finished: { import: string }) {
  const changes = await changesOf(database.db, world, finished.import);
  return changes.filter(({ kind }) => kind !== 'created').map(({ kind, person: who, outcome }) => [kind, who, outcome]);
}

/** A further run over the same people changes nothing. */
async function settles(world: World, people: readonly Listed[]): Promise<void> {
  const { counts } = await run(world, people);
  const busy = Object.entries(kindsOf(counts)).filter(
    ([kind, count]) => !['unchanged', 'skipped'].includes(kind) && count > 0,
  );
  expect(busy).toEqual([]);
}

describe('an account made by hand', () => {
  test('is adopted by its address, fields and link and all, and follows from then on', async () => {
    const { first } = await worlds();
    const id = await byHand({ email: 'person1@acme.example', team: 'Board' });
    const people = [person('1'), person('2')];
    const finished = await run(first, people);
    expect(kindsOf(finished.counts)).toMatchObject({ adopted: 1, created: 1 });
    const [change] = await changesOf(database.db, first, finished.import);
    expect(change).toMatchObject({
      kind: 'adopted',
      member_id: id,
      before: { integration: null, team: 'Board', fullName: null },
      after: { integration: 'Acme Sage HR', team: 'Sales', fullName: 'Person 1', employeeId: 'N1' },
    });
    const adopted = (await members(first)).find((member) => member.id === id);
    expect(adopted).toMatchObject({
      provider_person_id: '1',
      sync_key: 'N1',
      state: 'active',
      email: 'person1@acme.example',
    });
    await settles(first, people);
    expect((await run(first, [person('1', { left: true }), person('2')])).counts).toMatchObject({ leaver: 1 });
  });

  test('is adopted by its key if another sign agrees; the address that somebody signs in with stays that day', async () => {
    const { first } = await worlds();
    const id = await byHand({
      email: 'ada.private@home.example',
      username: 'ada',
      employee_id: 'N1',
      full_name: ' person  1',
    });
    const people = [person('1')];
    expect((await run(first, people)).counts).toMatchObject({ adopted: 1 });
    expect(await members(first)).toMatchObject([
      { id, email: 'ada.private@home.example', username: 'ada', provider_person_id: '1' },
    ]);
    expect((await run(first, people)).counts).toMatchObject({ updated: 1 });
    expect(await members(first)).toMatchObject([{ id, email: 'person1@acme.example' }]);
    expect((await claimsOf(database.db, first)).map(({ value }) => value)).toEqual(['person1@acme.example']);
    await settles(first, people);
  });

  test('is not taken by a key alone: every HR system counts its people from one', async () => {
    const { first } = await worlds();
    const id = await byHand({ email: 'bea@acme.example', employee_id: 'N1', full_name: 'Bea Other' });
    expect((await run(first, [person('1')])).counts).toMatchObject({ created: 1 });
    expect((await members(first)).map((member) => member.id)).not.toContain(id);
  });

  test('is not taken by somebody with another birthday', async () => {
    const { first } = await worlds();
    await byHand({ email: 'person1@acme.example', birthday: '05-17' });
    const finished = await run(first, [person('1', { badge: '06-18' })]);
    expect(await told(first, finished)).toEqual([['error', '1', null]]);
    expect(await problemsOf(database.db, first, finished.import)).toMatchObject([
      { code: 'email-taken', detail: expect.stringContaining('made by hand') },
    ]);
  });

  test('two of them that fit one person are an error that names how many; nobody is guessed', async () => {
    const { first } = await worlds();
    await byHand({ email: 'x@acme.example', employee_id: 'N1', full_name: 'Person 1' });
    await byHand({ email: 'y@acme.example', employee_id: 'N1', full_name: 'Person 1' });
    const finished = await run(first, [person('1'), person('2')]);
    expect(kindsOf(finished.counts)).toMatchObject({ created: 1, error: 1 });
    expect(await problemsOf(database.db, first, finished.import)).toMatchObject([
      { code: 'account-ambiguous', person: '1', detail: expect.stringMatching(/^2 accounts/) },
    ]);
  });

  test('two that fit one person are the same error in a plan that is repeated because its answer was lost', async () => {
    const { first } = await worlds();
    await byHand({ email: 'x@acme.example', employee_id: 'N1', full_name: 'Person 1' });
    await byHand({ email: 'y@acme.example', employee_id: 'N1', full_name: 'Person 1' });
    await byHand({ email: 'person3@acme.example', employee_id: 'N4', full_name: 'Person 4' });
    await byHand({ email: 'person5@acme.example', employee_id: 'N5' });
    const planned = await planOver(
      database.db,
      first,
      ['1', '2', '3', '4', '5'].map((id) => person(id)),
    );
    const errors = async () =>
      (await problemsOf(database.db, first, planned.import)).map(({ code, person }) => `${code}: ${person}`).sort();
    const left = async () => ({ told: await told(first, planned), errors: await errors() });
    const before = await left();
    const run = { ...planned.fence, import: planned.import, provider: 'sage-hr' };
    expect((await createPlan(database)(run)).counts).toEqual(planned.counts);
    expect(await left()).toEqual(before);
    expect(before.errors).toEqual(['account-ambiguous: 1', 'account-ambiguous: 3', 'account-ambiguous: 4']);
    expect(kindsOf(planned.counts)).toMatchObject({ adopted: 1, created: 1, error: 3 });
  });

  test('one that two people could be is nobody’s', async () => {
    const { first } = await worlds();
    await byHand({ email: 'person1@acme.example', employee_id: 'N2', full_name: 'Person 2' });
    const finished = await run(first, [person('1'), person('2')]);
    expect(kindsOf(finished.counts)).toMatchObject({ error: 2 });
  });

  test('by key and address before by address alone', async () => {
    const { first } = await worlds();
    const right = await byHand({ email: 'person1@acme.example', employee_id: 'N1' });
    await byHand({ email: 'other@acme.example', employee_id: 'N1', full_name: 'Person 1' });
    expect((await run(first, [person('1')])).counts).toMatchObject({ adopted: 1 });
    expect(await members(first)).toMatchObject([{ id: right }]);
  });
});

describe('a client who changes the HR system', () => {
  const people = ['1', '2', '3'].map((id) => person(id));
  /** The same people in the new system: other ids, other numbers. */
  const moved = people.map((one) => ({ ...one, id: `new-${one.id}`, number: `P${one.id}` }));

  test.each(['revoked', 'removed'])('keeps its members: nobody is created, invited or lost (%s)', async (state) => {
    const { first, second } = await worlds();
    await run(first, people);
    const before = await members(first);
    await setState(first, state);
    const finished = await run(second, moved);
    expect(kindsOf(finished.counts)).toMatchObject({ transferred: 3 });
    expect(finished.counts.created).toBeUndefined();
    expect(await members(first)).toEqual([]);
    const after = await members(second);
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
    expect(after).toMatchObject(moved.map(({ id, number }) => ({ provider_person_id: id, sync_key: number })));
    const mails = await inProgramme(database.db, programme, (trx) => trx('outbox').where({ kind: 'invitation' }));
    expect(mails).toHaveLength(3);
    await settles(second, moved);
  });

  test('ids of two systems that happen to be the same make nobody the same', async () => {
    const { first, second } = await worlds();
    await run(first, people);
    await setState(first, 'revoked');
    const strangers = people.map((one) => ({
      ...one,
      name: `Stranger ${one.id}`,
      email: `stranger${one.id}@acme.example`,
    }));
    expect((await run(second, strangers)).counts).toMatchObject({ created: 3 });
    expect(await members(first)).toHaveLength(3);
  });

  test('whose old integration still goes on is told of each conflict, and nothing is taken over', async () => {
    const { first, second } = await worlds();
    await run(first, people);
    const finished = await run(second, moved);
    expect(kindsOf(finished.counts)).toMatchObject({ error: 3 });
    expect(await problemsOf(database.db, second, finished.import)).toMatchObject(
      moved.map(() => ({ code: 'email-taken', detail: expect.stringContaining('the integration "Acme Sage HR"') })),
    );
    expect(await members(first)).toHaveLength(3);
  });

  test('also takes those along whose account was closing', async () => {
    const { first, second } = await worlds();
    await run(first, people);
    await run(first, [person('1', { left: true }), ...people.slice(1)]);
    expect((await run(second, moved.slice(0, 1))).counts).toMatchObject({ transferred: 1 });
    expect(await members(second)).toMatchObject([{ state: 'active', close_down_reason: null }]);
    expect((await claimsOf(database.db, second)).map(({ strength }) => strength)).toEqual([
      'active',
      'active',
      'active',
    ]);
    await settles(second, moved.slice(0, 1));
  });
});

describe('somebody who is back under another id', () => {
  const ada = person('1');
  const back = { ...ada, id: 'again', number: 'N9' };
  const gone = person('1', { left: true });

  test('has their own account again, whether the old record is still listed or not', async () => {
    for (const old of [[gone], []]) {
      const { first } = await worlds();
      await run(first, [ada]);
      const [before] = await members(first);
      await run(first, [gone]);
      expect((await run(first, [...old, back])).counts).toMatchObject({ reactivated: 1 });
      expect(await members(first)).toMatchObject([
        { id: before?.id, state: 'active', provider_person_id: 'again', sync_key: 'N9' },
      ]);
      await settles(first, [...old, back]);
    }
  });

  test('on the very day of leaving goes on without a gap', async () => {
    const { first } = await worlds();
    await run(first, [ada]);
    const finished = await run(first, [gone, back]);
    expect(kindsOf(finished.counts)).toMatchObject({ updated: 1, skipped: 1 });
    expect(await members(first)).toMatchObject([{ state: 'active', provider_person_id: 'again' }]);
    await settles(first, [gone, back]);
  });

  test('is somebody else where the address alone is the same: a new account, and a word about it', async () => {
    const { first } = await worlds();
    await run(first, [ada]);
    await run(first, [gone]);
    const other = { ...back, name: 'Somebody Else' };
    const finished = await run(first, [gone, other]);
    expect(finished.counts).toMatchObject({ created: 1 });
    expect(await problemsOf(database.db, first, finished.import)).toMatchObject([
      { code: 'address-moved', person: 'again', detail: expect.stringContaining('employee ID N1') },
    ]);
    const all = await members(first);
    expect(all.map(({ state }) => state).sort()).toEqual(['active', 'closing-down']);
    const [claim] = await claimsOf(database.db, first);
    expect(all.find(({ state }) => state === 'active')?.id).toBe(claim?.member_id);
    await settles(first, [gone, other]);
  });

  test('is nobody that a newcomer could be who has the address that somebody who stays gives up', async () => {
    const { first } = await worlds();
    await run(first, [ada]);
    const newcomer = { ...back, name: 'Somebody Else' };
    const finished = await run(first, [{ ...ada, email: 'ada.new@acme.example' }, newcomer]);
    expect(kindsOf(finished.counts)).toMatchObject({ created: 1, updated: 1 });
    expect(await problemsOf(database.db, first, finished.import)).toEqual([]);
  });

  test('is somebody else with the same name and another birthday', async () => {
    const { first } = await worlds();
    await run(first, [{ ...ada, badge: '05-17' }]);
    await run(first, [gone]);
    expect((await run(first, [gone, { ...back, badge: '06-18' }])).counts).toMatchObject({ created: 1 });
  });

  test('is not taken for one whose record says that they go on', async () => {
    const { first } = await worlds();
    await run(first, [ada]);
    const finished = await run(first, [
      { ...ada, email: 'person1@acme.example' },
      { ...back, email: 'PERSON1@acme.example' },
    ]);
    expect(kindsOf(finished.counts)).toMatchObject({ error: 2 });
  });
});
