import { describe, expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { decide } from '../../database/decisions.js';
import { askAboutHeldRemovals } from '../../database/holds.js';
import { newId } from '../../database/ids.js';
import { openRun } from '../../database/import-runs.js';
import { insertAccount } from '../../database/member-accounts.js';
import { protectMember } from '../../database/member-views.js';
import { planChanges } from '../../database/plan.js';
import { loadRun } from '../../database/run-context.js';
import { refuseUndo, undoOfDecision } from '../../database/undo.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import { accountSchema } from '../../domain/account.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  changesOf,
  claimsOf,
  createWorld,
  endRun,
  membersOf,
  person,
  planOver,
  problemsOf,
  provision,
  runOver,
  type Listed,
  type Planned,
  type World,
} from './directory.js';

/** An undo puts back what a run has done where nothing has changed since, says who stays and why, and nothing else. */
const database = ownDatabase('undo');

const MAPPING = {
  fields: [
    { member: 'employeeId', from: '{{response.number}}' },
    { member: 'email', from: '{{response.email}}' },
    { member: 'firstName', from: '{{response.name}}' },
    { member: 'team', from: '{{response.team}}' },
  ],
  custom: [{ name: 'badge', label: 'Badge', from: '{{response.badge}}', unique: true }],
};
const badged = (id: string, more: Partial<Listed> = {}): Listed => person(id, { badge: `B${id}`, ...more });
const many = (count: number, change: (id: number) => Partial<Listed> = () => ({})) =>
  Array.from({ length: count }, (_, at) => badged(`${at + 1}`, change(at + 1)));

interface Wish {
  readonly only?: 'removals' | null;
  readonly kind?: 'undo' | 'removals';
  readonly lane?: 'write' | 'review';
  readonly requestKey?: string;
}

/** Opened, planned, provisioned and ended as the workflow does it. */
async function undo(world: World, undone: string | null, wish: Wish = {}): Promise<Planned> {
  const { only = null, kind = 'undo', lane = 'write', requestKey = newId() } = wish;
  const { programme, integration } = world;
  const opened = await inProgramme(database.db, programme, async (trx) =>
    openRun(trx, integration, {
      ...{ kind, lane, trigger: 'on-demand', requestKey, whenBusy: 'wait' },
      configuration: world.config,
      undo: undone === null ? await undoOfDecision(trx, requestKey) : { import: undone, only },
    }),
  );
  const fence: Fence = { programme, integration, lane, epoch: opened.epoch };
  const run = await inRun(database.db, fence, async (trx) => {
    const context = await loadRun(trx, opened.import);
    const { counts } = await planChanges(trx, context);
    const held = await askAboutHeldRemovals(trx, context);
    await trx('import_runs')
      .where({ id: opened.import })
      .update({ counts: JSON.stringify(counts) });
    return { import: opened.import, counts, held, fence };
  });
  if (lane === 'write') await provision(database.db, run);
  await endRun(database.db, run);
  return run;
}

const inWorld = <T>(world: World, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, work);
const after = <T>(world: World, days: number, work: (trx: Transaction) => Promise<T>) =>
  inWorld(world, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
    return work(trx);
  });
const refusal = (world: World, undone: string, only: 'removals' | null = null, days = 0) =>
  after(world, days, async (trx) => (await refuseUndo(trx, world.integration, { import: undone, only }))?.detail);

/** All that a run can change of members, and who holds what. */
async function everything(world: World) {
  const rows = await inWorld(world, (trx) => trx('members').orderBy('id').select<Record<string, unknown>[]>());
  const members = rows.map((member): Record<string, unknown> => ({ ...member, version: null, ends_on: null }));
  return { members, claims: await claimsOf(database.db, world) };
}
const countKinds = ({ counts }: Planned) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
const mails = (world: World, importId: string) =>
  inWorld(world, (trx) =>
    trx('outbox').where({ import_id: importId }).select<{ kind: string; member_id: string }[]>('kind', 'member_id'),
  );

