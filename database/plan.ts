import { REMOVALS } from '../domain/import.js';
import { describeRule, fieldsOf, type SegmentRule } from '../domain/segment.js';
import { settleClaims } from './claims.js';
import { ABSENCE_COUNTS, findAbsent } from './absent.js';
import { findKnownPeople, forgetTorn } from './known-people.js';
import { adoptedColumns, differences, differs, firstValues, INSERT, targetColumns } from './plan-sql.js';
import { isOfEnded, noteLastDays } from './last-days.js';
import { holdIdentity, holdInvitations, holdRemovals, holdUnlooked, releaseApproved } from './limits.js';
import { matchPeople, type Match } from './match-people.js';
import { planDecided, planEnded } from './plan-removals.js';
import type { RunContext } from './run-context.js';
import { isWanted, keepWanted, tellWanted, wantedBinding } from './some-people.js';
import { peopleTable } from './staging.js';
import { planVanished } from './vanished.js';
import { LARGE_MEMORY, type Transaction } from './transaction.js';
import { planUndo } from './undo-plan.js';

/**
 * The plan: one change row for each person whom the run concerns, made set-based from the staged people and the
 * members. It is deterministic and begins by deleting its own rows, so a second attempt gives the same ones. Who is
 * staged as an error or with an unknown status is matched by no statement here, and so is left exactly as they are.
 */
export type Counts = Readonly<Record<string, number>>;

export interface WrittenPlan {
  readonly counts: Counts;
  /** How many are to be carried out. */
  readonly changes: number;
}

/** Changes of members who exist already. */
const OF_MEMBERS = [...REMOVALS, 'updated', 'reactivated', 'adopted', 'transferred'];

/** @param isDiffering what `doesAnybodyDiffer` says, which may still be asked while the plan begins; absent: it may be so. */
export async function planChanges(
  trx: Transaction,
  run: RunContext,
  isDiffering: Promise<boolean> = Promise.resolve(true),
): Promise<WrittenPlan> {
  if (run.undo !== null) {
    await planUndo(trx, run, run.undo);
    return countChangesAlone(trx, run);
  }
  if (run.kind === 'removals') {
    await ((await isOfEnded(trx, run.import)) ? planEnded(trx, run) : planDecided(trx, run));
    return countChangesAlone(trx, run);
  }
  const staged = peopleTable(run.import);
  const plan: Plan = { trx, run, staged, bindings: { import: run.import, integration: run.integration } };
  await trx.raw(LARGE_MEMORY);
  await trx('changes').where({ import_id: run.import }).delete();
  await forgetTorn(trx, plan);
  await trx('run_problems').where({ import_id: run.import, phase: 'plan' }).delete();
  await trx.raw('create temporary sequence plan_ordinal cache 100');
  const { matches, unlinked } = await matchPeople(trx, plan);
  const known = await findKnownPeople(trx, run, { ...plan, unlinked });
  if (known > 0) await planKnown(plan);
  const found = [...(matches.some((match) => match.isByKey) ? ['relinked'] : []), ...(known > 0 ? ['known'] : [])];
  if (unlinked !== null) await planNewcomers(plan, unlinked, found);
  const mayVanish = run.membersBefore > 0 && ABSENCE_COUNTS.includes(run.kind);
  if (mayVanish) await findAbsent(trx, plan);
  for (const match of matches) {
    const isLeaving = await findLeaving(plan, match);
    if ((await isDiffering) || match.isByKey) await planUpdates(plan, match.most);
    await planReturns(plan, match.few);
    if (isLeaving) await planLeaving(plan);
    await trx.raw('drop table leaving');
  }
  if (mayVanish) await planVanished(trx, run, plan);
  await analyzeMany(trx);
  if ((await isDiffering) && run.kind !== 'review') await noteLastDays(trx, run);
  const passedOver = await applyPreference(plan);
  await keepWanted(trx, run);
  // What a plan does not hold is not asked for: each of these looks at all of it.
  const { counts: planned } = await countChanges(trx, run);
  const has = (...kinds: readonly string[]) => kinds.some((kind) => planned[kind] !== undefined);
  const isRemovalHeld = has(...REMOVALS) && (await holdRemovals(trx, run));
  const isIdentityHeld = has('updated') && (await holdIdentity(trx, run));
  if (has('vanished')) await holdUnlooked(trx, run);
  if (isRemovalHeld || isIdentityHeld) await releaseApproved(trx, run);
  await settleClaims(trx, run, has(...OF_MEMBERS));
  await holdInvitations(trx, run);
  await planErrors(plan);
  await tellWanted(trx, run);
  await trx.raw('drop sequence plan_ordinal');
  return countPlan(plan, passedOver);
}

