import { unknownValues, type ValueGroup } from '../domain/segment-preview.js';
import { NAMELESS } from '../domain/person-reader.js';
import { conditionsOf, fieldsOf, type SegmentRule } from '../domain/segment.js';
import { saveDoubtfulDates } from './doubtful-dates.js';
import { findLostFields, LEAST_MEMBERS, saveLostFields } from './lost-fields.js';
import type { RunContext } from './run-context.js';
import { pagesTable, peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

const ELIGIBLE = `standing = 'employed' and not outside`;

/**
 * Do two people have one address? Mostly none do, and then nobody has to be found. May be asked while others are made errors
 * for another reason: then fewer share one, never more.
 */
export async function doesAnybodyShareAddress(trx: Transaction, run: RunContext): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: unknown[] }>(
    `select from ${peopleTable(run.import)} where email_key is not null and ${ELIGIBLE} group by email_key having count(*) > 1 limit 1`,
  );
  return rows.length > 0;
}

/**
 * What is decided about all staged people together: who is outside the segment, and who cannot be told apart.
 *
 * @param isAddressShared what `doesAnybodyShareAddress` says, which may still be asked meanwhile; absent: it may be so.
 */
export async function segmentPeople(
  trx: Transaction,
  run: RunContext,
  isAddressShared: Promise<boolean> = Promise.resolve(true),
): Promise<void> {
  await trx('run_problems').where({ import_id: run.import, phase: 'segment' }).delete();
  await saveLostFields(trx, run, await findLostFields(trx, run));
  await saveDoubtfulDates(trx, run);
  const { rule } = run.configuration.segment;
  const lost = rule === null ? [] : await lostSegmentFields(trx, run, rule);
  if (lost.length > 0) await leaveAllAlone(trx, run, lost);
  if (rule !== null && run.kind === 'review') await warnOfUnknownValues(trx, run, rule);
  // With the default mapping the key is the provider's own id, which is unique in the table already.
  if (!keyIsPersonId(run)) {
    await refuseSharers(trx, run, {
      value: 's.sync_key',
      field: run.configuration.mapping?.syncKey ?? 'employeeId',
      who: `standing in ('employed', 'not-yet', 'left', 'unknown')`,
      code: 'key-shared',
    });
  }
  if (await isAddressShared) {
    await refuseSharers(trx, run, { value: 's.email_key', field: 'email', who: ELIGIBLE, code: 'email-shared' });
  }
  for (const { name, unique } of run.configuration.mapping?.custom ?? []) {
    if (!unique) continue;
    // The name has letters and digits only.
    const value = `s.custom->>'${name}'`;
    // Who has the value already keeps it, and whoever wants it too is refused by the plan.
    const held = `exists (select from members m join member_keys k on k.member_id = m.id
      where m.integration_id = :integration and m.provider_person_id = s.provider_person_id
        and k.kind = 'custom:${name}' and k.value = ${value})`;
    await refuseSharers(trx, run, { value, field: `custom.${name}`, who: ELIGIBLE, code: 'value-shared', held });
  }
}

/**
 * The rule's fields in which nobody has a value, where members have come in by theirs: then nobody can be told to be
 * outside. To be empty may be what a rule wants, as long as it excludes nobody for it.
 */
async function lostSegmentFields(trx: Transaction, run: RunContext, rule: SegmentRule): Promise<string[]> {
  if (run.membersBefore < LEAST_MEMBERS) return [];
  const fields = fieldsOf(rule);
  const held = fields.map((_, at) => `coalesce(bool_or(segment_values[${at + 1}] is not null), false)`);
  const { rows } = await trx.raw<{ rows: { held: boolean[]; excludes: boolean }[] }>(
    `select array[${held.join(', ')}] as held, coalesce(bool_or(outside), false) as excludes
     from ${peopleTable(run.import)} where standing = 'employed'`,
  );
  const { held: seen = [], excludes = false } = rows[0] ?? {};
  const wanted = new Set(
    conditionsOf(rule).flatMap(({ condition }) => (condition.op === 'isEmpty' ? [] : condition.field)),
  );
  return fields.filter((field, at) => seen[at] === false && (excludes || wanted.has(field)));
}

/** A value of the rule that nobody has: whoever reviews it should see the slip before it revokes a department. */
async function warnOfUnknownValues(trx: Transaction, run: RunContext, rule: SegmentRule): Promise<void> {
  const { rows } = await trx.raw<{ rows: ValueGroup[] }>(
    `select segment_values as values, count(*)::int as people, 0 as members from ${peopleTable(run.import)}
     where segment_values is not null group by 1`,
  );
  const unknown = unknownValues(rule, rows).slice(0, MOST_UNKNOWN);
  if (unknown.length === 0) return;
  await trx('run_problems').insert(
    unknown.map(({ field, value, didYouMean }) => ({
      programme_id: run.programme,
      import_id: run.import,
      phase: 'segment',
      severity: 'warning',
      code: 'segment-value-unknown',
      field,
      received: value,
      allowed: 'a value that somebody has',
      detail: `0 people have "${value}" in "${field}"${meant(didYouMean)}`,
      fixed_by: 'admin',
    })),
  );
}

const MOST_UNKNOWN = 50;

function meant(values: readonly { readonly value: string; readonly people: number }[]): string {
  const names = values.map(({ value, people }) => `"${value}" (${people})`);
  return names.length === 0 ? '.' : `; did you mean ${names.join(' or ')}?`;
}