describe('an undo', () => {
  test('of everything leaves members, links and claims as they were, and closes the accounts that were made', async () => {
    const world = await createWorld(database.db, { mapping: MAPPING });
    const other = await createWorld(database.db, { mapping: MAPPING, programme: world.programme });
    const elsewhere = [badged('31', { id: 'x31' }), badged('32', { id: 'x32' }), badged('33', { id: 'x33' })];
    await runOver(database.db, other, elsewhere);
    await inWorld(world, (trx) => trx('integrations').where({ id: other.integration }).update({ state: 'revoked' }));
    await inWorld(world, (trx) =>
      insertAccount(trx, world.programme, {
        account: accountSchema.parse({ email: 'person41@acme.example', firstName: 'Person 41' }),
        role: 'member',
      }),
    );
    await runOver(database.db, world, many(12));
    await runOver(
      database.db,
      world,
      many(12, (id) => (id === 12 ? { left: true } : {})),
    );
    const before = await everything(world);

    const changed = many(12, (id) => {
      if (id <= 2) return { email: `person${3 - id}@acme.example`, badge: `B${3 - id}` };
      if (id === 3) return { id: 'again', team: 'Service' };
      if (id === 4) return { number: 'N-new', badge: null, name: 'Renamed' };
      if (id === 5 || id === 6) return { left: true };
      return {};
    });
    // The address and the badge of one who leaves go to somebody new, who is undone as well.
    const reused = badged('21', { email: 'person5@acme.example', badge: 'B5' });
    const wrong = await runOver(database.db, world, [...changed, reused, ...many(50).slice(30, 33), badged('41')]);
    expect(wrong.counts).toMatchObject({
      ...{ updated: 4, leaver: 2, created: 1, reactivated: 1, transferred: 3, adopted: 1 },
    });

    const run = await undo(world, wrong.import);
    expect(countKinds(run)).toEqual({ updated: 4, reactivated: 2, revoked: 2, transferred: 4 });
    expect(await problemsOf(database.db, world, run.import)).toEqual([]);
    const now = await everything(world);
    const made = now.members.filter(({ id }) => !before.members.some((member) => member.id === id));
    expect(made).toMatchObject([{ state: 'closing-down', close_down_reason: 'revoked', employee_id: 'N21' }]);
    const kept = now.members.filter((member) => !made.includes(member));
    // Who had left before, and was back, leaves once more: of this run, not of that one.
    const expected = before.members.map((member) =>
      member.state === 'closing-down' ? { ...member, close_down_reason: 'revoked' } : member,
    );
    expect(kept).toEqual(expected);
    expect(now.claims).toEqual(before.claims);
    expect((await mails(world, run.import)).map(({ kind }) => kind).sort()).toEqual([
      // The one who was made has the address no more, and no other.
      ...['close-down', 'welcome-back', 'welcome-back'],
    ]);
    // The next import makes again what was undone: an undo mends nothing.
    expect((await runOver(database.db, world, [...changed, reused])).counts).toMatchObject({ updated: 4, leaver: 2 });
  });

  test('of the removals alone leaves the rest; the rest can be undone later', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, many(6));
    const wrong = await runOver(
      database.db,
      world,
      many(7, (id) => (id < 3 ? { left: true } : { team: 'Service' })),
    );
    expect(countKinds(await undo(world, wrong.import, { only: 'removals' }))).toEqual({ reactivated: 2 });
    expect(await refusal(world, wrong.import, 'removals')).toMatch(/was undone already, by the run/);
    expect(await refusal(world, wrong.import)).toBeUndefined();
    expect(countKinds(await undo(world, wrong.import))).toEqual({ updated: 4, revoked: 1 });
    expect(await refusal(world, wrong.import)).toMatch(/was undone already/);
    expect((await membersOf(database.db, world)).map(({ state }) => state)).toEqual([
      ...Array.from({ length: 6 }, () => 'active'),
      'closing-down',
    ]);
  });

  test('names who changed later, and who is protected, and leaves them', async () => {
    const world = await createWorld(database.db);
    await runOver(
      database.db,
      world,
      many(4, (id) => (id === 4 ? { left: true } : {})),
    );
    await runOver(database.db, world, many(4));
    await runOver(
      database.db,
      world,
      many(4, (id) => (id === 4 ? { left: true } : {})),
    );
    const four = (await membersOf(database.db, world)).at(-1)!;
    await inWorld(world, (trx) => protectMember(trx, four.id, true));
    const wrong = await runOver(
      database.db,
      world,
      many(5, (id) => (id === 1 ? { left: true } : { team: 'Service' })),
    );
    await runOver(
      database.db,
      world,
      many(5, (id) => (id <= 2 ? { team: 'Desk' } : { team: 'Service' })),
    );
    const run = await undo(world, wrong.import);
    expect(countKinds(run)).toEqual({ updated: 1, revoked: 1, error: 3 });
    const told = await problemsOf(database.db, world, run.import);
    expect(told.sort((a, b) => (a.person < b.person ? -1 : 1))).toMatchObject([
      { code: 'changed-later', person: '1', detail: expect.stringContaining('Changed later') },
      { code: 'changed-later', person: '2' },
      { code: 'protected', person: '4', detail: expect.stringContaining('protected') },
    ]);
    const states = (await membersOf(database.db, world)).map(({ provider_person_id, state }) => [
      provider_person_id,
      state,
    ]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ 1: 'active', 2: 'active', 3: 'active', 4: 'active', 5: 'closing-down' },
    });
  });

  test('opens the account again of whoever was protected after it was closed', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, many(2));
    const wrong = await runOver(
      database.db,
      world,
      many(2, (id) => (id === 1 ? { left: true } : {})),
    );
    const [one] = await membersOf(database.db, world);
    await inWorld(world, (trx) => protectMember(trx, one!.id, true));
    expect(countKinds(await undo(world, wrong.import))).toEqual({ reactivated: 1 });
  });

  test('leaves an address with whoever has it now, and says so', async () => {
    const world = await createWorld(database.db);
    await runOver(database.db, world, many(2));
    const wrong = await runOver(
      database.db,
      world,
      many(2, (id) => (id === 1 ? { left: true } : {})),
    );
    const newcomer = badged('9', { email: 'person1@acme.example', name: 'Somebody else' });
    await runOver(database.db, world, [...many(2, (id) => (id === 1 ? { left: true } : {})), newcomer]);
    const run = await undo(world, wrong.import, { only: 'removals' });
    expect(countKinds(run)).toEqual({ error: 1 });
    expect(await problemsOf(database.db, world, run.import)).toMatchObject([
      { code: 'email-taken', person: '1', field: 'email' },
    ]);
  });

  test('names who was erased by a hash alone', async () => {
    const world = await createWorld(database.db);
    await inWorld(world, (trx) => trx('programmes').update({ grace_days: 5 }));
    await runOver(database.db, world, many(3));
    const wrong = await runOver(
      database.db,
      world,
      many(3, (id) => (id < 3 ? { left: true } : {})),
    );
    await after(world, 5, (trx) => sweepProgramme(trx, world.programme));
    await inWorld(world, (trx) => trx('programmes').update({ grace_days: 60 }));
    const run = await undo(world, wrong.import);
    expect(countKinds(run)).toEqual({ error: 2 });
    const [problem] = await problemsOf(database.db, world, run.import);
    expect(problem).toMatchObject({ code: 'erased', person: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(problem?.detail).toContain(problem?.person);
    expect(JSON.stringify(await changesOf(database.db, world, run.import))).not.toContain('person1@');
  });
});

