import type { Transaction } from './transaction.js';

/**
 * Ways to the same people: for statements that look at most of them, for those about few, and to the links of people alone,
 * without their members.
 */
export interface Match {
  readonly most: string;
  readonly few: string;
  readonly links: string;
  /** By the sync key, of people whose id no member has. */
  readonly isByKey: boolean;
}

/** The run's staged people and what its statements are given. */
export interface Staged {
  readonly staged: string;
  readonly bindings: Readonly<Record<string, string>>;
}

/**
 * Who is whom: the provider's own id first; for people whose id no member has, the sync key, unless the directory
 * still describes the key's member under its own id. Gives the FROM clauses that the other statements share.
 */
export async function matchPeople(trx: Transaction, { staged, bindings }: Staged): Promise<Match[]> {
  // The links as a table of this plan's own, whose statistics are true: those of members may be older than the last
  // import, and a plan made from them may compare everybody with everybody.
  await trx.raw(
    `create temporary table linked on commit drop as
     select id, state, provider_person_id, sync_key, ends_on from members where integration_id = :integration`,
    bindings,
  );
  await trx.raw('analyze linked');
  await trx.raw(
    `create temporary table unlinked on commit drop as
     select s.provider_person_id, s.sync_key from ${staged} s
     where not exists (select from linked l where l.provider_person_id = s.provider_person_id)`,
  );
  const relinked = await trx.raw<{ rowCount: number }>(
    `create temporary table relinked on commit drop as
     select u.provider_person_id, l.id as member_id
     from unlinked u join linked l on l.sync_key = u.sync_key
     where l.state in ('active', 'closing-down')
       and not exists (select from ${staged} o where o.provider_person_id = l.provider_person_id)`,
  );
  await trx.raw('analyze unlinked, relinked');
  const linkedPeople = `linked l join ${staged} s on s.provider_person_id = l.provider_person_id`;
  const byId = {
    most: `members m join ${staged} s on s.provider_person_id = m.provider_person_id`,
    few: `${linkedPeople} join members m on m.id = l.id and m.state = l.state`,
    links: linkedPeople,
    isByKey: false,
  };
  const relinkedPeople = `relinked r join members m on m.id = r.member_id join ${staged} s on s.provider_person_id = r.provider_person_id`;
  const byKey = {
    most: relinkedPeople,
    few: relinkedPeople,
    links: `relinked r join linked l on l.id = r.member_id join ${staged} s on s.provider_person_id = r.provider_person_id`,
    isByKey: true,
  };
  return relinked.rowCount === 0 ? [byId] : [byId, byKey];
}