async function leaveAllAlone(trx: Transaction, run: RunContext, fields: readonly string[]): Promise<void> {
  await trx(peopleTable(run.import)).where({ standing: 'employed' }).update({ standing: 'unknown' });
  await trx('run_problems').insert(
    fields.map((field) => ({
      programme_id: run.programme,
      import_id: run.import,
      phase: 'segment',
      severity: 'warning',
      code: 'segment-field-lost',
      field,
      allowed: 'a value for somebody',
      detail: `The segment goes by "${field}", and the HR system gives nobody a value in it; everybody stays as they are. A permission may have been taken away; otherwise change the segment.`,
      fixed_by: 'admin',
    })),
  );
}

function keyIsPersonId(run: RunContext): boolean {
  const mapping = run.configuration.mapping;
  return mapping?.syncKey === 'employeeId' && !mapping.fields.some((field) => field.member === 'employeeId');
}

/** People of one fetch who share what must be one person's own are all errors, and their members stay as they are. */
async function refuseSharers(
  trx: Transaction,
  run: RunContext,
  /** `value`, `who` and `held` (whose own it is already) are SQL over a staged person `s`. */
  shared: { value: string; field: string; who: string; code: string; held?: string },
): Promise<void> {
  const staged = peopleTable(run.import);
  const { value, who, held = 'false' } = shared;
  await trx.raw(
    `with doubled as materialized (
       select ${value} as value from ${staged} s where ${value} is not null and ${who} group by 1 having count(*) > 1
     ), sharers as materialized (
       select s.provider_person_id, d.value, count(*) over (partition by d.value) as people
       from ${staged} s join doubled d on d.value = ${value} where ${who} and not ${held}
     ), refused as (
       update ${staged} s set standing = 'error' from sharers d where s.provider_person_id = d.provider_person_id and d.people > 1
       returning s.programme_id, s.provider_person_id, s.employee_id, d.value, d.people
     )
     insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, received, allowed, detail, fixed_by)
     select programme_id, :import, 'segment', 'error', :code, provider_person_id, employee_id, :field, value,
       'a value that only one person has',
       people || ' people of the directory have the same value in "' || cast(:field as text) || '", so they cannot be told apart.', 'hr'
     from refused`,
    { import: run.import, integration: run.integration, code: shared.code, field: shared.field },
  );
}

/**
 * The proof that the whole directory was seen; without it nobody may be removed for being absent. In words for the
 * admin, as a code for programs.
 */
export interface Proof {
  readonly proven: boolean;
  readonly code: string;
  readonly reason: string;
}

interface ListFacts {
  list: string;
  rows: number;
  totals: number;
  silent: boolean;
  said: number | null;
}

export async function proveCompleteness(trx: Transaction, run: RunContext): Promise<Proof> {
  const lists = await trx.raw<{ rows: ListFacts[] }>(
    `select list, sum(rows)::bigint as rows, count(distinct total_said) as totals, bool_or(total_said is null) as silent, max(total_said) as said
     from ${pagesTable(run.import)} group by list`,
  );
  const people = await trx.raw<{ rows: { staged: number; nameless: number }[] }>(
    `select coalesce(sum(records), 0)::bigint as staged, count(*) filter (where provider_person_id like ?) as nameless
     from ${peopleTable(run.import)}`,
    [`${NAMELESS}:%`],
  );
  const { doubt, from_snapshot: isKept } = await trx('import_runs')
    .where({ id: run.import })
    .first<{ doubt: string | null; from_snapshot: boolean }>('doubt', 'from_snapshot');
  const read = lists.rows.reduce((sum, list) => sum + list.rows, 0);
  const { staged = 0, nameless = 0 } = people.rows[0] ?? {};
  const judged = judge(lists.rows, { read, staged, nameless });
  if (judged.proven && doubt !== null) return lacking('list-in-doubt', doubt);
  return judged.proven && isKept ? { ...judged, reason: KEPT } : judged;
}

const KEPT = 'The HR system was not asked: this is the directory as it was last read, all of it.';

function judge(
  lists: readonly ListFacts[],
  { read, staged, nameless }: { read: number; staged: number; nameless: number },
): Proof {
  if (read === 0)
    return lacking('empty-directory', 'The directory was empty, which is never taken as proof that everybody left.');
  for (const list of lists) {
    if (list.totals > 1 || (list.totals === 1 && list.silent)) {
      return lacking(
        'totals-disagree',
        `While "${list.list}" was read, the number of people it names changed or went missing; somebody may have been missed.`,
      );
    }
    if (list.said !== null && list.said !== list.rows) {
      return lacking('total-missed', `"${list.list}" names ${list.said} people, but ${list.rows} were received.`);
    }
  }
  if (read !== staged)
    return lacking(
      'staged-fewer',
      `${read} records were read, but ${staged} were kept; the run did not see everybody.`,
    );
  if (nameless > 0)
    return lacking(
      'records-nameless',
      `Of ${nameless} of the ${read} records it cannot be told whom they describe; somebody who seems to be absent may be among them.`,
    );
  return {
    proven: true,
    code: 'complete',
    reason: `All ${read} records of ${lists.length === 1 ? 'the list' : `${lists.length} lists`} were read once.`,
  };
}

function lacking(code: string, reason: string): Proof {
  return { proven: false, code, reason };
}
