import { canonicalEmail, EMPLOYEE_ID, MEMBER_FIELDS } from '../domain/member.js';
import { settleClaims } from './claims.js';
import { holdIdentity, holdRemovals, releaseApproved } from './limits.js';
import { undoneBefore, WAS_APPLIED } from './undo.js';
import type { RunContext, Undoing } from './run-context.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * The plan of an undo: the inverse of what a run has applied, where nothing has changed the member since. Instead of the
 * directory, what the members shall be again is staged, so that limits, claims and provisioning are those of every run.
 */
export async function planUndo(trx: Transaction, run: RunContext, undo: Undoing): Promise<void> {
  await trx('changes').where({ import_id: run.import }).delete();
  await trx('run_problems').where({ import_id: run.import, phase: 'plan' }).delete();
  await findChanges(trx, run, undo);
  await stageMembers(trx, run);
  await planInverse(trx, run);
  await tellWhoStays(trx, run);
  // What somebody has approved of an undo is not held again.
  if (run.kind === 'undo') {
    await holdRemovals(trx, run);
    await holdIdentity(trx, run);
    await releaseApproved(trx, run);
  }
  await settleClaims(trx, run);
}

const REMOVED = `('leaver', 'revoked', 'vanished')`;

/** What was applied and not undone before, with the kind of its inverse, or why it cannot be undone. */
async function findChanges(trx: Transaction, run: RunContext, undo: Undoing): Promise<void> {
  const decided = `and exists (select from removal_hold_members d where d.request_key = :requestKey and d.decision = 'approved' and d.member_id = c.member_id)`;
  await trx.raw(
    `create temporary table undoing on commit drop as
     select row_number() over (order by c.ordinal) as ordinal, c.kind as was, c.person, c.member_id, c.put_back, m.version, r.as_of,
       coalesce(cast(c.before as jsonb), '{}') as before, coalesce(cast(c.after as jsonb), '{}') as after,
       case when c.kind in ${REMOVED} then 'reactivated'
            when c.kind in ('created', 'reactivated') or c.before->>'state' = 'closing-down' then 'revoked'
            when c.kind = 'adopted' then 'transferred' else c.kind end as kind,
       case when m.state = 'deleted' then 'erased'
            when m.version <> coalesce(c.member_version, 0) + 1 or m.integration_id is distinct from :integration
              or m.state <> case when c.kind in ${REMOVED} then 'closing-down' else 'active' end then 'changed-later'
            when exists (select from members o where o.id <> m.id
              and (o.integration_id, o.provider_person_id) = ((c.put_back->>'integration')::uuid, c.put_back->>'person')) then 'changed-later'
            when m.protected and (c.kind in ('created', 'reactivated') or c.before->>'state' = 'closing-down') then 'protected'
       end as obstacle
     from changes c join import_runs r on r.id = c.import_id join members m on m.id = c.member_id
     where c.import_id = :undone and ${WAS_APPLIED} and (cast(:only as text) is null or c.kind in ${REMOVED})
       and not exists (${undoneBefore('c')}) ${run.kind === 'undo' ? '' : decided}`,
    {
      integration: run.integration,
      import: run.import,
      undone: undo.import,
      only: undo.only,
      requestKey: run.requestKey,
    },
  );
  await trx.raw('analyze undoing');
}

/** A batch of addresses whose canonical form is made here, where all others are made. */
const ADDRESSES_AT_ONCE = 5000;

async function stageMembers(trx: Transaction, run: RunContext): Promise<void> {
  const staged = peopleTable(run.import);
  await trx.raw(`delete from ${staged}`);
  const fields = MEMBER_FIELDS.map(({ id, column, kind }) => ({ column, value: asItWas(id, column, kind) }));
  await trx.raw(
    `insert into ${staged} (provider_person_id, list, page, place, standing, sync_key, employee_id, email_key, role, custom, saas_user,
       ${fields.map(({ column }) => column).join(', ')})
     select u.person, 0, 0, 0, 'employed',
       case when u.put_back is null then m.sync_key when u.put_back->>'integration' = cast(:integration as text) then u.put_back->>'key' end,
       ${asItWas(EMPLOYEE_ID, 'employee_id', 'text')},
       case when u.before \\? 'email' then null else (select k.value from member_keys k where k.kind = 'email' and k.member_id = m.id) end,
       ${asItWas('role', 'role', 'text')}, ${insideAsItWas('custom')}, ${insideAsItWas('saas_user')}, ${fields.map(({ value }) => value).join(', ')}
     from undoing u join members m on m.id = u.member_id
     where u.obstacle is null and u.kind in ('updated', 'transferred', 'reactivated')`,
    { integration: run.integration },
  );
  await canonicalAddresses(trx, staged);
  await trx.raw(`create unique index if not exists ${staged}_person on ${staged} (provider_person_id)`);
  await trx.raw(`analyze ${staged}`);
}

