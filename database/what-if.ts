import { compileRule, fieldsOf } from '../domain/segment.js';
import { readDate } from '../domain/values.js';
import type { RunContext } from './run-context.js';
import { expressionsOf, fieldsLacking, findSnapshot, type Snapshot } from './snapshots.js';
import { pagesTable, peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * What would be with another segment, from the directory as it was last read: nobody has to wait for the HR system. Only
 * where that gives the same people: the same mapping and setup, the same day, and nobody of whom only a part is kept.
 */
export async function stageFromSnapshot(trx: Transaction, run: RunContext): Promise<number | null> {
  const snapshot = await findSnapshot(trx, run.integration);
  if (snapshot === null || !(await fits(trx, run, snapshot))) return null;
  const { rule } = run.configuration.segment;
  const fields = fieldsOf(rule);
  const staged = peopleTable(run.import);
  const columns = await columnsOf(trx, run.import);
  const values = rule === null ? 'null' : `cast(array[${expressionsOf(snapshot, fields).join(', ')}] as text[])`;
  const copied = await trx.raw<{ rowCount: number }>(
    `insert into ${staged} (${columns.join(', ')}, segment_values) select ${columns.map((one) => `s.${one}`).join(', ')}, ${values} from ${snapshot.people} s`,
  );
  if (rule !== null) await judge(trx, run, staged);
  // As many as stood behind them, so that the proof is that of the run which read them.
  await trx.raw(
    `insert into ${pagesTable(run.import)} (list, page, cursor_digest, rows, total_said)
     select 'the directory as it was last read', 1, '', coalesce(sum(records), 0), null from ${staged}`,
  );
  await trx('import_runs')
    .where({ id: run.import })
    .update({
      from_snapshot: true,
      fetch_position: JSON.stringify({ list: null, cursor: null, page: 1, finished: true }),
    });
  return copied.rowCount;
}

async function fits(trx: Transaction, run: RunContext, snapshot: Snapshot): Promise<boolean> {
  if (snapshot.hasOutside || fieldsLacking(snapshot, fieldsOf(run.configuration.segment.rule)).length > 0) return false;
  const { rows } = await trx.raw<{ rows: { fits: boolean }[] }>(
    `select a.mapping is not distinct from b.mapping and a.setup is not distinct from b.setup
       and (r.as_of at time zone :zone)::date = (rollcall_now() at time zone :zone)::date as fits
     from integration_configs a, integration_configs b, import_runs r
     where a.id = :mine and b.id = :theirs and r.id = :import`,
    { zone: run.dataTimeZone, mine: run.configuration.id, theirs: snapshot.configuration.id, import: snapshot.import },
  );
  return rows[0]?.fits === true;
}

/** The rule is asked once for each set of values that somebody has. */
async function judge(trx: Transaction, run: RunContext, staged: string): Promise<void> {
  const { rule } = run.configuration.segment;
  if (rule === null) return;
  const isInside = compileRule(rule, {
    today: run.today,
    readDate: (text) => {
      const date = readDate(text, { dateFormat: run.configuration.setup.dateFormat, zone: run.dataTimeZone });
      return date.ok ? date.value : null;
    },
  });
  const { rows } = await trx.raw<{ rows: { values: (string | null)[] }[] }>(
    `select distinct segment_values as values from ${staged} where standing in ('employed', 'not-yet')`,
  );
  const outside = rows.filter(({ values }) => !isInside((field) => values[field] ?? null)).map(({ values }) => values);
  await trx.raw(
    `update ${staged} s set outside = true from jsonb_array_elements(cast(:outside as jsonb)) o(given)
     where s.standing in ('employed', 'not-yet') and to_jsonb(s.segment_values) = o.given`,
    { outside: JSON.stringify(outside) },
  );
}

async function columnsOf(trx: Transaction, importId: string): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string }[] }>(
    `select column_name as name from information_schema.columns
     where table_schema = current_schema and table_name = ? and column_name not in ('outside', 'segment_values') order by ordinal_position`,
    [peopleTable(importId)],
  );
  return rows.map(({ name }) => name);
}
