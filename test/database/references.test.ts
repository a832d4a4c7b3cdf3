import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../database/ids.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createProgramme, createWorld, person, runOver, type World } from './directory.js';
import { until } from '../harness/until.js';

/**
 * References of the tables that a first import fills are kept by triggers of a statement (migrations 033 and 035). They have to refuse
 * what the foreign keys of Postgres refused before them, also when two transactions meet.
 */
const database = ownDatabase('references');
let world: World;
let run: string;

beforeAll(async () => {
  world = await createWorld(database.db);
  run = (await runOver(database.db, world, [person('1'), person('2')])).import;
});

const inOurs = <T>(work: (trx: Transaction) => Promise<T>): Promise<T> =>
  inProgramme(database.db, world.programme, work);

/** What Postgres calls the refusal, or `accepted`; whatever was done is undone. */
async function outcomeOf(work: (trx: Transaction) => Promise<unknown>): Promise<string> {
  const undone = new Error('undone');
  try {
    await inOurs(async (trx) => {
      await work(trx);
      throw undone;
    });
  } catch (error) {
    if (error === undone) return 'accepted';
    const { code, constraint } = error as { code?: string; constraint?: string };
    if (code === FOREIGN_KEY_VIOLATION) return String(constraint);
    throw error;
  }
  return 'accepted';
}
const FOREIGN_KEY_VIOLATION = '23503';

const change = (importId: string, ordinal: number) => ({
  programme_id: world.programme,
  import_id: importId,
  ordinal,
  kind: 'created',
  person: 'x',
  reason_code: 'new-employee',
});
const member = (more: object) => ({ programme_id: world.programme, id: newId(), state: 'active', ...more });
const RUN = 'changes_programme_id_import_id_fkey';
const INTEGRATION = 'members_programme_id_integration_id_fkey';
const PROGRAMME = 'members_programme_id_fkey';
const claim = (memberId: string, value = 'grace.oh@acme.example') => ({
  programme_id: world.programme,
  kind: 'email',
  value,
  member_id: memberId,
});
const CLAIM = 'member_keys_programme_id_member_id_fkey';
const REFERENCE = 'manager_references_programme_id_integration_id_fkey';
const anybody = async (trx: Transaction): Promise<string> => (await trx('members').first<{ id: string }>('id')).id;

