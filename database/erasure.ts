import { MEMBER_FIELDS } from '../domain/member.js';
import { peopleTable } from './staging.js';
import type { Transaction } from './transaction.js';

/**
 * The end of a close-down: everything personal of a member goes, at once and everywhere; the row stays for history and
 * counting, and a certificate says that it was done. Whoever comes back afterwards is somebody new.
 */
/** Together they take less than a second, and the sweep comes every hour and goes on. */
const MOST_AT_ONCE = 2000;
const PERSONAL = [
  ...MEMBER_FIELDS.map(({ column }) => column),
  'custom',
  'saas_user',
  'employee_id',
  'sync_key',
  'role',
];

/** Members whose grace period is over where the programme lives. Gives how many were erased. */
export async function eraseDue(trx: Transaction, programme: string): Promise<number> {
  const due = await trx.raw<{ rowCount: number }>(
    `create temporary table erased on commit drop as
     select m.id, m.integration_id, m.provider_person_id, m.email, m.close_down_reason, p.erasure_key
     from members m join programmes p on p.id = m.programme_id
     where m.programme_id = :programme and m.state = 'closing-down'
       and m.close_down_ends_on <= cast(rollcall_now() at time zone p.time_zone as date)
     order by m.close_down_ends_on limit :most for update of m`,
    { programme, most: MOST_AT_ONCE },
  );
  if (due.rowCount > 0) await erase(trx);
  await trx.raw('drop table erased');
  return due.rowCount;
}

async function erase(trx: Transaction): Promise<void> {
  await trx.raw('analyze erased');
  // The key makes them useless to whoever has the hashes alone and guesses addresses.
  const hash = (value: string) =>
    `case when ${value} is null then null else encode(sha256(erasure_key || convert_to(lower(${value}), 'UTF8')), 'hex') end`;
  await trx.raw(
    `insert into erasures (programme_id, member_id, email_hash, person_hash, reason, changes)
     select m.programme_id, e.id, ${hash('e.email')}, ${hash('e.provider_person_id')}, e.close_down_reason,
       (select count(*) from changes c where c.member_id = e.id)
     from erased e join members m on m.id = e.id`,
  );
  await trx.raw(
    `update changes c set before = null, after = null, email = null, employee_id = null, person = 'erased', reason_values = null, put_back = null
     from erased e where c.member_id = e.id`,
  );
  await trx.raw(
    `delete from run_problems p using erased e, import_runs r
     where r.id = p.import_id and r.integration_id = e.integration_id and p.person = e.provider_person_id`,
  );
  await trx.raw(`delete from member_keys k using erased e where k.member_id = e.id`);
  await trx.raw(`delete from manager_references g using erased e where g.manager_id = e.id`);
  await trx.raw(`delete from member_sessions s using erased e where s.member_id = e.id`);
  await trx.raw(`delete from password_links l using erased e where l.member_id = e.id`);
  await trx.raw(`delete from member_sign_ins s using erased e where s.member_id = e.id`);
  await trx.raw(`delete from invitations i using erased e where i.member_id = e.id`);
  await trx.raw(
    `update outbox o set recipient = '', payload = '{}', state = case when o.state in ('pending', 'held', 'sending') then 'suppressed' else o.state end
     from erased e where o.member_id = e.id`,
  );
  await eraseFromSnapshots(trx);
  await trx.raw(
    `update members m set state = 'deleted', version = m.version + 1, ${PERSONAL.map((column) => `${column} = null`).join(', ')},
       provider_person_id = case when m.provider_person_id is null then null else 'erased:' || m.id end,
       ends_on = null, absent_since = null, close_down_started_on = null, close_down_ends_on = null, close_down_told_on = null
     from erased e where m.id = e.id`,
  );
}

/** The directory as it was last read may have them still, as leavers or outside the segment. */
async function eraseFromSnapshots(trx: Transaction): Promise<void> {
  const { rows } = await trx.raw<{ rows: { snapshot: string }[] }>(
    `select distinct i.snapshot_import as snapshot from erased e join integrations i on i.id = e.integration_id
     where i.snapshot_import is not null`,
  );
  for (const { snapshot } of rows) {
    await trx.raw(
      `delete from ${peopleTable(snapshot)} s using erased e where s.provider_person_id = e.provider_person_id`,
    );
  }
}
