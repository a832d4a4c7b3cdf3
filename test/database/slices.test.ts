import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import pg from 'pg';
import { createProvision } from '../../activities/provision.js';
import { inProgramme } from '../../database/transaction.js';
import { openClone, type OpenDatabase } from '../harness/own-database.js';
import { createWorld, person, planOver, runOver, type Planned, type World } from './directory.js';

/**
 * The slices of a plan, as the activity carries them out: two at a time, recorded in their order, and each done once
 * whatever became of the others.
 */
let database: OpenDatabase;
let world: World;
beforeEach(async () => {
  database = await openClone('slices');
  world = await createWorld(database.db);
});
afterEach(() => database.close());

/** Several times as long as a slice takes. */
const HELD_UP_MS = 300;

const people = (count: number) => Array.from({ length: count }, (_, at) => person(String(at + 1)));

async function carryOut(planned: Planned, rowsPerSlice = 4) {
  // A slice that fails is what some of these tests are about: nobody has to read of it.
  const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
  const beats: number[] = [];
  environment.on('heartbeat', ({ applied }: { applied: number }) => beats.push(applied));
  const provision = createProvision({ ...database, rowsPerSlice });
  const run = { ...planned.fence, import: planned.import, provider: 'sage-hr' };
  const applied: { finished: boolean; applied: number } = await environment.run(provision, run);
  return { ...applied, beats };
}

const look = <T>(work: Parameters<typeof inProgramme<T>>[2]) => inProgramme(database.db, world.programme, work);
const persons = async () =>
  (await look((trx) => trx('members').pluck<string[]>('provider_person_id'))).map(Number).sort((a, b) => a - b);
const appliedThrough = async (planned: Planned) =>
  (
    await look((trx) =>
      trx('import_runs')
        .where({ id: planned.import })
        .first<{ through: number | null }>({ through: 'applied_through' }),
    )
  ).through;

/** While it works, no account is made for that person. */
async function refusing<T>(id: string, work: () => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    await admin.query(`create function refuse() returns trigger language plpgsql as $$ begin
      if new.provider_person_id = '${id}' then raise exception 'refused by the test'; end if; return new; end $$;
      create trigger refuse before insert on members for each row execute function refuse()`);
    return await work();
  } finally {
    await admin.query('drop trigger refuse on members; drop function refuse()');
    await admin.end();
  }
}

describe('a plan of many slices', () => {
  test('is carried out once, recorded slice by slice', async () => {
    const planned = await planOver(database.db, world, people(25));
    expect(await carryOut(planned)).toEqual({ finished: true, applied: 25, beats: [4, 8, 12, 16, 20, 24, 25] });
    expect(await persons()).toEqual(people(25).map(({ id }) => Number(id)));
    expect(await carryOut(planned)).toEqual({ finished: true, applied: 25, beats: [] });
  });

  test('stops behind the last whole slice before one that fails, and goes on there', async () => {
    const planned = await planOver(database.db, world, people(25));
    await refusing('14', async () => {
      await expect(carryOut(planned)).rejects.toThrow('refused by the test');
    });
    expect(await appliedThrough(planned)).toBe(12);
    expect(await persons()).toHaveLength(12);
    expect(await carryOut(planned)).toMatchObject({ finished: true, beats: [16, 20, 24, 25] });
    expect(await persons()).toEqual(people(25).map(({ id }) => Number(id)));
  });

  test('fails with the first slice, and has done nothing', async () => {
    const planned = await planOver(database.db, world, people(9));
    await refusing('2', async () => {
      await expect(carryOut(planned)).rejects.toThrow('refused by the test');
    });
    expect(await appliedThrough(planned)).toBeNull();
    expect(await persons()).toEqual([]);
  });

  test('changes identities first and alone, whatever the others take', async () => {
    await runOver(database.db, world, people(6));
    // Two swap their addresses, a third gives theirs up, which a newcomer has now, and many are new.
    const [first, second, third, ...others] = people(14);
    const moved = [
      { ...person('1'), email: second?.email ?? null },
      { ...person('2'), email: first?.email ?? null },
      { ...person('3'), email: 'another@acme.example' },
    ];
    const newcomer = { ...person('15'), email: third?.email ?? null };
    const planned = await planOver(database.db, world, [newcomer, ...moved, ...others]);
    // Somebody holds the slice up, and no other begins meanwhile: it would meet the address before it is given up.
    const carriedOut = await look(async (trx) => {
      await trx('members').where({ provider_person_id: '3' }).forUpdate();
      const begun = { carriedOut: carryOut(planned, 3) };
      await delay(HELD_UP_MS);
      return begun;
    });
    const { finished, beats } = await carriedOut.carriedOut;
    expect(finished).toBe(true);
    expect(beats[0]).toBe(0);
    expect(beats).toEqual([...beats].sort((a, b) => a - b));
    expect(await persons()).toHaveLength(15);
    const emails = await look((trx) =>
      trx('members').select<{ id: string; email: string }[]>({ id: 'provider_person_id' }, 'email'),
    );
    expect(Object.fromEntries(emails.map(({ id, email }) => [id, email]))).toMatchObject({
      1: 'person2@acme.example',
      2: 'person1@acme.example',
      3: 'another@acme.example',
      15: 'person3@acme.example',
    });
  });
});
