import { REMOVALS } from '../domain/import.js';
import { changingKinds, heldKinds } from './claims.js';
import { INVITATION_PUBLISHED } from './limits.js';
import { putBack, putClosingBack } from './put-back.js';
import { adoptedColumns, targetColumns, type TargetColumn } from './plan-sql.js';
import type { RunContext } from './run-context.js';
import { peopleTable } from './staging.js';
import { AttemptOvertaken, unlessDouble, type Transaction } from './transaction.js';

/**
 * Carries out one slice of the plan in one transaction. A row is applied only if its member is still at the version
 * the plan saw; a row that lost is `stale` and the next import repairs it. Repeating a slice changes nothing, since the
 * run's `applied_through` moves with it, and only from where the slice begins.
 */
export interface Slice {
  /** What `applied_through` is before it; null: nothing was applied. */
  readonly after: number | null;
  readonly from: number;
  readonly through: number;
}

/** Large enough that a slice's fixed cost disappears, small enough that the fence is held for about a second. */
const ROWS_PER_SLICE = 25_000;

/** All that are left: the first is all that changes identities (negative ordinals); then twenty-five thousand rows each. */
export async function remainingSlices(
  trx: Transaction,
  run: RunContext,
  rowsPerSlice = ROWS_PER_SLICE,
): Promise<Slice[]> {
  const result = await trx.raw<{ rows: { lowest: number | null; highest: number | null }[] }>(
    `select min(ordinal) as lowest, max(ordinal) as highest from changes where import_id = ?`,
    [run.import],
  );
  const { lowest, highest } = result.rows[0] ?? {};
  if (lowest == null || highest == null) return [];
  const slices: Slice[] = [];
  let after = run.appliedThrough;
  if (after === null && lowest < 0) {
    slices.push({ after, from: lowest, through: 0 });
    after = 0;
  }
  while ((after ?? 0) < highest) {
    const from = (after ?? 0) + 1;
    const through = Math.min(highest, from + rowsPerSlice - 1);
    slices.push({ after, from, through });
    after = through;
  }
  return slices;
}

/**
 * True when this slice and the next may be carried out beside each other: neither changes identities, and no two people
 * can want one value. (E-mails cannot: who shares one is an error row.) Otherwise the first might wait for a claim of
 * the second, which waits for its turn.
 */
export function mayOverlap(run: RunContext, slice: Slice): boolean {
  return slice.from > 0 && heldKinds(run).length === 1;
}

/** @param turn the end of the slice before, which may be under way; this one is not recorded earlier. */
export async function provisionSlice(
  trx: Transaction,
  run: RunContext,
  slice: Slice,
  turn: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  const { from, through } = slice;
  const bindings = { from, through, import: run.import, integration: run.integration };
  const work: Work = { trx, run, staged: peopleTable(run.import), bindings };
  const kinds = await takeSlice(work);
  const has = (...wanted: readonly string[]) => wanted.some((kind) => kinds.includes(kind));
  // What a slice does not hold is not asked for: on a first import that would be a quarter of the work.
  if (has(...REMOVALS)) await closeDown(work);
  if (run.undo !== null && has('revoked')) await putClosingBack(trx, run);
  const claims = heldKinds(run);
  const changing = has('updated', 'reactivated', 'adopted', 'transferred');
  if (changing) await refuseTaken(work, claims);
  for (const claim of claims) await moveClaims(work, claim, changing);
  if (changing) await (run.undo === null ? changeMembers(work, has) : putBack(trx, run));
  if (has('created')) {
    await createMembers(work);
    for (const claim of claims) await claimForNewcomers(work, claim);
    if (run.live.welcomeEmail) await inviteNewcomers(work);
  }
  if (has(...REMOVALS)) await tellClosing(work);
  if (has('reactivated')) await tellReturned(work);
  await turn;
  const recorded = await trx('import_runs')
    .where({ id: run.import })
    .whereRaw('applied_through is not distinct from cast(? as bigint)', [slice.after])
    .update({ applied_through: through });
  if (recorded === 0) throw new AttemptOvertaken();
}

type Claim = ReturnType<typeof heldKinds>[number];

interface Work {
  readonly trx: Transaction;
  readonly run: RunContext;
  readonly staged: string;
  readonly bindings: Readonly<Record<string, string | number>>;
}