describe('an undo is refused', () => {
  test('in a sentence that says why', async () => {
    const world = await createWorld(database.db);
    const first = await runOver(database.db, world, many(3));
    expect(await refusal(world, first.import, 'removals')).toMatch(/has removed nobody/);
    expect(await refusal(world, (await runOver(database.db, world, many(3))).import)).toMatch(/has changed nobody/);
    const open = await planOver(database.db, world, many(4));
    expect(await refusal(world, open.import)).toMatch(/has not ended/);
    await endRun(database.db, open);
    expect(await refusal(world, open.import)).toMatch(/has changed nobody/);
    expect(await refusal(world, newId())).toMatch(/no such import/);
    const wrong = await runOver(
      database.db,
      world,
      many(3, (id) => (id === 1 ? { left: true } : {})),
    );
    expect(await refusal(world, wrong.import, null, 59)).toBeUndefined();
    expect(await refusal(world, wrong.import, null, 60)).toMatch(/60 days \(the grace period\)/);
    const review = await undo(world, wrong.import, { lane: 'review' });
    expect(await refusal(world, review.import)).toMatch(/review changes nothing/);
    const run = await undo(world, wrong.import);
    expect(await refusal(world, run.import)).toMatch(/is an undo itself/);
  });

  test('while another one of the same import waits or runs', async () => {
    const world = await createWorld(database.db);
    const first = await runOver(database.db, world, many(3));
    await inWorld(world, (trx) =>
      openRun(trx, world.integration, {
        ...{ kind: 'undo', lane: 'write', trigger: 'on-demand', requestKey: newId(), whenBusy: 'wait' },
        undo: { import: first.import, only: null },
      }),
    );
    expect(await refusal(world, first.import)).toMatch(/is being undone by the run/);
  });
});

