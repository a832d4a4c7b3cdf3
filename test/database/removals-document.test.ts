import { beforeAll, describe, expect, test } from '@jest/globals';
import { createSegment } from '../../activities/segment.js';
import { askAboutHeldRemovals } from '../../database/holds.js';
import { newId } from '../../database/ids.js';
import { closeRun, openRun } from '../../database/import-runs.js';
import { findToLookUp, noteUnlooked, saveLookUps } from '../../database/look-ups.js';
import { planChanges } from '../../database/plan.js';
import { loadRun } from '../../database/run-context.js';
import { peopleTable } from '../../database/staging.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { DEFAULT_REMOVAL_LIMIT } from '../../domain/removal-limit.js';
import { tableOf } from '../harness/tables.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, type World } from './directory.js';

/** docs/removals.md is what happens: each cell is a plan over so many members, made and taken back. */
const ROWS = tableOf('docs/removals.md', 'Lost, by how many and how');
const HOW = ['leave', 'segment', 'vanish, proven', 'vanish, not proven'] as const;
const LOOKED_UP = tableOf('docs/removals.md', 'Missing for the first time, by what the look-up says');
const ANSWERS = ['gone', 'there', 'unknown'] as const;
type How = (typeof HOW)[number] | (typeof ANSWERS)[number];

const database = ownDatabase('removalsdocument');

describe.each([...new Set(ROWS.map(([people]) => Number(people)))])('of %s people', (people) => {
  let world: World;
  beforeAll(async () => {
    const rule = { field: 'team', op: 'equals', values: ['Sales'] } as const;
    const segment = { outside: 'revoke', rule } as const;
    world = await createWorld(database.db, { removalLimit: DEFAULT_REMOVAL_LIMIT, segment });
    await inProgramme(database.db, world.programme, (trx) => insertMembers(trx, world, people));
  }, 60_000);

  const cellsOf = (rows: typeof ROWS, columns: readonly How[]) =>
    rows
      .filter(([size]) => Number(size) === people)
      .flatMap(([, share = '', ...expected]) =>
        expected.map((cell, at): [string, How, string] => [share, columns[at]!, cell]),
      );
  const cells = [...cellsOf(ROWS, HOW), ...cellsOf(LOOKED_UP, ANSWERS)];
  test.each(cells)('%s lost, %s: %s', async (share, how, expected) => {
    const lost = share.endsWith('%') ? Math.max(1, Math.floor((people * Number.parseInt(share)) / 100)) : Number(share);
    expect(await outcomeOf(world, { people, lost, how })).toBe(expected);
  });
});

async function insertMembers(trx: Transaction, { programme, integration }: World, people: number): Promise<void> {
  await trx.raw(
    `insert into members (programme_id, id, state, integration_id, provider_person_id, sync_key, employee_id, email, username, first_name, team)
     select :programme, rollcall_new_id(), 'active', :integration, 'p' || n, 'N' || n, 'N' || n, mail, mail, 'Person ' || n, 'Sales'
     from generate_series(1, cast(:people as integer)) n cross join lateral (select 'person' || n || '@acme.example' as mail) m`,
    { programme, integration, people },
  );
  await trx.raw(
    `insert into member_keys (programme_id, kind, value, member_id) select programme_id, 'email', email, id from members where integration_id = ?`,
    [integration],
  );
  await trx.raw('analyze members, member_keys');
}

interface Case {
  readonly people: number;
  readonly lost: number;
  readonly how: How;
}

class TakenBack extends Error {}

async function outcomeOf(world: World, given: Case): Promise<string> {
  if (given.how.startsWith('vanish') && given.lost === given.people) return outcomeOfNobody(world);
  let outcome = '';
  const undone = inProgramme(database.db, world.programme, async (trx) => {
    outcome = await planned(trx, world, given);
    throw new TakenBack();
  });
  await expect(undone).rejects.toThrow(TakenBack);
  return outcome;
}

async function planned(trx: Transaction, world: World, { people, lost, how }: Case): Promise<string> {
  const opened = await open(trx, world);
  const answer = ANSWERS.find((one) => one === how);
  const gone = how.startsWith('vanish') || answer !== undefined;
  await trx.raw(
    `insert into ${peopleTable(opened.import)} (provider_person_id, list, page, place, standing, outside, segment_values, sync_key, employee_id, email, email_key,
       username, first_name, team)
     select 'p' || n, 0, 0, n, case when l.lost and :leave then 'left' else 'employed' end, l.lost and :segment,
       array[case when l.lost and :segment then 'Service' else 'Sales' end], 'N' || n, 'N' || n, mail, mail, mail, 'Person ' || n, 'Sales'
     from generate_series(1, cast(:people as integer)) n
     cross join lateral (select 'person' || n || '@acme.example' as mail, n <= cast(:lost as integer) as lost) l
     where not (l.lost and :gone)`,
    { people, lost, leave: how === 'leave', segment: how === 'segment', gone },
  );
  await trx.raw(`alter table ${peopleTable(opened.import)} add primary key (provider_person_id)`);
  if (gone) {
    const proof = how === 'vanish, not proven' ? 'incomplete' : 'proven';
    await trx('import_runs').where({ id: opened.import }).update({ proof });
  }
  if (gone && answer === undefined) {
    await trx.raw(
      `update members set absent_since = rollcall_now() - interval '13 hours'
       where integration_id = ? and cast(substr(provider_person_id, 2) as integer) <= ?`,
      [world.integration, lost],
    );
  }
  const context = await loadRun(trx, opened.import);
  if (answer !== undefined) {
    const { people: asked, isTooMany } = await findToLookUp(trx, context);
    await noteUnlooked(trx, context, isTooMany);
    await saveLookUps(trx, context, new Map(asked.map(({ member }) => [member, answer])));
  }
  const { counts } = await planChanges(trx, context);
  const held = await askAboutHeldRemovals(trx, context);
  const removed = (counts.leaver ?? 0) + (counts.revoked ?? 0) + (counts.vanished ?? 0);
  const changed = Object.entries(counts).filter(([kind, count]) => count > 0 && !UNTOUCHED.includes(kind)).length;
  if (removed === 0 && held === 0 && changed === 0) return 'nobody';
  if (removed !== lost || changed !== 1) return `${removed} of ${lost}, ${JSON.stringify(counts)}`;
  if (held === 0) return 'go';
  return held === lost ? 'wait' : `${held} of ${lost} wait`;
}

const UNTOUCHED = ['unchanged', 'skipped', 'warnings'];

/** A directory without anybody is judged before there is a plan. */
async function outcomeOfNobody(world: World): Promise<string> {
  const { programme, integration } = world;
  const opened = await inProgramme(database.db, programme, (trx) => open(trx, world));
  const run = { programme, integration, import: opened.import, lane: 'write', epoch: opened.epoch } as const;
  const outcome = await createSegment({ db: database.db })({ ...run, provider: 'sage-hr' }).then(
    () => 'not refused',
    (error: unknown) =>
      error instanceof Error && 'type' in error && error.type === 'DirectoryEmpty' ? 'refused' : error,
  );
  const ending = { state: 'cancelled', failureCode: null, failureDetail: null } as const;
  await inProgramme(database.db, programme, (trx) => closeRun(trx, integration, opened.import, ending));
  return String(outcome);
}

const open = (trx: Transaction, { integration }: World) =>
  openRun(trx, integration, {
    ...{ kind: 'import', lane: 'write', trigger: 'on-demand', requestKey: newId(), whenBusy: 'join' },
  });