/** SQL over `u` (what is undone) and `m` (the member) for the value that a field had before. */
function asItWas(id: string, column: string, kind: string): string {
  const value = `u.before->>'${id}'`;
  return `case when u.before \\? '${id}' then ${kind === 'date' ? `cast(${value} as date)` : value} else m.${column} end`;
}

/** Of several named values: those that the change shows as they were, the others as they are. */
function insideAsItWas(column: 'custom' | 'saas_user'): string {
  const prefix = column === 'custom' ? 'custom.' : 'saasUser.';
  const inside = (of: string) => `from jsonb_each(u.${of}) e where e.key like '${prefix}%'`;
  const name = `substr(e.key, ${prefix.length + 1})`;
  return `nullif((coalesce(m.${column}, '{}') - coalesce((select array_agg(${name}) ${inside('after')}), '{}'))
    || coalesce((select jsonb_object_agg(${name}, e.value) ${inside('before')}), '{}'), '{}')`;
}

async function canonicalAddresses(trx: Transaction, staged: string): Promise<void> {
  for (let after = ''; ;) {
    const rows = await trx(staged)
      .whereNull('email_key')
      .whereNotNull('email')
      .andWhere('provider_person_id', '>', after)
      .orderBy('provider_person_id')
      .limit(ADDRESSES_AT_ONCE)
      .select<{ provider_person_id: string; email: string }[]>('provider_person_id', 'email');
    const last = rows.at(-1);
    if (last === undefined) return;
    await trx.raw(
      `update ${staged} s set email_key = a.value
       from unnest(cast(:people as text[]), cast(:values as text[])) as a(person, value) where s.provider_person_id = a.person`,
      {
        people: rows.map((row) => row.provider_person_id),
        values: rows.map(({ email }) => canonicalEmail(email)),
      },
    );
    after = last.provider_person_id;
  }
}

/** Why, by what is undone; the reason's values name the run and its day. */
const REASON = `case u.was when 'created' then 'undo-created' when 'reactivated' then 'undo-reactivated' when 'updated' then 'undo-updated'
  when 'adopted' then 'undo-adopted' when 'transferred' then 'undo-transferred' else 'undo-removal' end`;

async function planInverse(trx: Transaction, run: RunContext): Promise<void> {
  const closes = (state: string) =>
    `case when u.kind = 'revoked' then jsonb_build_object('state', '${state}') else u.${state === 'active' ? 'after' : 'before'} end`;
  await trx.raw(
    `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id, member_version,
       reason_code, reason_values, before, after, put_back)
     select m.programme_id, :import, u.ordinal, u.kind, u.person, m.employee_id, m.email, m.id, m.version, ${REASON},
       jsonb_build_object('import', cast(:undone as text), 'on', to_char(u.as_of at time zone :zone, 'YYYY-MM-DD')),
       ${closes('active')}, ${closes('closing-down')},
       -- An account that closes again keeps the link that it came back with.
       case when u.was <> 'reactivated' then u.put_back end
     from undoing u join members m on m.id = u.member_id where u.obstacle is null`,
    { import: run.import, undone: run.undo?.import ?? null, zone: run.dataTimeZone },
  );
}

/** Who was erased has no name any more: the certificate's hash stands for it. */
async function tellWhoStays(trx: Transaction, run: RunContext): Promise<void> {
  await trx.raw(
    `create temporary table staying on commit drop as
     select u.ordinal, u.member_id, u.obstacle, m.employee_id, m.email,
       case u.obstacle when 'erased' then coalesce(e.person_hash, e.email_hash, 'erased') else u.person end as person,
       case u.obstacle
         when 'erased' then 'The account was erased' || coalesce(' on ' || to_char(e.erased_at at time zone :zone, 'YYYY-MM-DD'), '') ||
           ', when its grace period was over: nothing of it can come back. Its certificate has the hash ' ||
           coalesce(e.person_hash, e.email_hash, 'of nobody') || '.'
         when 'protected' then 'The account is protected, so it is not closed again.'
         else 'Changed later: something has changed the account after the import that is undone, so it stays as it is.'
       end as detail
     from undoing u join members m on m.id = u.member_id left join erasures e on e.member_id = m.id
     where u.obstacle is not null`,
    { zone: run.dataTimeZone },
  );
  await trx.raw(
    `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id, reason_code, reason_values)
     select :programme, :import, ordinal, 'error', person, employee_id, email, member_id, 'problem',
       jsonb_build_object('code', obstacle, 'detail', detail) from staying`,
    { programme: run.programme, import: run.import },
  );
  await trx.raw(
    `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, detail, fixed_by)
     select :programme, :import, 'plan', 'error', obstacle, person, employee_id, detail, 'admin' from staying order by ordinal`,
    { programme: run.programme, import: run.import },
  );
}
