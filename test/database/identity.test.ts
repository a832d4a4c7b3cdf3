import { describe, expect, test } from '@jest/globals';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { canonicalEmail } from '../../domain/member.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  changesOf,
  claimsOf,
  createWorld,
  endRun,
  kindsOf,
  mappingOf,
  membersOf,
  planOver,
  problemsOf,
  provision,
  runOver,
  type Listed,
  type World,
} from './directory.js';

const database = ownDatabase('identity');

const person = (id: number, values: Partial<Listed> = {}): Listed => ({
  id: String(id),
  number: `N${id}`,
  email: `p${id}@acme.example`,
  name: `Person ${id}`,
  team: 'Sales',
  ...values,
});
const company = (size: number): Listed[] => Array.from({ length: size }, (_, index) => person(index + 1));
const memberOf = async (world: World, id: number) =>
  (await membersOf(database.db, world)).find((row) => row.provider_person_id === String(id));
const held = async (world: World) =>
  Object.fromEntries((await claimsOf(database.db, world)).map((claim) => [claim.value, claim.member_id]));
const write = (world: World, sql: string, bindings: object) =>
  inProgramme(database.db, world.programme, (trx) => trx.raw(sql, { ...world, ...bindings }));

/** An account made by hand, as another request would make it at any moment. */
const madeByHand = async (world: World, email: string): Promise<void> => {
  const id = newId();
  await write(
    world,
    `insert into members (programme_id, id, state, email) values (:programme, :id, 'active', :email)`,
    {
      id,
      email,
    },
  );
  await write(
    world,
    `insert into member_keys (programme_id, kind, value, member_id) values (:programme, 'email', :value, :id)`,
    { id, value: canonicalEmail(email) },
  );
};

describe('the link between a person and their account', () => {
  test('keeps the employee number with the member, and follows a new one', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    expect(await memberOf(world, 1)).toMatchObject({ employee_id: 'N1', sync_key: 'N1' });
    const run = await runOver(database.db, world, [person(1, { number: 'M7' }), person(2)]);
    expect(run.counts).toMatchObject({ updated: 1, unchanged: 1 });
    expect(await changesOf(database.db, world, run.import)).toMatchObject([
      { kind: 'updated', before: { employeeId: 'N1' }, after: { employeeId: 'M7' } },
    ]);
    expect(await memberOf(world, 1)).toMatchObject({ employee_id: 'M7', sync_key: 'M7' });
  });

  test('two people may swap their numbers', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    const before = await memberOf(world, 1);
    await runOver(database.db, world, [person(1, { number: 'N2' }), person(2, { number: 'N1' })]);
    expect(await memberOf(world, 1)).toMatchObject({ id: before?.id, sync_key: 'N2' });
  });

  test('a vendor that gives somebody a new id is followed by the number', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    const before = await memberOf(world, 1);
    await runOver(database.db, world, [person(1, { id: '91' }), person(2)]);
    expect(await memberOf(world, 91)).toMatchObject({ id: before?.id, version: 2 });
    expect(await membersOf(database.db, world)).toHaveLength(2);
  });
});

describe('who must not be removed', () => {
  test('a protected member stays, a leaver beside them goes', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    await write(world, `update members set protected = true where provider_person_id = '1'`, {});
    const run = await runOver(database.db, world, [person(1, { left: true }), person(2, { left: true })]);
    expect(run.counts).toMatchObject({ leaver: 1, skipped: 1 });
    expect(await memberOf(world, 1)).toMatchObject({ state: 'active' });
    expect(await memberOf(world, 2)).toMatchObject({ state: 'closing-down', close_down_reason: 'leaver' });
  });

  test('an unknown status leaves a member exactly as they are', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    const before = await membersOf(database.db, world);
    const run = await runOver(database.db, world, [person(1, { status: 'unknown', name: 'Other' }), person(2)]);
    expect(run.counts).toMatchObject({ unchanged: 1, skipped: 1 });
    expect(await membersOf(database.db, world)).toEqual(before);
  });

  test('removals over the limit keep member and address, and who wants the address is an error', async () => {
    const world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
    await runOver(database.db, world, company(12));
    const leavers = company(12).map((one) => (Number(one.id) <= 4 ? { ...one, left: true } : one));
    const run = await runOver(database.db, world, [...leavers, person(13, { email: 'p1@acme.example' }), person(14)]);
    expect(run).toMatchObject({ held: 4, counts: { leaver: 4, created: 1, error: 1 } });
    expect(await problemsOf(database.db, world, run.import)).toMatchObject([
      { code: 'email-taken', person: '13', field: 'email' },
    ]);
    const members = await membersOf(database.db, world);
    expect(members.filter((row) => row.state === 'active')).toHaveLength(13);
  });

  test('three removals pass, the fourth makes all of them wait, and a week is counted together', async () => {
    const world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
    const leaving = (count: number) => company(30).map((one) => ({ ...one, left: Number(one.id) <= count }));
    await runOver(database.db, world, leaving(0));
    expect((await runOver(database.db, world, leaving(3))).held).toBe(0);
    expect((await runOver(database.db, world, leaving(6))).held).toBe(0);
    // Six went in this week already; one more is more than twice the three that a run may.
    const third = await runOver(database.db, world, leaving(7));
    expect(third).toMatchObject({ held: 1, counts: { leaver: 1 } });
    expect(await memberOf(world, 7)).toMatchObject({ state: 'active' });
    await write(world, `update import_runs set ended_at = ended_at - interval '8 days'`, {});
    expect((await runOver(database.db, world, leaving(7))).held).toBe(0);
  });

  test('removals of a run that failed afterwards count in its week', async () => {
    const world = await createWorld(database.db, { removalLimit: { share: 0.1, count: 100 } });
    const leaving = (count: number) => company(30).map((one) => ({ ...one, left: Number(one.id) <= count }));
    await runOver(database.db, world, leaving(0));
    await runOver(database.db, world, leaving(3));
    await runOver(database.db, world, leaving(6));
    const failed = { state: 'failed', failure: 'internal' };
    await write(world, `update import_runs set state = :state, failure_code = :failure`, failed);
    expect((await runOver(database.db, world, leaving(7))).held).toBe(1);
  });
});