/** Statistics of a table that also has all runs before this one cost more than they help with a few rows. */
const WORTH_ANALYZING = 1000;

async function analyzeMany(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: { planned: number }[] }>('select last_value as planned from plan_ordinal');
  if ((rows[0]?.planned ?? 0) < WORTH_ANALYZING) return;
  await trx.raw('analyze changes (programme_id, import_id, ordinal, kind, person, member_id, outcome)');
}

interface Plan {
  readonly trx: Transaction;
  readonly run: RunContext;
  readonly staged: string;
  readonly bindings: Readonly<Record<string, string>>;
}

/** With what the change makes of the member's link, where it changes it. */
const INSERT_LINKED = INSERT.replace(')', ', put_back)');
const LINK_BEFORE = `case when (m.integration_id, m.provider_person_id, m.sync_key)
  is distinct from (cast(:integration as uuid), s.provider_person_id, coalesce(s.sync_key, m.sync_key))
  then jsonb_build_object('integration', m.integration_id, 'person', m.provider_person_id, 'key', m.sync_key) end`;
const KEY = `s.programme_id, :import, nextval('plan_ordinal')`;
const ELIGIBLE = `s.standing = 'employed' and not s.outside`;

/**
 * People whose account was somebody else's to keep: it is this integration's from now on, or their own again. Who signs in
 * to an account made by hand goes on with the address they know; from the next import on it follows the HR system.
 */
async function planKnown({ trx, run, bindings }: Plan): Promise<void> {
  for (const isAdopted of [false, true]) {
    const { before, after } = differences(isAdopted ? adoptedColumns(run) : targetColumns(run));
    const state = (is: string) => `case when m.state = 'active' then '{}' else jsonb_build_object('state', ${is}) end`;
    const owner = (name: string) =>
      `case when m.integration_id = :integration then '{}' else jsonb_build_object('integration', ${name}) end`;
    await trx.raw(
      `${INSERT_LINKED}
       select ${KEY}, k.kind, s.provider_person_id, s.employee_id, s.email, m.id, m.version, k.reason, k.reason_values,
         ${state('m.state')} || ${owner(`k.reason_values->>'integration'`)} || ${before},
         ${state(`'active'`)} || ${owner('cast(:name as text)')} || ${after}, ${LINK_BEFORE}
       from known k join members m on m.id = k.member_id join ${peopleTable(run.import)} s on s.provider_person_id = k.provider_person_id
       where (k.kind = 'adopted') = :isAdopted`,
      { ...bindings, name: run.name, isAdopted },
    );
  }
}

/**
 * Eligible people whom no member is linked to. Their member's id is given here, so provisioning can be repeated.
 *
 * @param found tables of people who have a member all the same
 */
async function planNewcomers({ trx, run, bindings }: Plan, unlinked: string, found: readonly string[]): Promise<void> {
  const isNew = found.map(
    (table) => `and not exists (select from ${table} f where f.provider_person_id = s.provider_person_id)`,
  );
  await trx.raw(
    `${INSERT}
     select ${KEY}, 'created', s.provider_person_id, s.employee_id, s.email, rollcall_new_id(), null, 'new-employee', null,
       null, ${firstValues(targetColumns(run))}
     from ${unlinked} where ${ELIGIBLE} ${isNew.join(' ')}`,
    bindings,
  );
}

