import { describe, expect, test } from '@jest/globals';
import { decide } from '../../database/decisions.js';
import { askAboutHeldRemovals } from '../../database/holds.js';
import { newId } from '../../database/ids.js';
import { openRun } from '../../database/import-runs.js';
import {
  countLookUps,
  doubtLookUps,
  findControls,
  findToLookUp,
  isSomebodyMissing,
  noteUnlooked,
  saveLookUps,
  type Answer,
} from '../../database/look-ups.js';
import { planChanges } from '../../database/plan.js';
import { loadRun, type RunContext } from '../../database/run-context.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import {
  createWorld,
  endRun,
  kindsOf,
  membersOf,
  person,
  planOver,
  problemsOf,
  provision,
  type Listed,
  type Planned,
  type World,
} from './directory.js';
import type { Decision } from '../../domain/decision.js';

/** Who is asked for one by one, and what the plan makes of an answer. */
const database = ownDatabase('lookups');

type Answers = Readonly<Record<string, Answer>>;
const many = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => person(`${from + at}`));
/** Of more than two hundred nobody is asked for. */
const CROWD = 460;
const GONE = 230;

interface Looked extends Planned {
  /** Who was asked for, as the provider knows them. */
  readonly asked: string[];
}

/** The step between segment and plan, with answers as a vendor gives them; of others nothing is known. */
async function look(trx: Transaction, run: RunContext, answers: Answers, isDoubted = false): Promise<string[]> {
  const { people, isTooMany } = await findToLookUp(trx, run);
  await noteUnlooked(trx, run, isTooMany);
  if (isDoubted) await doubtLookUps(trx, run);
  await saveLookUps(trx, run, new Map(people.map(({ member, person: id }) => [member, answers[id] ?? 'unknown'])));
  return people.map(({ person: id }) => id).sort();
}

interface Circumstances {
  readonly isDoubted?: boolean;
  readonly proof?: 'proven' | 'incomplete';
  readonly requestKey?: string;
}

async function run(
  world: World,
  people: readonly Listed[],
  answers: Answers = {},
  { isDoubted = false, proof = 'proven', requestKey = newId() }: Circumstances = {},
): Promise<Looked> {
  let asked: string[] = [];
  const planned = await planOver(database.db, world, people, proof, Infinity, requestKey, async (trx, context) => {
    asked = await look(trx, context, answers, isDoubted);
  });
  await provision(database.db, planned);
  await endRun(database.db, planned);
  return { ...planned, asked };
}

const inWorld = <T>({ programme }: World, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, programme, work);
const hoursPass = (world: World, hours: number) =>
  inWorld(world, (trx) =>
    trx.raw('update members set absent_since = absent_since - make_interval(hours => ?)', [hours]),
  );
const stateOf = async (world: World, id: string) =>
  (await membersOf(database.db, world)).find(({ provider_person_id }) => provider_person_id === id)?.state;
const absentSince = (world: World) =>
  inWorld(world, async (trx) => {
    const rows: { id: string }[] = await trx('members')
      .whereNotNull('absent_since')
      .select({ id: 'provider_person_id' });
    return rows.map(({ id }) => id).sort();
  });
const changes = (world: World, { import: id }: { import: string }) =>
  inWorld(world, (trx) =>
    trx('changes')
      .where({ import_id: id })
      .orderBy('ordinal')
      .select<{ person: string; reason_code: string; outcome: string | null }[]>('person', 'reason_code', 'outcome'),
  );
const reasons = async (world: World, of: { import: string }) => [
  ...new Set((await changes(world, of)).map(({ reason_code, outcome }) => `${reason_code} ${outcome ?? 'goes'}`)),
];

async function started(people: readonly Listed[], wishes: Parameters<typeof createWorld>[1] = {}): Promise<World> {
  const world = await createWorld(database.db, wishes);
  await run(world, people);
  return world;
}

const FIVE = many(1, 6);