/** The rows of the slice whose members are as the plan saw them, locked; the others are stale. Gives the kinds it has. */
async function takeSlice({ trx, bindings }: Work): Promise<string[]> {
  await trx.raw(
    `create temporary table slice on commit drop as
     select c.ordinal, c.kind, c.person, c.member_id from changes c
     where c.import_id = :import and c.ordinal between :from and :through and c.outcome is null and c.kind <> 'error'`,
    bindings,
  );
  await trx.raw(
    `with fresh as (
       select m.id from members m join slice on slice.member_id = m.id join changes c on c.import_id = :import and c.ordinal = slice.ordinal
       where slice.kind <> 'created' and m.version = c.member_version for update of m
     ), lost as (
       delete from slice where kind <> 'created' and member_id not in (select id from fresh) returning ordinal
     )
     update changes set outcome = 'stale' where import_id = :import and ordinal in (select ordinal from lost)`,
    bindings,
  );
  await trx.raw('analyze slice');
  const kinds: { kind: string }[] = await trx('slice').distinct('kind');
  return kinds.map((row) => row.kind);
}

async function closeDown({ trx, run, bindings }: Work): Promise<void> {
  await trx.raw(
    `with closed as (
       update members m set state = 'closing-down', version = m.version + 1, close_down_reason = slice.kind, ends_on = null,
         close_down_started_on = cast(:today as date), close_down_ends_on = cast(:today as date) + cast(:graceDays as integer),
         close_down_told_on = cast(:today as date) + cast(:graceDays as integer)
       from slice where m.id = slice.member_id and slice.kind in ('leaver', 'revoked', 'vanished')
       returning m.id
     )
     update member_keys set strength = 'grace' where member_id in (select id from closed)`,
    { ...bindings, today: run.programmeToday, graceDays: run.graceDays },
  );
}

/**
 * Somebody outside this run may have taken a value since the plan was made: who wanted it keeps what they had, and so
 * does whoever wanted what that one keeps. Settled for all kinds before anything moves, so that nobody loses half.
 */
async function refuseTaken({ trx, staged, bindings }: Work, claims: readonly Claim[]): Promise<void> {
  for (let refused = true; refused;) {
    refused = false;
    for (const claim of claims) {
      const result = await trx.raw<{ rowCount: number }>(
        `with lost as (
           delete from slice using ${staged} s
           where s.provider_person_id = slice.person and slice.kind in (${changingKinds(claim)})
             and exists (select from member_keys k join members h on h.id = k.member_id
               where k.kind = :kind and k.value = ${claim.wanted} and k.member_id <> slice.member_id
                 and (k.strength = 'active' or h.state = 'active')
                 and not exists (select from slice o join ${staged} s on s.provider_person_id = o.person
                   where o.member_id = k.member_id and o.kind in (${changingKinds(claim)}) and ${claim.wanted} <> k.value))
           returning slice.ordinal
         )
         update changes set outcome = 'conflict' where import_id = :import and ordinal in (select ordinal from lost)`,
        { ...bindings, kind: claim.kind },
      );
      if (result.rowCount > 0) refused = true;
    }
  }
}

/** Frees the claims that change, takes over those of members closing down, then takes the new ones. */
async function moveClaims({ trx, run, staged, bindings }: Work, claim: Claim, changing: boolean): Promise<void> {
  // Who leaves wants nothing, whatever their record says.
  const people = `slice join ${staged} s on s.provider_person_id = slice.person`;
  const wishes = `${people} and slice.kind in (${changingKinds(claim)})`;
  const everybody = `${people} and slice.kind in ('created', ${changingKinds(claim)})`;
  const values = { ...bindings, kind: claim.kind };
  if (!changing) return takeOver(trx, everybody, claim, values);
  // A value that the record no longer has is kept with the member, and so is its claim; an undo takes it away.
  const differs = run.undo === null ? '<>' : 'is distinct from';
  await trx.raw(
    `delete from member_keys k using ${wishes}
     where k.member_id = slice.member_id and k.kind = :kind and k.value ${differs} ${claim.wanted}`,
    values,
  );
  await takeOver(trx, everybody, claim, values);
  await trx.raw(
    `insert into member_keys (programme_id, kind, value, member_id)
     select s.programme_id, :kind, ${claim.wanted}, slice.member_id from ${wishes} where ${claim.wanted} is not null
     on conflict (programme_id, kind, value) do nothing`,
    values,
  );
  await trx.raw(
    `update member_keys k set strength = 'active' from slice
     where slice.kind in ('reactivated', 'transferred') and k.member_id = slice.member_id and k.kind = :kind and k.strength = 'grace'`,
    values,
  );
  // Whoever wanted a value has it and no other, else somebody was quicker. Counted, since a join with claims that have just
  // been written compares everybody with everybody.
  const wanting = `select slice.member_id from ${wishes} where ${claim.wanted} is not null`;
  const { rows } = await trx.raw<{ rows: { isMissed: boolean }[] }>(
    `select (select count(*) from (${wanting}) w) <> (select count(*) from member_keys k
       where k.kind = :kind and k.member_id = any(array(${wanting}))) as "isMissed"`,
    values,
  );
  if (rows[0]?.isMissed === true) {
    throw new Error('An address or value was taken by somebody else at this moment; the slice has to be tried again.');
  }
}

