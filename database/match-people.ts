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

/** Whom the run's people are, as far as their links tell. */
export interface Matched {
  readonly matches: readonly Match[];
  /** The FROM clause of the staged people `s` whose id no member has; null: there are none. */
  readonly unlinked: string | null;
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
export async function matchPeople(trx: Transaction, { staged, bindings }: Staged): Promise<Matched> {
  await trx.raw('create temporary table relinked (provider_person_id text, member_id uuid) on commit drop');
  await trx.raw(
    `create temporary table unpaired (provider_person_id text, sync_key text, member_id uuid, member_state text, member_key text)
     on commit drop`,
  );
  // The links as a table of this plan's own, whose statistics are true: those of members may be older than the last
  // import, and a plan made from them may compare everybody with everybody.
  const linked = await trx.raw<{ rowCount: number }>(
    `create temporary table linked on commit drop as
     select id, state, provider_person_id, sync_key, ends_on from members where integration_id = :integration`,
    bindings,
  );
  const linkedPeople = `linked l join ${staged} s on s.provider_person_id = l.provider_person_id`;
  const byId = {
    most: `members m join ${staged} s on s.provider_person_id = m.provider_person_id`,
    few: `${linkedPeople} join members m on m.id = l.id and m.state = l.state`,
    links: linkedPeople,
    isByKey: false,
  };
  // On a first import everybody is new: nobody has to be looked for.
  if (linked.rowCount === 0) return { matches: [byId], unlinked: `${staged} s` };
  await trx.raw('analyze linked');
  if (!(await findUnpaired(trx, staged))) return { matches: [byId], unlinked: null };
  const matched = {
    matches: [byId],
    unlinked: `${staged} s join unpaired u on u.provider_person_id = s.provider_person_id`,
  };
  const relinked = await trx.raw<{ rowCount: number }>(
    `insert into relinked
     select u.provider_person_id, l.member_id from unpaired u join unpaired l on l.member_key = u.sync_key
     where l.member_state in ('active', 'closing-down')`,
  );
  await trx.raw('analyze relinked');
  if (relinked.rowCount === 0) return matched;
  const relinkedPeople = `relinked r join members m on m.id = r.member_id join ${staged} s on s.provider_person_id = r.provider_person_id`;
  const byKey = {
    most: relinkedPeople,
    few: relinkedPeople,
    links: `relinked r join linked l on l.id = r.member_id join ${staged} s on s.provider_person_id = r.provider_person_id`,
    isByKey: true,
  };
  return { ...matched, matches: [byId, byKey] };
}

/** People whose id no member has, and members whose id nobody has. Is there one of the people? */
async function findUnpaired(trx: Transaction, staged: string): Promise<boolean> {
  await trx.raw(
    `insert into unpaired
     select s.provider_person_id, s.sync_key, l.id, l.state, l.sync_key
     from linked l full join ${staged} s on s.provider_person_id = l.provider_person_id
     where l.id is null or s.provider_person_id is null`,
  );
  await trx.raw('analyze unpaired');
  const people = await trx.raw<{ rowCount: number }>('select from unpaired where member_id is null limit 1');
  return people.rowCount > 0;
}
