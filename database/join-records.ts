import type { RunContext } from './run-context.js';
import { hasProblems, peopleTable } from './staging.js';
import { unlessDouble, type Transaction } from './transaction.js';

/**
 * Makes people of the records, when all are there: several records of one person become one, what is wrong with the
 * people who remain becomes the run's problems, and the people get their key. Only now, because a key that grows with
 * each page costs three times as much, and looking for an earlier record of each person as well.
 */
export async function joinRecords(
  trx: Transaction,
  run: RunContext,
  repeated: 'joined' | 'refused' = 'joined',
): Promise<void> {
  const staged = peopleTable(run.import);
  // Mostly each person has one record. Then the key is all it takes, and nobody has to look for those with several.
  if (!(await unlessDouble(trx, (apart) => addKey(apart, staged)))) {
    await trx.raw(
      `create temporary table doubled on commit drop as
       select provider_person_id from ${staged} group by provider_person_id having count(*) > 1`,
    );
    if (repeated === 'joined') await doubtRepeated(trx, run, staged);
    await keepOneOfEach(trx, staged);
    await trx.raw('drop table doubled');
    await addKey(trx, staged);
  }
  if (repeated === 'refused') await refuseRepeated(trx, staged);
  if (repeated === 'refused' || (await hasProblems(trx, run.import))) await saveProblems(trx, run, staged);
  // Named columns alone: statistics of all forty take half a second. The programme is one of them, because the table's
  // policy asks for it: without statistics of it every plan expects a single row and loops over all pairs.
  await trx.raw(`analyze ${staged} (programme_id, provider_person_id, standing, outside, sync_key, email_key)`);
}

const addKey = (trx: Transaction, staged: string) =>
  trx.raw(`alter table ${staged} add primary key (provider_person_id)`);

/** Who comes twice in one list may stand in the place of somebody who did not come at all, and the total fits all the same. */
async function doubtRepeated(trx: Transaction, run: RunContext, staged: string): Promise<void> {
  await trx.raw(
    `with twice as (
       select provider_person_id, list from ${staged} join doubled using (provider_person_id)
       group by provider_person_id, list having count(*) > 1
     )
     update import_runs set doubt = coalesce(doubt, 'People who came more than once in one list: ' || said.people || '. Somebody else may have been missed instead.')
     from (select count(distinct provider_person_id) as people from twice) said
     where import_runs.id = :import and said.people > 0`,
    { import: run.import },
  );
}

/**
 * A later list describes a person; within one list the record that says the most for them, and of several the first. What
 * cannot be read may be the employment that goes on, so it goes before one that has ended, in whatever order they come.
 */
const BEST_FIRST = `array_position(array['employed', 'error', 'unknown', 'not-yet', 'left'], standing)`;

async function keepOneOfEach(trx: Transaction, staged: string): Promise<void> {
  await trx.raw(
    `create temporary table ranked on commit drop as
     select provider_person_id, list, page, place, count(*) over person as records,
       row_number() over (person order by list desc, ${BEST_FIRST}, page, place) as rank
     from ${staged} join doubled using (provider_person_id)
     window person as (partition by provider_person_id)`,
  );
  await trx.raw('analyze ranked');
  const same = '(s.provider_person_id, s.list, s.page, s.place) = (r.provider_person_id, r.list, r.page, r.place)';
  await trx.raw(`delete from ${staged} s using ranked r where r.rank > 1 and ${same}`);
  await trx.raw(`update ${staged} s set records = r.records from ranked r where r.rank = 1 and ${same}`);
  await trx.raw('drop table ranked');
}

/** Nobody can say which of the records is right: whoever has the id stays as they are. */
async function refuseRepeated(trx: Transaction, staged: string): Promise<void> {
  await trx.raw(
    `update ${staged} set standing = 'error', problems = json_build_array(json_build_object(
       'severity', 'error', 'code', 'id-repeated', 'field', 'employeeId', 'received', provider_person_id,
       'allowed', 'an id that only one person has', 'fixedBy', 'hr',
       'detail', records || ' records have this id, so it cannot be told which of them describes the person.'))
     where records > 1`,
  );
}

async function saveProblems(trx: Transaction, run: RunContext, staged: string): Promise<void> {
  await trx.raw(
    `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
     select s.programme_id, :import, 'map', p->>'severity', p->>'code', s.provider_person_id, s.employee_id, p->>'field',
       p->>'received', p->>'allowed', p->>'detail', p->>'fixedBy'
     from ${staged} s cross join lateral json_array_elements(s.problems) with ordinality e(p, ordinal)
     where s.problems is not null order by s.list, s.page, s.place, e.ordinal`,
    { import: run.import },
  );
}