describe('when somebody takes an address between plan and provisioning', () => {
  test('the whole chain that waits for it keeps what it had, and the next import repairs it', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(4));
    const before = await held(world);
    const rotated = [
      person(1, { email: 'p2@acme.example' }),
      person(2, { email: 'p3@acme.example' }),
      person(3, { email: 'free@acme.example' }),
      person(4, { email: 'other@acme.example' }),
    ];
    const run = await planOver(database.db, world, rotated);
    await madeByHand(world, 'Free@acme.example');
    await provision(database.db, run);
    await endRun(database.db, run);
    const outcomes = (await changesOf(database.db, world, run.import)).map((change) => change.outcome);
    expect(outcomes).toEqual(['conflict', 'conflict', 'conflict', null]);
    const after = await held(world);
    for (const id of [1, 2, 3]) {
      const address = `p${id}@acme.example`;
      expect(await memberOf(world, id)).toMatchObject({ email: address, version: 1 });
      expect(after[address]).toBe(before[address]);
    }
    expect(await memberOf(world, 4)).toMatchObject({ email: 'other@acme.example' });

    await write(world, `delete from member_keys where value = 'free@acme.example'`, {});
    expect((await runOver(database.db, world, rotated)).counts).toMatchObject({ updated: 3, unchanged: 1 });
    expect((await memberOf(world, 1))?.email).toBe('p2@acme.example');
  });

  test('a newcomer gets no account and no invitation, and the others of the slice do', async () => {
    const world = await createWorld(database.db);
    const run = await planOver(database.db, world, company(3));
    await madeByHand(world, 'P2@acme.example');
    await provision(database.db, run);
    await endRun(database.db, run);
    const changes = await changesOf(database.db, world, run.import);
    expect(changes.map((change) => change.outcome)).toEqual([null, 'conflict', null]);
    expect(changes[1]?.member_id).toBeNull();
    expect((await membersOf(database.db, world)).map((row) => row.provider_person_id).sort()).toEqual(['1', '3']);
    const mails = await inProgramme(database.db, world.programme, (trx) => trx('outbox').select('recipient'));
    expect(mails).toHaveLength(2);
  });

  test('an address with capitals that only Unicode knows is kept under its one comparable form', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, [person(1, { email: 'ZOË@BÜCHER.example' })]);
    const run = await planOver(database.db, world, [person(1, { email: 'free@acme.example' })]);
    await madeByHand(world, 'free@acme.example');
    await provision(database.db, run);
    await endRun(database.db, run);
    expect(Object.keys(await held(world)).sort()).toEqual(['free@acme.example', 'zoë@bücher.example']);
  });

  test('a member who was changed by somebody else meanwhile is stale, and the next import repairs it', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(2));
    const changed = [person(1, { name: 'Ada' }), person(2, { left: true })];
    const run = await planOver(database.db, world, changed);
    await write(world, `update members set version = version + 1 where integration_id = :integration`, {});
    await provision(database.db, run);
    await endRun(database.db, run);
    expect((await changesOf(database.db, world, run.import)).map((change) => change.outcome)).toEqual([
      'stale',
      'stale',
    ]);
    expect(await memberOf(world, 2)).toMatchObject({ state: 'active' });
    expect((await runOver(database.db, world, changed)).counts).toMatchObject({ updated: 1, leaver: 1 });
    expect(await memberOf(world, 1)).toMatchObject({ first_name: 'Ada' });
  });
});