describe('somebody who is missing for the first time', () => {
  test('goes at once when the HR system says gone, and the reason says so', async () => {
    const world = await started(FIVE);
    const second = await run(world, FIVE.slice(1), { 1: 'gone' });
    expect(second.asked).toEqual(['1']);
    expect(kindsOf(second.counts)).toEqual({ vanished: 1, unchanged: 4, skipped: 0 });
    expect(await reasons(world, second)).toEqual(['looked-up-gone goes']);
    expect(await stateOf(world, '1')).toBe('closing-down');
    expect((await run(world, FIVE)).counts).toMatchObject({ reactivated: 1 });
  });

  test('is left to a second import twelve hours later when the answer is none', async () => {
    const world = await started(FIVE);
    expect((await run(world, FIVE.slice(1), { 1: 'unknown' })).counts.vanished).toBeUndefined();
    await hoursPass(world, 12);
    const later = await run(world, FIVE.slice(1), { 1: 'unknown' });
    expect(await reasons(world, later)).toEqual(['not-in-directory goes']);
  });

  test('stays when the HR system still has them, is told, and begins anew', async () => {
    const world = await started(FIVE);
    await run(world, FIVE.slice(1), { 1: 'unknown' });
    await hoursPass(world, 24);
    const later = await run(world, FIVE.slice(1), { 1: 'there' });
    expect(later.counts.vanished).toBeUndefined();
    expect(await problemsOf(database.db, world, later.import)).toMatchObject([
      { code: 'missing-in-list', person: '1' },
    ]);
    expect(later.counts.warnings).toBe(1);
    expect(await absentSince(world)).toEqual([]);
    await hoursPass(world, 24);
    expect((await run(world, FIVE.slice(1), { 1: 'unknown' })).counts.vanished).toBeUndefined();
  });

  test('is believed gone of no run whose control was not shown', async () => {
    const world = await started(FIVE);
    const second = await run(world, FIVE.slice(1), { 1: 'gone' }, { isDoubted: true });
    expect(second.counts.vanished).toBeUndefined();
    expect(await problemsOf(database.db, world, second.import)).toMatchObject([{ code: 'look-ups-doubted' }]);
    expect(await absentSince(world)).toEqual(['1']);
  });
});

test('a list that lacks somebody who is there is no sight of the others’ absence either', async () => {
  const world = await started(FIVE);
  await run(world, FIVE.slice(2), { 1: 'unknown', 2: 'unknown' });
  await hoursPass(world, 24);
  const later = await run(world, FIVE.slice(3), { 1: 'unknown', 2: 'there', 3: 'unknown' });
  expect(later.counts.vanished).toBeUndefined();
  // The sight of before stays one; of the third person there is none.
  expect(await absentSince(world)).toEqual(['1']);
  const last = await run(world, FIVE.slice(3), { 1: 'unknown', 2: 'there', 3: 'gone' });
  expect((await changes(world, last)).map(({ person: id, reason_code }) => `${id} ${reason_code}`)).toEqual([
    '3 looked-up-gone',
  ]);
});

describe('nobody is asked for', () => {
  const missing = async (world: World, people: readonly Listed[], proof: 'proven' | 'incomplete' = 'proven') => {
    let seen = { isMissing: true, asked: ['?'] };
    await planOver(database.db, world, people, proof, Infinity, newId(), async (trx, context) => {
      const isMissing = await isSomebodyMissing(trx, context);
      seen = { isMissing, asked: (await findToLookUp(trx, context)).people.map(({ person: id }) => id) };
    });
    return seen;
  };

  test('where nobody is missing', async () => {
    expect(await missing(await started(FIVE), FIVE)).toEqual({ isMissing: false, asked: [] });
  });
  test('without the proof of having seen everybody', async () => {
    expect(await missing(await started(FIVE), FIVE.slice(1), 'incomplete')).toEqual({ isMissing: false, asked: [] });
  });
  test('where only accounts are made', async () => {
    const creating = await started(FIVE, { setup: { preference: 'create-only' } });
    expect(await missing(creating, FIVE.slice(1))).toEqual({ isMissing: false, asked: [] });
  });
  test('who is protected', async () => {
    const world = await started(FIVE);
    await inWorld(world, (trx) => trx('members').update({ protected: true }));
    expect(await missing(world, FIVE.slice(1))).toEqual({ isMissing: false, asked: [] });
  });
  test('whom an error may be about, and finding that out writes nothing', async () => {
    const world = await started(FIVE);
    const erring = [person('x', { number: 'N1', email: 'no address' }), ...FIVE.slice(1)];
    expect(await missing(world, erring)).toEqual({ isMissing: true, asked: [] });
    const { rows } = await inWorld(world, (trx) =>
      trx.raw<{ rows: { name: string | null }[] }>(`select to_regclass('pg_temp.absent') as name`),
    );
    expect(rows).toEqual([{ name: null }]);
  });
});

test('an answer is kept until the run ends, once, and then no more', async () => {
  const world = await started(FIVE);
  const planned = await planOver(
    database.db,
    world,
    FIVE.slice(2),
    'proven',
    Infinity,
    newId(),
    async (trx, context) => {
      const { people } = await findToLookUp(trx, context);
      await saveLookUps(trx, context, new Map([[people[0]?.member ?? '', 'gone']]));
      await saveLookUps(trx, context, new Map([[people[0]?.member ?? '', 'there']]));
      expect(await countLookUps(trx, context.import)).toEqual({ gone: 1, there: 0, unknown: 0 });
      expect((await findToLookUp(trx, context)).people).toEqual(people.slice(1));
      expect(await findControls(trx, context)).toEqual(['3', '4', '5']);
    },
  );
  await endRun(database.db, planned);
  expect(await inWorld(world, (trx) => countLookUps(trx, planned.import))).toEqual({ gone: 0, there: 0, unknown: 0 });
});

