import type { Matched, Staged } from './match-people.js';
import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * Eligible people whom no member of this integration is linked to, and who have an account all the same: one made by
 * hand, one that another integration left behind, or their own from before under another id. Nobody gets somebody
 * else's account: an address or a key alone is no proof, since addresses are used again and every HR system counts its
 * people from one. Only an account made by hand is taken by its address alone: somebody typed it for this very person.
 */
interface KnownPeople extends Staged {
  readonly unlinked: Matched['unlinked'];
}

const TORN = 'account-ambiguous';

/** Makes the table `known (provider_person_id, member_id, kind, reason, reason_values)`; gives how many there are. */
export async function findKnownPeople(
  trx: Transaction,
  run: RunContext,
  { staged, bindings, unlinked }: KnownPeople,
): Promise<number> {
  await trx.raw(
    `create temporary table known (provider_person_id text, member_id uuid, kind text, reason text, reason_values jsonb) on commit drop`,
  );
  if (unlinked === null) return 0;
  // A programme's first import has nobody to know.
  const members = await trx.raw<{ rowCount: number }>(`select from members where state <> 'deleted' limit 1`);
  if (members.rowCount === 0) return 0;
  const strangers = await trx.raw<{ rowCount: number }>(
    `create temporary table strangers on commit drop as
     select s.provider_person_id from ${unlinked}
     where s.standing = 'employed' and not s.outside
       and not exists (select from relinked r where r.provider_person_id = s.provider_person_id)`,
  );
  if (strangers.rowCount === 0) return 0;
  await trx.raw('analyze strangers');
  await findCandidates(trx, run, { staged, bindings });
  const candidates = await trx.raw<{ rowCount: number }>('select from candidates limit 1');
  if (candidates.rowCount === 0) return 0;
  await trx.raw('analyze candidates');
  const chosen = await choose(trx, run, staged);
  await trx.raw('analyze known');
  return chosen;
}

/** Who was torn is staged as an error by that; an attempt that repeats a committed one begins with whom the map gave it. */
export async function forgetTorn(trx: Transaction, { staged, bindings }: Staged): Promise<void> {
  await trx.raw(
    `update ${staged} s set standing = 'employed' from run_problems p
     where p.import_id = :import and p.code = '${TORN}' and p.person = s.provider_person_id`,
    bindings,
  );
}

/** Where the key of an account made by hand stands: it has no link yet. */
function keyByHand({ configuration: { mapping } }: RunContext): string {
  const key = mapping?.syncKey ?? 'employeeId';
  if (key === 'employeeId') return 'm.employee_id';
  // An address is looked for as such anyway.
  return key === 'email' ? 'null' : `m.custom->>'${key.slice('custom.'.length)}'`;
}

/** Upper and lower case and spaces make no other name; where one of the two parts is missing, the whole name counts. */
const nameOf = (row: string): string =>
  `nullif(lower(regexp_replace(btrim(coalesce(${row}.first_name || ' ' || ${row}.last_name, ${row}.full_name)), '\\s+', ' ', 'g')), '')`;