async function takeOver(
  trx: Transaction,
  wishes: string,
  claim: { wanted: string },
  values: Readonly<Record<string, string | number>>,
): Promise<void> {
  // Counted, which takes the index of those alone; looked for one, Postgres would go through all claims until it meets one.
  const grace = await trx('member_keys').where({ strength: 'grace' }).count<{ count: number }[]>('* as count');
  if ((grace[0]?.count ?? 0) === 0) return;
  await trx.raw(
    `delete from member_keys k using ${wishes}, members h
     where k.kind = :kind and k.value = ${claim.wanted} and k.member_id <> slice.member_id and k.strength = 'grace'
       and h.id = k.member_id and h.state <> 'active'`,
    values,
  );
}

async function changeMembers(work: Work, has: (...wanted: string[]) => boolean): Promise<void> {
  await change(work, targetColumns(work.run), `'updated', 'reactivated', 'transferred'`);
  if (has('adopted')) await change(work, adoptedColumns(work.run), `'adopted'`);
}

/** The member is this integration's from now on, whoever had it before. */
async function change({ trx, staged, bindings }: Work, columns: readonly TargetColumn[], kinds: string): Promise<void> {
  const sets = columns.map((column) => `${column.column} = ${column.target}`);
  await trx.raw(
    `update members t set version = t.version + 1, ${sets.join(', ')}, integration_id = :integration,
       provider_person_id = s.provider_person_id,
       sync_key = coalesce(s.sync_key, m.sync_key), ends_on = s.ends_on, absent_since = null, state = 'active',
       close_down_reason = null, close_down_started_on = null, close_down_ends_on = null,
       close_down_told_on = null
     from slice join ${staged} s on s.provider_person_id = slice.person join members m on m.id = slice.member_id
     where t.programme_id = m.programme_id and t.id = m.id and slice.kind in (${kinds})`,
    bindings,
  );
}

/** The instant is asked for once: as the column's default it would cost a third of the whole statement. */
async function createMembers({ trx, run, staged, bindings }: Work): Promise<void> {
  const columns = targetColumns(run).filter((column) => column.fresh !== 'null');
  await trx.raw(
    `insert into members (programme_id, id, state, integration_id, provider_person_id, sync_key, ends_on,
       joined_at, ${columns.map((column) => column.column).join(', ')})
     select s.programme_id, slice.member_id, 'active', :integration, s.provider_person_id, s.sync_key, s.ends_on,
       (select rollcall_now()), ${columns.map((column) => column.fresh).join(', ')}
     from slice join ${staged} s on s.provider_person_id = slice.person where slice.kind = 'created'`,
    bindings,
  );
}

/**
 * A newcomer's address was free when the plan was made. Should somebody have taken it since, the newcomer gets no
 * account this time: a conflict, which the next import looks at again. In the order of the slice: sorted, two slices that are
 * under way go through the index side by side and wait for each other at every page.
 */