describe('more than two hundred at once', () => {
  let world: World;
  let asked: Looked;
  const crowd = many(0, CROWD);
  const left = crowd.slice(GONE);

  async function lost(removalLimit: { share: number; count: number } | null): Promise<void> {
    world = await started(crowd, { removalLimit });
    asked = await run(world, left);
  }

  async function approve(answers: Answers): Promise<Planned> {
    const operation = newId();
    const { digest } = await inWorld(world, (trx) =>
      trx('removal_holds').where({ state: 'open' }).first<{ digest: string }>('digest'),
    );
    return inWorld(world, async (trx) => {
      const decision = { decision: 'approve', planDigest: digest } as const;
      await decide(trx, { integration: world.integration, operation, actor: 'test' }, decision);
      return operation;
    }).then((requestKey) => carryOut(requestKey, answers));
  }

  async function carryOut(requestKey: string, answers: Answers): Promise<Planned> {
    const { programme, integration } = world;
    const opened = await inWorld(world, (trx) =>
      openRun(trx, integration, {
        ...{ kind: 'removals', lane: 'write', trigger: 'on-demand', requestKey, whenBusy: 'join' },
      }),
    );
    const fence: Fence = { programme, integration, lane: 'write', epoch: opened.epoch };
    const planned = await inRun(database.db, fence, async (trx) => {
      const context = await loadRun(trx, opened.import);
      await look(trx, context, answers);
      const { counts } = await planChanges(trx, context);
      await trx('import_runs')
        .where({ id: opened.import })
        .update({ counts: JSON.stringify(counts) });
      return { import: opened.import, counts, held: await askAboutHeldRemovals(trx, context), fence };
    });
    await provision(database.db, planned);
    await endRun(database.db, planned);
    return planned;
  }

  const removed = async () =>
    (await membersOf(database.db, world)).filter(({ state }) => state === 'closing-down').length;

  test.each([
    ['with a limit', { share: 0.1, count: 100 }],
    ['where the limit is switched off', null],
  ])('nobody is asked for, and all wait, %s', async (_, limit) => {
    await lost(limit);
    expect(asked.asked).toEqual([]);
    expect(asked).toMatchObject({ counts: { vanished: GONE }, held: GONE });
    expect(await reasons(world, asked)).toEqual(['absent-unlooked held']);
    expect(await removed()).toBe(0);
  });

  test('each is asked for when the removals are approved: only who is gone goes', async () => {
    await lost({ share: 0.1, count: 100 });
    const answers: Record<string, Answer> = {};
    for (const { id } of crowd.slice(0, GONE)) answers[id] = 'gone';
    const run = await approve({ ...answers, 0: 'there', 1: 'unknown' });
    const outcomes = await changes(world, run);
    const of = (id: string) => outcomes.find(({ person: one }) => one === id);
    expect(of('0')).toMatchObject({ reason_code: 'still-there', outcome: 'stale' });
    expect(of('1')).toMatchObject({ reason_code: 'look-up-unanswered', outcome: 'stale' });
    expect(of('2')).toMatchObject({ reason_code: 'looked-up-gone', outcome: null });
    expect(await removed()).toBe(GONE - 2);
    expect(await absentSince(world)).not.toContain('0');
  });

  test('without an answer somebody goes whom a second import has missed meanwhile', async () => {
    await lost({ share: 0.1, count: 100 });
    await hoursPass(world, 13);
    expect(await reasons(world, await run(world, left))).toEqual(['not-in-directory held']);
    await approve({});
    expect(await removed()).toBe(GONE);
  });

  test('with the limit switched off those go by themselves whom a second import misses', async () => {
    await lost(null);
    await hoursPass(world, 13);
    expect(await reasons(world, await run(world, left))).toEqual(['not-in-directory goes']);
    expect(await removed()).toBe(GONE);
  });

  test('an import that carries an approval out asks for those first, and nobody goes unasked', async () => {
    await lost({ share: 0.1, count: 100 });
    const operation = newId();
    await inWorld(world, async (trx) => {
      const { digest } = await trx('removal_holds').where({ state: 'open' }).first<{ digest: string }>('digest');
      const decision: Decision = { decision: 'approve', planDigest: digest, only: ['N0', 'N1', 'N2'] };
      await decide(trx, { integration: world.integration, operation, actor: 'test' }, decision);
    });
    const next = await run(world, left, { 0: 'gone', 1: 'there', 2: 'unknown' }, { requestKey: operation });
    expect(next.asked).toEqual(['0', '1', '2']);
    const outcomes = await changes(world, next);
    const of = (id: string) => outcomes.find(({ person: one }) => one === id);
    expect(of('0')).toMatchObject({ reason_code: 'looked-up-gone', outcome: null });
    expect(of('1')).toMatchObject({ reason_code: 'still-there', outcome: 'stale' });
    expect(of('2')).toMatchObject({ reason_code: 'absent-unlooked', outcome: 'held' });
    expect(await removed()).toBe(1);
    expect(await stateOf(world, '0')).toBe('closing-down');
  });
});
