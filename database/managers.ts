import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * Who manages whom, in a second pass when everybody of the run has an account: HR systems name a manager by whatever they
 * know people by, often before that person has come along. The text that was received stays with the member; which member
 * it means is derived here, for all of the integration at once, so that a manager who arrives later is found by the people
 * who have been waiting. A manager who is no member, or whom nobody can tell, is no error.
 */
type Reference = 'person' | 'employee' | 'email';

/** Small enough that the fence is held for a moment. */
const MEMBERS_PER_STEP = 10_000;

/** By what people are known; SQL over a member `h`, and what a reference `r.text` has to equal. */
const KNOWN_BY: Readonly<Record<Reference, { readonly from: string; readonly text: string; readonly given: string }>> =
  {
    person: { from: ownMembers('provider_person_id'), text: 'h.provider_person_id', given: 'text' },
    employee: { from: ownMembers('employee_id'), text: 'h.employee_id', given: 'text' },
    // An address leads to one member of the programme, whichever integration they come from.
    email: {
      from: `member_keys k join members h on h.id = k.member_id where k.kind = 'email' and h.state <> 'deleted' and k.value`,
      text: 'k.value',
      given: 'lower(normalize(btrim(text), NFKC))',
    },
  };

/** Do this run's members have managers that may have to be found, or to be forgotten? */
export function concernsManagers({ kind, configuration, cleared }: RunContext): boolean {
  const isMapped = configuration.mapping?.fields.some(({ member }) => member === 'managerId') ?? false;
  return kind !== 'removals' && (isMapped || cleared.fields.includes('managerId'));
}

/**
 * One step over the members behind an id, in a transaction that can be repeated.
 *
 * @param after the last member of the step before; null: the first step.
 * @returns the last member of this one; null: that was all.
 */
export async function resolveManagers(
  trx: Transaction,
  run: Pick<RunContext, 'integration'>,
  after: string | null,
): Promise<string | null> {
  const { integration } = run;
  const reference = await chooseReference(trx, integration);
  await trx.raw(
    `create temporary table waiting on commit drop as
     select programme_id, id, case when state = 'deleted' then null else manager_id end as text from members
     where integration_id = :integration and (cast(:after as uuid) is null or id > cast(:after as uuid)) order by id limit :most`,
    { integration, after, most: MEMBERS_PER_STEP },
  );
  await trx.raw('analyze waiting');
  const { from, text, given } = KNOWN_BY[reference];
  // An array, since a plan from old statistics might compare everybody with everybody.
  await trx.raw(
    `create temporary table managers on commit drop as
     select ${text} as text, cast(min(cast(h.id as text)) as uuid) as id
     from ${from} = any(array(select distinct ${given} from waiting where text is not null))
     group by 1 having count(*) = 1`,
    { integration },
  );
  await trx.raw('analyze managers');
  await trx.raw(
    `create temporary table found on commit drop as
     select w.programme_id, w.id as member_id, m.id as manager_id
     from waiting w join managers m on m.text = ${given.replace('text', 'w.text')} where m.id <> w.id`,
  );
  await trx.raw('analyze found');
  await trx.raw(
    `delete from member_managers o using waiting w
     where o.member_id = w.id and not exists (select from found f where f.member_id = o.member_id and f.manager_id = o.manager_id)`,
  );
  await trx.raw(
    `insert into member_managers (programme_id, member_id, manager_id)
     select programme_id, member_id, manager_id from found on conflict (programme_id, member_id) do nothing`,
  );
  const { rows } = await trx.raw<{ rows: { last: string | null; members: number }[] }>(
    `select (select id from waiting order by id desc limit 1) as last, count(*) as members from waiting`,
  );
  const { last = null, members = 0 } = rows[0] ?? {};
  return members < MEMBERS_PER_STEP ? null : last;
}

/**
 * A provider names managers in one way, and numbers of one kind may be numbers of another by chance: the way in which most
 * of them are found is the way, for everybody. Where two find as many, the provider's own id goes first.
 */
async function chooseReference(trx: Transaction, integration: string): Promise<Reference> {
  await trx.raw(
    `create temporary table named on commit drop as
     select distinct manager_id as text from members
     where integration_id = :integration and state <> 'deleted' and manager_id is not null`,
    { integration },
  );
  let best: { readonly reference: Reference; readonly found: number } = { reference: 'person', found: 0 };
  for (const reference of ['person', 'employee', 'email'] as const) {
    const { from, text, given } = KNOWN_BY[reference];
    const { rows } = await trx.raw<{ rows: { found: number }[] }>(
      `select count(distinct ${text}) as found from ${from} = any(array(select ${given} from named))`,
      { integration },
    );
    const found = rows[0]?.found ?? 0;
    if (found > best.found) best = { reference, found };
  }
  await trx.raw('drop table named');
  return best.reference;
}

function ownMembers(column: string): string {
  return `members h where h.integration_id = :integration and h.state <> 'deleted' and h.${column}`;
}
