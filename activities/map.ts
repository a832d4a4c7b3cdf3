import { Context } from '@temporalio/activity';
import type { Database } from '../database/connection.js';
import { enterPhase } from '../database/import-runs.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { countFetched, readChunk, stagePeople, type StagedPerson } from '../database/staging.js';
import { inRun, type Transaction } from '../database/transaction.js';
import type { JsonRecord } from '../domain/employee.js';
import { compileReader, type ReadPerson } from '../domain/person-reader.js';
import type { Problem } from '../domain/problem.js';
import type { RunRef } from '../domain/references.js';
import type { Provider } from '../providers/provider.js';
import { findProvider } from '../providers/registry.js';

/** Turns the staged pages of one chunk into staged people, in one transaction that can be repeated. */
/** So many are in memory at once, whatever the chunk holds. */
const PAGES_AT_ONCE = 50;

export function createMap({ db }: { db: Database }) {
  /** @param last nothing is read any more: from here on the run's phase is mapping. */
  return async function mapPeople(run: RunRef, chunk: number, last: boolean): Promise<{ people: number }> {
    if (last) await announce(db, run);
    return inRun(db, run, async (trx) => {
      const context = await loadRun(trx, run.import);
      if (context.mappedThrough > chunk) return { people: 0 };
      let mapped = 0;
      for await (const people of readPeople(trx, context, chunk)) {
        await stagePeople(trx, run.import, chunk, people);
        await saveProblems(trx, context, people);
        mapped += people.length;
        Context.current().heartbeat({ people: mapped });
      }
      await trx('import_runs')
        .where({ id: run.import })
        .update({ mapped_through: chunk + 1 });
      return { people: mapped };
    });
  };
}

async function announce(db: Database, run: RunRef): Promise<void> {
  await inRun(db, run, async (trx) => {
    const { rows } = await countFetched(trx, run.import);
    await enterPhase(trx, run.import, 'map', { done: null, total: rows });
  });
}

/** The people of a chunk, some pages at a time; whoever stands in two such parts is joined when they are staged. */
async function* readPeople(trx: Transaction, run: RunContext, chunk: number): AsyncGenerator<StagedPerson[]> {
  const provider = findProvider(run.provider);
  if (provider === undefined) throw new Error(`There is no provider "${run.provider}".`);
  const read = personReader(run, provider);
  let after: { list: string; page: number } | null = null;
  for (;;) {
    const pages = await readChunk(trx, run.import, chunk, after, PAGES_AT_ONCE);
    const people = new Map<string, StagedPerson>();
    for (const page of pages) {
      page.records.forEach((record, index) => {
        const person = read(record, page.list, `${page.list}/${page.page}/${index}`);
        const known = people.get(person.personId);
        people.set(person.personId, known === undefined ? person : joined(known, person));
      });
    }
    if (people.size > 0) yield [...people.values()];
    const last = pages.at(-1);
    if (last === undefined) return;
    after = { list: last.list, page: last.page };
  }
}

function personReader(run: RunContext, provider: Provider) {
  const { mapping, segment, setup } = run.configuration;
  if (mapping === null) throw new Error('A run cannot begin without a mapping.');
  const read = compileReader({
    mapping,
    rule: segment.rule,
    employeeIdFrom: provider.employeeIdFrom,
    roles: run.roles,
    today: run.today,
    leadDays: setup.leadDays,
    dateFormat: setup.dateFormat,
    zone: run.dataTimeZone,
  });
  const rank = new Map(provider.lists.map((list, index) => [list, index]));
  return (record: JsonRecord, list: string, place: string): StagedPerson =>
    staged(read(record, provider.readEmployment(record, list), place), rank.get(list) ?? 0);
}

/** Written out, since spreading each of a million people costs more than reading them. */
function staged(person: ReadPerson, list: number): StagedPerson {
  return Object.assign(person, { list, records: 1 });
}

/** Two records of one person: a later list describes them; within one list, the record that says employed. */
function joined(known: StagedPerson, other: StagedPerson): StagedPerson {
  const wins =
    other.list > known.list ||
    (other.list === known.list && other.standing === 'employed' && known.standing !== 'employed');
  return { ...(wins ? other : known), records: known.records + other.records };
}

async function saveProblems(trx: Transaction, run: RunContext, people: readonly StagedPerson[]): Promise<void> {
  const rows = people.flatMap((person) => person.problems.map((problem) => problemRow(run, person, problem)));
  await trx.batchInsert('run_problems', rows, 500);
}

function problemRow(run: RunContext, person: ReadPerson, problem: Problem) {
  return {
    programme_id: run.programme,
    import_id: run.import,
    phase: 'map',
    severity: problem.severity,
    code: problem.code,
    person: person.personId,
    employee_id: person.employeeId,
    field: problem.field,
    received: problem.received,
    allowed: problem.allowed,
    detail: problem.detail,
    fixed_by: problem.fixedBy,
  };
}