describe('another integration of the same programme', () => {
  test('keeps its active member’s address: an error row names it, and nobody is taken over', async () => {
    const first = await createWorld(database.db);
    await runOver(database.db, first, company(1));
    const second = await createWorld(database.db, { programme: first.programme });
    const run = await runOver(database.db, second, [person(1, { email: 'P1@ACME.example' }), person(2)]);
    expect(run.counts).toMatchObject({ created: 1, error: 1 });
    const [problem] = await problemsOf(database.db, second, run.import);
    expect(problem).toMatchObject({ code: 'email-taken', detail: expect.stringContaining('"Acme Sage HR"') });
    expect(await memberOf(first, 1)).toMatchObject({ state: 'active', version: 1 });
  });
});

describe('a unique custom field', () => {
  const unique = {
    mapping: {
      ...mappingOf({}),
      custom: [{ name: 'badge', label: 'Badge', from: '{{response.badge}}', unique: true }],
    },
  };
  const badges = async (world: World) =>
    (await claimsOf(database.db, world)).filter((claim) => claim.kind === 'custom:badge');

  test('is claimed, swapped and moved on like an address', async () => {
    const world = await createWorld(database.db, unique);
    await runOver(database.db, world, [person(1, { badge: 'A' }), person(2, { badge: 'B' })]);
    await runOver(database.db, world, [person(1, { badge: 'B' }), person(2, { badge: 'A' })]);
    const one = await memberOf(world, 1);
    expect(await badges(world)).toMatchObject([
      { value: 'A', member_id: (await memberOf(world, 2))?.id },
      { value: 'B', member_id: one?.id },
    ]);
    const run = await runOver(database.db, world, [
      person(1, { badge: 'B' }),
      person(2, { badge: 'A' }),
      person(3, { badge: 'B' }),
    ]);
    expect(run.counts).toMatchObject({ unchanged: 2, error: 1 });
    expect(await problemsOf(database.db, world, run.import)).toMatchObject([{ code: 'value-taken', person: '3' }]);
  });

  test('that the record lost is kept with the member, and so is its claim', async () => {
    const world = await createWorld(database.db, unique);
    await runOver(database.db, world, [person(1, { badge: 'A' })]);
    await runOver(database.db, world, [person(1, { name: 'Ada' })]);
    expect(await badges(world)).toMatchObject([{ value: 'A', strength: 'active' }]);
    const run = await runOver(database.db, world, [person(1, { name: 'Ada B' }), person(2, { badge: 'A' })]);
    expect(run.counts).toMatchObject({ updated: 1, error: 1 });
  });

  test('is somebody’s own again when they come back', async () => {
    const world = await createWorld(database.db, unique);
    await runOver(database.db, world, [person(1, { badge: 'A' })]);
    await runOver(database.db, world, [person(1, { left: true })]);
    expect(await badges(world)).toMatchObject([{ strength: 'grace' }]);
    await runOver(database.db, world, [person(1)]);
    expect((await claimsOf(database.db, world)).map((claim) => claim.strength)).toEqual(['active', 'active']);
  });
});

describe('a segment', () => {
  const rule = { field: 'team', op: 'oneOf' as const, values: [' sales '] };

  test('leaves those outside alone if that is wanted', async () => {
    const world = await createWorld(database.db, { segment: { outside: 'leave-alone', rule } });
    await runOver(database.db, world, company(2));
    const run = await runOver(database.db, world, [person(1, { team: 'Ops', name: 'Other' }), person(2)]);
    expect(run.counts).toMatchObject({ unchanged: 1, skipped: 1 });
    expect(await memberOf(world, 1)).toMatchObject({ state: 'active', first_name: 'Person 1' });
  });

  test('revokes those outside, and a leaver outside is a leaver', async () => {
    const world = await createWorld(database.db, { segment: { outside: 'revoke', rule } });
    await runOver(database.db, world, company(2));
    const run = await runOver(database.db, world, [person(1, { team: '' }), person(2, { left: true, team: 'Ops' })]);
    expect(run.counts).toMatchObject({ revoked: 1, leaver: 1 });
  });
});

describe('the preference of an integration', () => {
  const changed = [person(1, { name: 'Ada' }), person(2, { left: true }), person(3), person(4)];

  test.each([
    ['create-only', { created: 1, skipped: 2, unchanged: 1 }],
    ['update-only', { updated: 1, leaver: 1, skipped: 1, unchanged: 1 }],
  ])('%s passes over the rest, which is counted as skipped', async (preference, counts) => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, company(3));
    await write(world, `alter table integration_configs disable trigger published_is_immutable`, {});
    await write(
      world,
      `update integration_configs set setup = setup || jsonb_build_object('preference', cast(:preference as text))`,
      { preference },
    );
    await write(world, `alter table integration_configs enable trigger published_is_immutable`, {});
    const run = await runOver(database.db, world, changed);
    expect(kindsOf(run.counts)).toEqual(counts);
  });
});
