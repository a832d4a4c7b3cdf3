import { describe, expect, test } from '@jest/globals';
import { decide, approveReviewed } from '../../database/decisions.js';
import { newId } from '../../database/ids.js';
import { inviteAgain } from '../../database/invite-again.js';
import { findInvitation } from '../../database/invitations.js';
import { settle } from '../../database/outbox-fates.js';
import { claim, waiting } from '../../database/outbox.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, endRun, membersOf, planOver, provision, runOver, type Listed, type World } from './directory.js';

/** Half a company is not mailed by mistake, nor a whole one in a minute; and who has lost an invitation gets another one. */
const database = ownDatabase('invitations');

const LIMIT = { share: 0.1, count: 100 };
const people = (from: number, through: number): Listed[] =>
  Array.from({ length: through - from + 1 }, (_, at) => ({
    id: `${from + at}`,
    number: `N${from + at}`,
    email: `person${from + at}@acme.example`,
    name: `Person ${from + at}`,
    team: 'Sales',
  }));
const inWorld = <T>(world: World, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, world.programme, work);
const after = <T>(world: World, minutes: number, work: (trx: Transaction) => Promise<T>) =>
  inWorld(world, async (trx) => {
    await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${minutes} minutes`]);
    return work(trx);
  });
const invitations = async (world: World) => {
  const rows = await inWorld(world, (trx) =>
    trx('outbox')
      .where({ kind: 'invitation' })
      .groupBy('state')
      .select<{ state: string; count: number }[]>('state', trx.raw('count(*)::int as count')),
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};
const heldOf = async (world: World, importId: string) => {
  const row = await inWorld(world, (trx) =>
    trx('import_runs')
      .where({ id: importId })
      .first<{ held: { count: number; causes: object; planDigest: string; question: string } | null }>('held'),
  );
  return row.held;
};
const answer = async (world: World, importId: string, decision: 'approve' | 'reject') => {
  const planDigest = (await heldOf(world, importId))?.planDigest ?? '';
  const command = { integration: world.integration, operation: newId(), actor: 'test' };
  return inWorld(world, (trx) => decide(trx, command, { decision, planDigest }));
};
const scopeOf = (world: World) => ({ integration: world.integration, import: null, kinds: null });
const send = (world: World, limit: number, minutes = 0) =>
  after(world, minutes, async (trx) => {
    const claimed = await claim(trx, scopeOf(world), limit, true);
    await settle(
      trx,
      claimed.map((mail) => ({ mail, fate: 'sent', problem: null })),
    );
    return claimed;
  });

/** Ten members, and then sixty newcomers: more than fifty, and than half of those who are there. */
async function sudden(): Promise<{ world: World; asked: string }> {
  const world = await createWorld(database.db, { removalLimit: LIMIT });
  await runOver(database.db, world, people(1, 10));
  const { import: asked } = await runOver(database.db, world, people(1, 70));
  return { world, asked };
}

describe('sudden invitations', () => {
  test('wait in a later import, while the accounts are made; every import keeps the question', async () => {
    const { world, asked } = await sudden();
    expect((await membersOf(database.db, world)).filter(({ state }) => state === 'active')).toHaveLength(70);
    expect(await invitations(world)).toEqual({ pending: 10, held: 60 });
    expect(await heldOf(world, asked)).toMatchObject({ count: 60, causes: { invitation: 60 }, question: asked });
    const same = await runOver(database.db, world, people(1, 70));
    expect(await heldOf(world, same.import)).toMatchObject({ count: 60, question: asked });
    // Somebody who is new meanwhile is invited at once, and who leaves drops out of the question.
    const next = await runOver(database.db, world, [
      ...people(1, 69),
      { ...people(70, 70)[0]!, left: true },
      ...people(71, 71),
    ]);
    expect(await heldOf(world, next.import)).toMatchObject({ count: 59, question: next.import });
    expect(await invitations(world)).toEqual({ pending: 11, held: 60 });
  });

  test('are sent when they are approved, and are not when they are rejected', async () => {
    const approved = await sudden();
    expect(await answer(approved.world, approved.asked, 'approve')).toEqual({
      ...{ decided: 60, stillHeld: 0, byRun: false, byImport: false, mails: true },
    });
    expect(await invitations(approved.world)).toEqual({ pending: 70 });
    const rejected = await sudden();
    expect(await answer(rejected.world, rejected.asked, 'reject')).toMatchObject({ decided: 60, mails: false });
    expect(await invitations(rejected.world)).toEqual({ pending: 10, suppressed: 60 });
    expect(await runOver(database.db, rejected.world, people(1, 70))).toMatchObject({ held: 0 });
  });

  test('a decision before the accounts are there holds for them, too', async () => {
    const world = await createWorld(database.db, { removalLimit: LIMIT });
    await runOver(database.db, world, people(1, 10));
    const planned = await planOver(database.db, world, people(1, 70));
    expect(planned.held).toBe(60);
    expect(await answer(world, planned.import, 'approve')).toMatchObject({ decided: 60, mails: false });
    await provision(database.db, planned);
    await endRun(database.db, planned);
    expect(await invitations(world)).toEqual({ pending: 70 });
  });

  test('go out where nothing says that they are sudden: in the first import, within the limit, or without one', async () => {
    const first = await createWorld(database.db, { removalLimit: LIMIT });
    expect(await runOver(database.db, first, people(1, 70))).toMatchObject({ held: 0 });
    expect(await runOver(database.db, first, people(1, 120))).toMatchObject({ held: 0 });
    const without = await createWorld(database.db, { removalLimit: null });
    await runOver(database.db, without, people(1, 10));
    expect(await runOver(database.db, without, people(1, 120))).toMatchObject({ held: 0 });
    expect(await invitations(without)).toEqual({ pending: 120 });
  });

  test('a review shows them, and publishing it approves those people and no others', async () => {
    const world = await createWorld(database.db, { removalLimit: LIMIT });
    await runOver(database.db, world, people(1, 10));
    const shown = await planOver(database.db, world, people(1, 70));
    await inWorld(world, (trx) =>
      trx('import_runs').where({ id: shown.import }).update({ kind: 'review', lane: 'review' }),
    );
    await endRun(database.db, shown);
    const planDigest = (await heldOf(world, shown.import))?.planDigest ?? '';
    const operation = newId();
    const command = { integration: world.integration, programme: world.programme, operation, actor: 'test' };
    await inWorld(world, (trx) => approveReviewed(trx, command, { review: shown.import, planDigest }));
    const next = await planOver(database.db, world, people(1, 140), null, Infinity, operation);
    expect(next.held).toBe(70 + 60);
    await provision(database.db, next);
    await endRun(database.db, next);
    expect(await invitations(world)).toEqual({ pending: 70, held: 70 });
  });
});

describe('waves', () => {
  test('a quarter of an hour has its share of invitations, and nothing else waits for it', async () => {
    const world = await createWorld(database.db);
    await inWorld(world, (trx) => trx('programmes').update({ invitations_per_hour: 100 }));
    await runOver(database.db, world, people(1, 60));
    const first = await send(world, 20);
    expect(first).toHaveLength(20);
    expect(await send(world, 20)).toHaveLength(5);
    expect(await send(world, 20)).toHaveLength(0);
    const leaves = ({ email }: Listed) => email === first[0]?.recipient;
    await runOver(
      database.db,
      world,
      people(1, 60).map((person) => (leaves(person) ? { ...person, left: true } : person)),
    );
    expect((await send(world, 20)).map(({ kind }) => kind)).toEqual(['close-down']);
    const wait = await after(world, 0, (trx) => waiting(trx, scopeOf(world)));
    expect(wait).toMatchObject({ left: 35, dueIn: wait.nextWaveIn });
    expect(wait.nextWaveIn).toBeGreaterThan(800);
    expect(wait.nextWaveIn).toBeLessThanOrEqual(900);
    expect(await send(world, 40, 16)).toHaveLength(25);
    expect(await send(world, 40, 16)).toHaveLength(0);
    expect(await send(world, 40, 32)).toHaveLength(10);
    expect((await after(world, 32, (trx) => waiting(trx, scopeOf(world)))).left).toBe(0);
  });
});

describe('an invitation that is asked for again', () => {
  const again = (world: World, member: string) => inWorld(world, (trx) => inviteAgain(trx, member));
  const open = async (token: string | undefined) => (await findInvitation(database.db, token ?? ''))?.state ?? 'closed';

  test('has a new link and closes the one before; it waits for no wave', async () => {
    const world = await createWorld(database.db);
    await inWorld(world, (trx) => trx('programmes').update({ invitations_per_hour: 100 }));
    await runOver(database.db, world, people(1, 30));
    const sent = await send(world, 25);
    const lost = sent[0]!;
    expect(await send(world, 25)).toHaveLength(0);
    expect(await open(lost.link?.token)).toBe('open');
    expect(await again(world, lost.member!)).toEqual({ integration: world.integration });
    expect(await open(lost.link?.token)).toBe('closed');
    const [next] = await send(world, 25);
    expect(next).toMatchObject({
      kind: 'invitation',
      member: lost.member,
      recipient: lost.recipient,
      import: lost.import,
    });
    expect(next?.messageId).not.toBe(lost.messageId);
    expect(await open(next?.link?.token)).toBe('open');
    expect(await again(world, lost.member!)).toEqual({ integration: world.integration });
    expect(await again(world, lost.member!)).toEqual({ refused: expect.stringContaining('on its way') });
  });

  test('is refused with the reason: a password, a decision that is due, an account that closes, an integration that is revoked', async () => {
    const { world } = await sudden();
    const member = async (number: string) =>
      (await membersOf(database.db, world)).find(({ employee_id }) => employee_id === number)!.id;
    expect(await again(world, await member('N70'))).toEqual({
      refused: expect.stringContaining('waits for a decision'),
    });
    await send(world, 20);
    await inWorld(world, async (trx) =>
      trx('member_sign_ins').insert({
        programme_id: world.programme,
        member_id: await member('N1'),
        password_hash: 'x',
      }),
    );
    expect(await again(world, await member('N1'))).toEqual({ refused: expect.stringContaining('set a password') });
    await runOver(database.db, world, [...people(1, 1), { ...people(2, 2)[0]!, left: true }, ...people(3, 70)]);
    expect(await again(world, await member('N2'))).toEqual({ refused: expect.stringContaining('closing down') });
    await inWorld(world, (trx) => trx('integrations').update({ state: 'revoked' }));
    expect(await again(world, await member('N3'))).toEqual({ refused: expect.stringContaining('revoked') });
    expect(await again(world, newId())).toBeNull();
  });
});