async function planUpdates({ trx, run, bindings }: Plan, match: string): Promise<void> {
  const columns = targetColumns(run);
  const { before, after } = differences(columns);
  await trx.raw(
    `${INSERT_LINKED}
     select ${KEY}, 'updated', s.provider_person_id, s.employee_id, s.email, m.id, m.version, 'fields-differ', null,
       ${before}, ${after}, ${LINK_BEFORE}
     from ${match}
     where m.integration_id = :integration and m.state = 'active' and ${ELIGIBLE}
       and (m.provider_person_id <> s.provider_person_id or ${differs(columns)})`,
    bindings,
  );
}

/** People who are back while their account is still closing down: the same account is opened again. */
async function planReturns({ trx, run, bindings }: Plan, match: string): Promise<void> {
  const { before, after } = differences(targetColumns(run));
  await trx.raw(
    `${INSERT_LINKED}
     select ${KEY}, 'reactivated', s.provider_person_id, s.employee_id, s.email, m.id, m.version, 'back-in-directory', null,
       jsonb_build_object('state', m.state) || ${before}, jsonb_build_object('state', 'active') || ${after}, ${LINK_BEFORE}
     from ${match}
     where m.integration_id = :integration and m.state = 'closing-down' and ${ELIGIBLE}`,
    bindings,
  );
}

/** Whom a removal outside the segment is due to; null: the segment removes nobody. */
function revokingRule({ configuration: { segment } }: RunContext): SegmentRule | null {
  return segment.outside === 'leave-alone' ? null : segment.rule;
}

/**
 * Active members of whom the record says that they leave, as the table `leaving`: by their links, since every import lists
 * leavers of years, who are no members any more.
 */
async function findLeaving({ trx, run }: Plan, match: Match): Promise<boolean> {
  const leaving = await trx.raw<{ rowCount: number }>(
    `create temporary table leaving on commit drop as
     select l.id, s.provider_person_id from ${match.links}
     where l.state = 'active' and (s.standing = 'left' or (cast(:isRevoking as boolean) and s.standing = 'employed' and s.outside))`,
    { isRevoking: revokingRule(run) !== null },
  );
  await trx.raw('analyze leaving');
  return leaving.rowCount > 0;
}

/**
 * Leavers and, where the segment says so, people outside it. A leaver's record is often reduced, so the link alone
 * finds the member. Leaver wins over revoked. A protected member is never removed by a run.
 */
async function planLeaving({ trx, run, staged, bindings }: Plan): Promise<void> {
  const rule = revokingRule(run);
  const removal = (kind: string, reason: string, values: string, who: string) => `${INSERT}
     select ${KEY}, '${kind}', s.provider_person_id, coalesce(s.employee_id, m.employee_id), m.email, m.id, m.version,
       '${reason}', ${values}, jsonb_build_object('state', m.state), jsonb_build_object('state', 'closing-down')
     from leaving g join members m on m.id = g.id join ${staged} s on s.provider_person_id = g.provider_person_id
     where m.integration_id = :integration and m.state = 'active' and not m.protected and ${who}
       and not exists (select from known k where k.member_id = m.id)`;
  const lastDay = `case when s.ends_on is null then null else jsonb_build_object('lastDay', s.ends_on) end`;
  await trx.raw(removal('leaver', 'listed-as-leaver', lastDay, `s.standing = 'left'`), bindings);
  if (rule === null) return;
  const ruleText = `jsonb_build_object('rule', cast(:rule as text), 'given', json_object(cast(:fields as text[]), s.segment_values))`;
  await trx.raw(removal('revoked', 'outside-segment', ruleText, `s.standing = 'employed' and s.outside`), {
    ...bindings,
    rule: describeRule(rule),
    fields: fieldsOf(rule),
  });
}