const LIMIT = { share: 0.1, count: 100 };
const digestOf = (world: World, importId: string) =>
  inWorld(world, async (trx) => {
    const row = await trx('import_runs').where({ id: importId }).first<{ held: { planDigest: string } }>('held');
    return row.held.planDigest;
  });
async function approve(world: World, run: Planned) {
  const planDigest = await digestOf(world, run.import);
  const operation = newId();
  const command = { integration: world.integration, operation, actor: 'test' };
  const decided = await inWorld(world, (trx) => decide(trx, command, { decision: 'approve', planDigest }));
  return { decided, carried: await undo(world, null, { kind: 'removals', requestKey: operation }) };
}

describe('the limits hold for an undo as well', () => {
  test('a review of it shows what would be held and changes nothing', async () => {
    const world = await createWorld(database.db, { removalLimit: LIMIT });
    await runOver(database.db, world, many(20));
    const wrong = await runOver(
      database.db,
      world,
      many(30, (id) => (id === 1 ? { left: true } : {})),
    );
    const before = await everything(world);
    const review = await undo(world, wrong.import, { lane: 'review' });
    expect(review).toMatchObject({ held: 10, counts: { revoked: 10, reactivated: 1 } });
    expect(await everything(world)).toEqual(before);
    expect(await inWorld(world, (trx) => trx('removal_holds').select())).toEqual([]);
  });

  test('many accounts that were made wait for a decision, the rest is put back; approved, they close', async () => {
    const world = await createWorld(database.db, { removalLimit: LIMIT });
    await runOver(database.db, world, many(20));
    const wrong = await runOver(
      database.db,
      world,
      many(30, (id) => (id === 1 ? { left: true } : {})),
    );
    const run = await undo(world, wrong.import);
    expect(run).toMatchObject({ held: 10, counts: { revoked: 10, reactivated: 1 } });
    const active = async () => (await membersOf(database.db, world)).filter(({ state }) => state === 'active').length;
    expect(await active()).toBe(30);
    const { decided, carried } = await approve(world, run);
    expect(decided).toMatchObject({ decided: 10, stillHeld: 0, byImport: false });
    expect(countKinds(carried)).toEqual({ revoked: 10 });
    expect(await active()).toBe(20);
  });

  test('many addresses at once wait as well, and are put back without an import', async () => {
    const world = await createWorld(database.db, { removalLimit: null });
    await runOver(database.db, world, many(20));
    const before = await everything(world);
    const mistaken = many(20, (id) => ({ email: `mistake${id}@acme.example` }));
    const wrong = await runOver(database.db, world, mistaken);
    await inWorld(world, (trx) =>
      trx.raw(`update integrations set live = live || '{"removalLimit": {"share": 0.1, "count": 100}}'`),
    );
    const run = await undo(world, wrong.import);
    expect(run).toMatchObject({ held: 20, counts: { updated: 20 } });
    const { decided, carried } = await approve(world, run);
    expect(decided).toMatchObject({ decided: 20, byImport: false });
    expect(countKinds(carried)).toEqual({ updated: 20 });
    expect(await everything(world)).toEqual(before);
  });

  test('removals that were undone do not count into the rolling week any more', async () => {
    const world = await createWorld(database.db, { removalLimit: LIMIT });
    await runOver(database.db, world, many(20));
    const leaving = (from: number, to: number) => many(20, (id) => (id >= from && id <= to ? { left: true } : {}));
    await runOver(database.db, world, leaving(1, 3));
    const wrong = await runOver(database.db, world, leaving(1, 6));
    expect(wrong.counts.leaver).toBe(3);
    const third = await planOver(database.db, world, leaving(1, 9));
    expect(third.held).toBe(3);
    await endRun(database.db, third);
    await undo(world, wrong.import);
    expect(await runOver(database.db, world, leaving(1, 6))).toMatchObject({ held: 0, counts: { leaver: 3 } });
  });
});
