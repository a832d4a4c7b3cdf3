import { NAMELESS } from '../domain/person-reader.js';
import { mostLookUps } from '../domain/removal-limit.js';
import { ABSENCE_COUNTS, findAbsent } from './absent.js';
import { findKnownPeople } from './known-people.js';
import { STILL_APPROVED } from './limits.js';
import { matchPeople } from './match-people.js';
import { DECIDED } from './plan-removals.js';
import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import { AS_SETS, type Transaction } from './transaction.js';

/**
 * Who is to be asked for one by one before the plan is made, and what the HR system answered. The plan's SQL alone decides
 * what follows of an answer.
 */
export type Answer = 'gone' | 'there' | 'unknown';

export interface Missing {
  readonly member: string;
  /** As the provider knows them. */
  readonly person: string;
}

export interface ToLookUp {
  /** Without those who were asked for already. */
  readonly people: readonly Missing[];
  /** More are absent than are asked for one by one. */
  readonly isTooMany: boolean;
}

/** Asked for beside them: if none of these is shown, the answers about the others mean nothing. */
const CONTROLS = 3;

/**
 * Is somebody missing who would vanish? A superset of those that the plan calls absent, at the price of one comparison, so
 * that nothing more is done where nobody is.
 */
export async function isSomebodyMissing(trx: Transaction, run: RunContext): Promise<boolean> {
  if (!(await mayInferAbsence(trx, run))) return false;
  await trx.raw(AS_SETS);
  const { rows } = await trx.raw<{ rows: { missing: number }[] }>(
    `select count(*) as missing from members m where m.integration_id = :integration and m.state = 'active' and not m.protected
       and not exists (select from ${peopleTable(run.import)} s where s.provider_person_id = m.provider_person_id)`,
    { integration: run.integration },
  );
  return (rows[0]?.missing ?? 0) > 0;
}

/** The directory was read, all of it, and whoever is missing would be removed. */
async function mayInferAbsence(trx: Transaction, { kind, membersBefore, import: id, configuration }: RunContext) {
  if (!ABSENCE_COUNTS.includes(kind) || membersBefore === 0 || configuration.setup.preference === 'create-only') {
    return false;
  }
  const proven: unknown = await trx('import_runs').where({ id, proof: 'proven', from_snapshot: false }).first('id');
  return proven !== undefined;
}

export async function findToLookUp(trx: Transaction, run: RunContext): Promise<ToLookUp> {
  if (run.kind === 'removals') return { people: await approvedUnlooked(trx, run), isTooMany: false };
  if (!(await mayInferAbsence(trx, run))) return { people: [], isTooMany: false };
  // What is found is the plan's to write: all that was noted on the way is taken back.
  const apart = await trx.transaction();
  try {
    return await findMissing(apart, run);
  } finally {
    await apart.rollback();
  }
}

async function findMissing(trx: Transaction, run: RunContext): Promise<ToLookUp> {
  const bindings = { import: run.import, integration: run.integration };
  const plan = { staged: peopleTable(run.import), bindings };
  const { unlinked } = await matchPeople(trx, plan);
  await findKnownPeople(trx, run, { ...plan, unlinked });
  await findAbsent(trx, plan);
  const { rows: counted } = await trx.raw<{ rows: { count: number }[] }>(
    'select count(*) as count from absent a join members m on m.id = a.id where not m.protected',
  );
  const isTooMany = (counted[0]?.count ?? 0) > mostLookUps(run.live.removalLimit, run.membersBefore);
  const approved = `exists (select from removal_hold_members d join removal_holds h on h.id = d.hold_id
    where h.integration_id = :integration and d.member_id = m.id and d.cause = 'vanished' and ${STILL_APPROVED})`;
  const { rows: people } = await trx.raw<{ rows: Missing[] }>(
    `select m.id as member, m.provider_person_id as person from absent a join members m on m.id = a.id
     where not m.protected and (not :isTooMany or ${approved})
       and not exists (select from look_ups u where u.import_id = :import and u.member_id = m.id)
     order by m.id`,
    { ...bindings, isTooMany },
  );
  return { people, isTooMany };
}

/** Whoever was held because too many were missing is asked for before an approval is carried out. */
async function approvedUnlooked(trx: Transaction, run: RunContext): Promise<readonly Missing[]> {
  const { rows } = await trx.raw<{ rows: Missing[] }>(
    `select m.id as member, m.provider_person_id as person from ${DECIDED}
     where r.id = :import and c.reason_code = 'absent-unlooked'
       and not exists (select from look_ups u where u.import_id = r.id and u.member_id = m.id)
     order by m.id`,
    { import: run.import },
  );
  return rows;
}

/** People who are there as far as anybody knows: in the list that was read, else in the last one. */
export async function findControls(trx: Transaction, run: RunContext): Promise<readonly string[]> {
  const found: { person: string }[] =
    run.kind === 'removals'
      ? await trx('members')
          .where({ integration_id: run.integration, state: 'active', absent_since: null })
          .orderBy('provider_person_id')
          .limit(CONTROLS)
          .select({ person: 'provider_person_id' })
      : await trx(peopleTable(run.import))
          .where({ standing: 'employed' })
          .whereNot('provider_person_id', 'like', `${NAMELESS}:%`)
          .orderBy('provider_person_id')
          .limit(CONTROLS)
          .select({ person: 'provider_person_id' });
  return found.map(({ person }) => person);
}

export async function noteUnlooked(trx: Transaction, run: RunContext, isTooMany: boolean): Promise<void> {
  await trx('import_runs').where({ id: run.import }).update({ unlooked: isTooMany });
}

/** From now on nobody of this run is gone because the HR system said so. */
export async function doubtLookUps(trx: Transaction, run: RunContext): Promise<void> {
  await trx('import_runs').where({ id: run.import }).update({ look_ups_doubted: true });
}

export async function saveLookUps(
  trx: Transaction,
  run: RunContext,
  answers: ReadonlyMap<string, Answer>,
): Promise<void> {
  await trx.raw(
    `insert into look_ups (programme_id, import_id, member_id, answer)
     select :programme, :import, * from unnest(cast(:members as uuid[]), cast(:answers as text[])) on conflict do nothing`,
    {
      programme: run.programme,
      import: run.import,
      members: [...answers.keys()],
      answers: [...answers.values()],
    },
  );
}

export async function countLookUps(trx: Transaction, importId: string): Promise<Readonly<Record<Answer, number>>> {
  const rows: { answer: Answer; count: number }[] = await trx('look_ups')
    .where({ import_id: importId })
    .groupBy('answer')
    .select('answer', trx.raw('count(*) as count'));
  return { gone: 0, there: 0, unknown: 0, ...Object.fromEntries(rows.map(({ answer, count }) => [answer, count])) };
}

/** The run has ended: what was learned stands in its changes and warnings. */
export async function forgetLookUps(trx: Transaction, importId: string): Promise<void> {
  await trx('look_ups').where({ import_id: importId }).delete();
}