async function planErrors({ trx, run, staged, bindings }: Plan): Promise<void> {
  const mine = isWanted(run, { person: 's.provider_person_id', employeeId: 's.employee_id' });
  await trx.raw(
    `${INSERT}
     select ${KEY}, 'error', s.provider_person_id, s.employee_id, s.email, m.id, null, 'problem',
       jsonb_build_object('code', p.code, 'detail', p.detail), null, null
     from ${staged} s
     left join linked m on m.provider_person_id = s.provider_person_id
     left join lateral (select code, detail from run_problems
       where import_id = :import and person = s.provider_person_id and severity = 'error' order by ordinal limit 1) p on true
     where s.standing = 'error' and ${mine}`,
    { ...bindings, wanted: wantedBinding(run) },
  );
}

const PASSED_OVER: Readonly<Record<string, readonly string[]>> = {
  'create-and-update': [],
  'create-only': ['updated', 'reactivated', ...REMOVALS],
  'update-only': ['created'],
};

/**
 * Takes out what the integration's preference does not want; says how many of the eligible were passed over, since
 * those are counted as skipped and not as unchanged.
 */
async function applyPreference({ trx, run }: Plan): Promise<number> {
  const kinds = PASSED_OVER[run.configuration.setup.preference] ?? [];
  if (kinds.length === 0) return 0;
  const taken = await trx('changes').where({ import_id: run.import }).whereIn('kind', kinds).delete().returning('kind');
  return taken.filter((row: { kind: string }) => !REMOVALS.includes(row.kind)).length;
}

async function countChanges(trx: Transaction, run: RunContext): Promise<WrittenPlan> {
  const kinds = await trx('changes')
    .where({ import_id: run.import })
    .groupBy('kind')
    .select<{ kind: string; count: number; open: number }[]>(
      'kind',
      trx.raw('count(*) as count, count(*) filter (where outcome is null) as open'),
    );
  return {
    counts: Object.fromEntries(kinds.map((row) => [row.kind, row.count])),
    changes: kinds.reduce((sum, { kind, open }) => (kind === 'error' ? sum : sum + open), 0),
  };
}

/** Of a run that is about its changes alone. */
async function countChangesAlone(trx: Transaction, run: RunContext): Promise<WrittenPlan> {
  const { counts, changes } = await countChanges(trx, run);
  return { counts: { ...counts, unchanged: 0, skipped: 0, warnings: 0 }, changes };
}

async function countPlan({ trx, run, staged, bindings }: Plan, passedOver: number): Promise<WrittenPlan> {
  const { counts, changes } = await countChanges(trx, run);
  const mine = isWanted(run, { person: 's.provider_person_id', employeeId: 's.employee_id' });
  const people = await trx.raw<{ rows: { all: number; eligible: number; refused: number; warnings: number }[] }>(
    `select count(*) as all, count(*) filter (where ${ELIGIBLE}) as eligible,
       (select count(distinct person) from run_problems where import_id = :import and phase = 'plan' and severity = 'error') as refused,
       (select count(*) from run_problems where import_id = :import and severity = 'warning') as warnings
     from ${staged} s where ${mine}`,
    { ...bindings, wanted: wantedBinding(run) },
  );
  const { all = 0, eligible = 0, refused = 0, warnings = 0 } = people.rows[0] ?? {};
  // Of the eligible, whoever is neither new, changed, back, refused a claim nor passed over is linked and unchanged.
  const kept = ['created', 'adopted', 'reactivated', 'transferred', 'updated'];
  const concerned = kept.reduce((sum, kind) => sum + (counts[kind] ?? 0), refused);
  const unchanged = Math.max(0, eligible - concerned - passedOver);
  // Who vanished is not among the people of the directory.
  const planned = Object.values(counts).reduce((sum, count) => sum + count, 0) - (counts.vanished ?? 0);
  return { counts: { ...counts, unchanged, skipped: Math.max(0, all - planned - unchanged), warnings }, changes };
}