async function somebodyWaits(): Promise<boolean> {
  const { rows } = await database.db.raw<{ rows: { waiting: number }[] }>(
    `select count(*) as waiting from pg_stat_activity where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
  );
  return (rows[0]?.waiting ?? 0) > 0;
}

describe('a row that points at nothing is refused', () => {
  test('among many that do not', async () => {
    expect(await outcomeOf((trx) => trx('changes').insert([change(run, 90), change(run, 91)]))).toBe('accepted');
    expect(await outcomeOf((trx) => trx('changes').insert([change(run, 90), change(newId(), 91)]))).toBe(RUN);
    const linked = { integration_id: world.integration, provider_person_id: 'x' };
    expect(await outcomeOf((trx) => trx('members').insert(member(linked)))).toBe('accepted');
    const lost = { integration_id: newId(), provider_person_id: 'y' };
    expect(await outcomeOf((trx) => trx('members').insert([member(linked), member(lost)]))).toBe(INTEGRATION);
  });

  test('when it is made by a change', async () => {
    expect(await outcomeOf((trx) => trx('changes').where({ import_id: run }).update({ email: null }))).toBe('accepted');
    const moved = (trx: Transaction) => trx('changes').where({ import_id: run }).update({ import_id: newId() });
    expect(await outcomeOf(moved)).toBe(RUN);
    expect(await outcomeOf((trx) => trx('members').update({ integration_id: newId() }))).toBe(INTEGRATION);
  });

  test('when the programme is not there, also of an account made by hand', async () => {
    expect(await outcomeOf((trx) => trx('members').insert(member({})))).toBe('accepted');
    const nowhere = newId();
    const attempt = inProgramme(database.db, nowhere, (trx) =>
      trx('members').insert({ programme_id: nowhere, id: newId(), state: 'active' }),
    );
    await expect(attempt).rejects.toMatchObject({ code: FOREIGN_KEY_VIOLATION, constraint: PROGRAMME });
  });

  test('a claim of nobody, and one of a member whom this transaction has made and taken away', async () => {
    expect(await outcomeOf(async (trx) => trx('member_keys').insert(claim(await anybody(trx))))).toBe('accepted');
    expect(await outcomeOf((trx) => trx('member_keys').insert(claim(newId())))).toBe(CLAIM);
    const amongOthers = async (trx: Transaction) => {
      const made = member({});
      await trx('members').insert(made);
      await trx('member_keys').insert([
        claim(await anybody(trx), 'one'),
        claim(made.id, 'two'),
        claim(newId(), 'three'),
      ]);
    };
    expect(await outcomeOf(amongOthers)).toBe(CLAIM);
    const made = member({});
    const madeAndGone = async (trx: Transaction) => {
      await trx('members').insert(made);
      await trx('members').where({ id: made.id }).delete();
      await trx('member_keys').insert(claim(made.id));
    };
    expect(await outcomeOf(madeAndGone)).toBe(CLAIM);
    // In a savepoint, as provisioning does it, and of a member made in a savepoint that was undone.
    const apart = async (trx: Transaction) => {
      await trx('members').insert(made);
      await trx.transaction((inner) => inner('member_keys').insert(claim(made.id)));
    };
    expect(await outcomeOf(apart)).toBe('accepted');
    const undone = async (trx: Transaction) => {
      const inner = await trx.transaction();
      await inner('members').insert(made);
      await inner.rollback();
      await trx('member_keys').insert(claim(made.id));
    };
    expect(await outcomeOf(undone)).toBe(CLAIM);
  });

  test('a claim that is made over to nobody, and a manager of no integration', async () => {
    expect(await outcomeOf((trx) => trx('member_keys').update({ member_id: newId() }))).toBe(CLAIM);
    expect(await outcomeOf((trx) => trx('member_keys').update({ strength: 'grace' }))).toBe('accepted');
    const named = async (trx: Transaction, integration: string) =>
      trx('manager_references').insert({
        programme_id: world.programme,
        integration_id: integration,
        reference: 'x',
        manager_id: await anybody(trx),
      });
    expect(await outcomeOf((trx) => named(trx, world.integration))).toBe('accepted');
    expect(await outcomeOf((trx) => named(trx, newId()))).toBe(REFERENCE);
  });

  test('when what it points at is of another programme', async () => {
    const theirs = await createWorld(database.db);
    const theirRun = (await runOver(database.db, theirs, [])).import;
    expect(await outcomeOf((trx) => trx('changes').insert(change(theirRun, 90)))).toBe(RUN);
    const linked = { integration_id: theirs.integration, provider_person_id: 'x' };
    expect(await outcomeOf((trx) => trx('members').insert(member(linked)))).toBe(INTEGRATION);
    const theirMember = await inProgramme(database.db, theirs.programme, async (trx) => {
      const made = { ...member({}), programme_id: theirs.programme };
      await trx('members').insert(made);
      return made.id;
    });
    expect(await outcomeOf((trx) => trx('member_keys').insert(claim(theirMember)))).toBe(CLAIM);
  });
});

describe('what is pointed at stays', () => {
  test('neither deleted nor given another id', async () => {
    // Whatever else points there is taken away first, so that nothing but these references can refuse.
    const alone = (work: (trx: Transaction) => Promise<unknown>) => async (trx: Transaction) => {
      await trx('outbox').delete();
      await work(trx);
    };
    const ofRun = (trx: Transaction) => trx('import_runs').where({ id: run });
    expect(await outcomeOf(alone((trx) => ofRun(trx).delete()))).toBe(RUN);
    expect(await outcomeOf(alone((trx) => ofRun(trx).update({ id: newId() })))).toBe(RUN);
    expect(await outcomeOf(alone((trx) => ofRun(trx).update({ id: run })))).toBe('accepted');
    const emptied = alone(async (trx) => {
      await trx('changes').delete();
      await ofRun(trx).delete();
    });
    expect(await outcomeOf(emptied)).toBe('accepted');
  });

  test('a member who has a claim', async () => {
    const made = member({});
    const claimed = (work: (trx: Transaction) => Promise<unknown>) => async (trx: Transaction) => {
      await trx('members').insert(made);
      await trx('member_keys').insert(claim(made.id));
      await work(trx);
    };
    const ofIt = (trx: Transaction) => trx('members').where({ id: made.id });
    expect(await outcomeOf(claimed((trx) => ofIt(trx).delete()))).toBe(CLAIM);
    expect(await outcomeOf(claimed((trx) => ofIt(trx).update({ id: newId() })))).toBe(CLAIM);
    expect(await outcomeOf(claimed((trx) => ofIt(trx).update({ email: null })))).toBe('accepted');
    const freed = claimed(async (trx) => {
      await trx('member_keys').where({ member_id: made.id }).delete();
      await ofIt(trx).delete();
    });
    expect(await outcomeOf(freed)).toBe('accepted');
  });

  test('an integration and a programme too', async () => {
    const programme = await createProgramme(database.db);
    const integration = newId();
    await inProgramme(database.db, programme, async (trx) => {
      const made = { programme_id: programme, id: integration, provider: 'sage-hr', name: 'Acme', created_by: 'test' };
      await trx('integrations').insert(made);
      const linked = { integration_id: integration, provider_person_id: 'x' };
      await trx('members').insert({ ...member(linked), programme_id: programme });
    });
    const refused = (constraint: string) => ({ code: FOREIGN_KEY_VIOLATION, constraint });
    const within = (work: (trx: Transaction) => Promise<unknown>) => inProgramme(database.db, programme, work);
    await expect(within((trx) => trx('integrations').delete())).rejects.toMatchObject(refused(INTEGRATION));
    await within(async (trx) => {
      await trx('members').update({ integration_id: null, provider_person_id: null });
      await trx('integrations').delete();
    });
    await expect(within((trx) => trx('programmes').delete())).rejects.toMatchObject(refused(PROGRAMME));
    await within(async (trx) => {
      await trx('members').delete();
      expect(await trx('programmes').delete()).toBe(1);
    });
  });

  test('who deletes a member waits for a transaction that has just given them a claim, and is refused then', async () => {
    const made = member({});
    await inOurs((trx) => trx('members').insert(made));
    const deleting = await inOurs(async (trx) => {
      await trx('member_keys').insert(claim(made.id, 'waited.for@acme.example'));
      const ended = inOurs((other) => other('members').where({ id: made.id }).delete()).then(
        () => 'deleted',
        (error: unknown) => (error as { constraint?: string }).constraint,
      );
      await until('the deletion to wait', somebodyWaits);
      return { ended };
    });
    expect(await deleting.ended).toBe(CLAIM);
  });

  test('who deletes it waits for a transaction that has just pointed at it, and is refused then', async () => {
    const theirs = await createWorld(database.db);
    const theirRun = (await runOver(database.db, theirs, [])).import;
    const within = <T>(work: (trx: Transaction) => Promise<T>) => inProgramme(database.db, theirs.programme, work);
    const deleting = await within(async (trx) => {
      await trx('changes').insert({ ...change(theirRun, 1), programme_id: theirs.programme });
      const begun = within(async (other) => {
        await other('outbox').delete();
        await other('import_runs').where({ id: theirRun }).delete();
      });
      const ended = begun.then(
        () => 'deleted',
        (error: unknown) => (error as { constraint?: string }).constraint,
      );
      await until('the deletion to wait', somebodyWaits);
      return { ended };
    });
    expect(await deleting.ended).toBe(RUN);
  });
});