async function claimForNewcomers({ trx, staged, bindings }: Work, claim: Claim): Promise<void> {
  const values = { ...bindings, kind: claim.kind };
  const claims = `insert into member_keys (programme_id, kind, value, member_id)
    select s.programme_id, :kind, ${claim.wanted}, slice.member_id
    from slice join ${staged} s on s.provider_person_id = slice.person
    where slice.kind = 'created' and ${claim.wanted} is not null`;
  // Looking out for conflicts costs a quarter of it, and there hardly ever is one.
  if (await unlessDouble(trx, (apart) => apart.raw(claims, values))) return;
  await trx.raw(`${claims} on conflict do nothing`, values);
  await trx.raw(
    `with lost as (
       delete from slice using ${staged} s
       where s.provider_person_id = slice.person and slice.kind = 'created' and ${claim.wanted} is not null
         and not exists (select from member_keys k where k.kind = :kind and k.value = ${claim.wanted} and k.member_id = slice.member_id)
       returning slice.ordinal, slice.member_id
     ), unclaimed as (
       delete from member_keys where member_id in (select member_id from lost)
     )
     update changes set outcome = 'conflict', member_id = null where import_id = :import and ordinal in (select ordinal from lost)`,
    values,
  );
  await trx.raw(
    `delete from members m where m.integration_id = :integration and m.version = 1
       and not exists (select from slice where slice.member_id = m.id) and m.provider_person_id in
         (select person from changes where import_id = :import and ordinal between :from and :through and outcome = 'conflict' and kind = 'created')`,
    values,
  );
}

/**
 * One invitation for each new member, ever: its key is the member. Where too many wait for a decision, it may have been taken
 * since the plan was made.
 */
async function inviteNewcomers({ trx, run, bindings }: Work): Promise<void> {
  await trx.raw(
    `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, message_id, send_after, state)
     select m.programme_id, rollcall_new_id(), :integration, :import, m.id, 'invitation', 'invitation:' || m.id, m.email,
       '<invitation.' || m.id || '@rollcall>', (select rollcall_now()), ${run.invitationsHeld ? HELD_INVITATION : `'pending'`}
     from slice c join members m on m.id = c.member_id where c.kind = 'created' and m.email is not null
     on conflict (programme_id, dedupe_key) do nothing`,
    bindings,
  );
}

/** Of somebody in the slice `c`. */
const HELD_INVITATION = `case when ${INVITATION_PUBLISHED} then 'pending' else
  coalesce((select case d.decision when 'approved' then 'pending' when 'rejected' then 'suppressed' end
    from removal_hold_members d join removal_holds h on h.id = d.hold_id
    where h.integration_id = :integration and d.member_id = m.id and d.cause = 'invitation' and d.decision is not null
    order by d.decided_at desc limit 1), 'held') end`;

/**
 * At the address that stays theirs, else at a personal one, else not at all: a work address may be somebody else's now, or
 * a few slices later.
 */
async function tellClosing({ trx, staged, bindings }: Work): Promise<void> {
  await trx.raw(
    `with told as (
       select m.*, k.value as key, case when k.value is not null and w.email_key is null then m.email else m.personal_email end as address
       from slice join members m on m.id = slice.member_id
       left join member_keys k on k.kind = 'email' and k.member_id = m.id
       left join (select distinct s.email_key from changes c join ${staged} s on s.provider_person_id = c.person
         where c.import_id = :import and c.outcome is null and c.kind in ('created', 'updated', 'reactivated', 'transferred')) w
         on w.email_key = k.value
       where slice.kind in ('leaver', 'revoked', 'vanished')
     )
     insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, payload, message_id, send_after)
     select programme_id, rollcall_new_id(), :integration, :import, id, 'close-down', 'close-down:' || id || ':' || :import, address,
       jsonb_build_object('endsOn', to_char(close_down_ends_on, 'YYYY-MM-DD'), 'key', case when address = email then key end),
       '<close-down.' || id || '.' || :import || '@rollcall>', (select rollcall_now())
     from told where address is not null
     on conflict (programme_id, dedupe_key) do nothing`,
    bindings,
  );
}

async function tellReturned({ trx, bindings }: Work): Promise<void> {
  await trx.raw(
    `insert into outbox (programme_id, id, integration_id, import_id, member_id, kind, dedupe_key, recipient, message_id, send_after)
     select m.programme_id, rollcall_new_id(), :integration, :import, m.id, 'welcome-back', 'welcome-back:' || m.id || ':' || :import,
       m.email, '<welcome-back.' || m.id || '.' || :import || '@rollcall>', (select rollcall_now())
     from slice join members m on m.id = slice.member_id where slice.kind = 'reactivated' and m.email is not null
     on conflict (programme_id, dedupe_key) do nothing`,
    bindings,
  );
}