async function findCandidates(trx: Transaction, run: RunContext, { staged, bindings }: Staged): Promise<void> {
  await trx.raw(
    `create temporary table candidates on commit drop as
     with left_behind as materialized (
       select id from integrations where id <> :integration and state in ('revoked', 'removed')
     ), hits as (
       select s.provider_person_id, k.member_id, true as by_email, false as by_key
       from strangers x join ${staged} s on s.provider_person_id = x.provider_person_id
       join member_keys k on k.kind = 'email' and k.value = s.email_key
       union all
       select s.provider_person_id, m.id, false, true
       from strangers x join ${staged} s on s.provider_person_id = x.provider_person_id
       join members m on m.integration_id is null and ${keyByHand(run)} = s.sync_key
       union all
       select s.provider_person_id, m.id, false, true
       from strangers x join ${staged} s on s.provider_person_id = x.provider_person_id
       join members m on m.sync_key = s.sync_key and m.integration_id in (select id from left_behind)
     ), signs as (
       select h.provider_person_id, h.member_id, bool_or(h.by_email) as by_email,
         bool_or(h.by_key or coalesce(s.employee_id = m.employee_id, false)) as by_key,
         bool_or(coalesce(s.birthday = m.birthday, false)) as by_birthday,
         bool_or(coalesce(${nameOf('s')} = ${nameOf('m')}, false)) as by_name,
         bool_or(coalesce(s.birthday <> m.birthday, false)) as another_birthday
       from hits h join ${staged} s on s.provider_person_id = h.provider_person_id join members m on m.id = h.member_id
       group by 1, 2
     )
     select c.provider_person_id, c.member_id, c.by_email, c.by_key, i.name as owner,
       case when c.another_birthday or (m.integration_id = :integration and o.standing <> 'left') then null
         when m.integration_id is null and m.state = 'active' and (c.by_email or c.by_birthday or c.by_name) then 'adopted'
         when cast(c.by_email as integer) + cast(c.by_key as integer) + cast(c.by_birthday as integer) + cast(c.by_name as integer) < 2 then null
         when m.integration_id = :integration and c.by_email and m.state = 'closing-down' then 'reactivated'
         when m.integration_id = :integration and c.by_email and m.state = 'active' and o.standing = 'left' then 'updated'
         when m.integration_id <> :integration and m.state = 'closing-down' and c.by_email then 'transferred'
         when m.integration_id in (select id from left_behind) and m.state in ('active', 'closing-down') then 'transferred'
       end as kind
     from signs c join members m on m.id = c.member_id left join integrations i on i.id = m.integration_id
     left join relinked r on r.member_id = m.id
     left join ${staged} o on o.provider_person_id = coalesce(r.provider_person_id, m.provider_person_id) and m.integration_id = :integration`,
    bindings,
  );
  await trx.raw('delete from candidates where kind is null');
}

const REASON = `case kind
    when 'adopted' then case when by_key then 'adopted-by-key' else 'adopted-by-email' end
    when 'transferred' then 'moved-between-integrations'
    else 'back-with-another-id' end`;

/** The account that both key and address lead to, else that of the key; where two are equally good, nobody is guessed. */
async function choose(trx: Transaction, run: RunContext, staged: string): Promise<number> {
  await trx.raw(
    `create temporary table best on commit drop as
     select *, count(*) over (partition by provider_person_id) as accounts, count(*) over (partition by member_id) as people from (
       select *, rank() over (partition by provider_person_id order by by_key and by_email desc, by_key desc) as place from candidates
     ) ranked where place = 1`,
  );
  await trx.raw(
    `with torn as (
       select distinct provider_person_id, accounts from best where accounts > 1 or people > 1
     ), refused as (
       update ${staged} s set standing = 'error' from torn t where t.provider_person_id = s.provider_person_id
       returning s.programme_id, s.provider_person_id, s.employee_id, t.accounts
     )
     insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, field, allowed, detail, fixed_by)
     select programme_id, :import, 'plan', 'error', '${TORN}', provider_person_id, employee_id, :field,
       'signs that lead one person to one account',
       case when accounts > 1 then accounts || ' accounts that exist already may be this person''s; none was taken.'
         else 'An account that exists already may be this person''s or somebody else''s of the same import; nobody got it.' end,
       'admin'
     from refused`,
    { import: run.import, field: run.configuration.mapping?.syncKey ?? 'employeeId' },
  );
  const chosen = await trx.raw<{ rowCount: number }>(
    `insert into known
     select provider_person_id, member_id, kind, ${REASON}, jsonb_strip_nulls(jsonb_build_object('integration', owner))
     from best where accounts = 1 and people = 1`,
  );
  return chosen.rowCount;
}
