import type { RunContext } from './run-context.js';
import type { Transaction } from './transaction.js';

/**
 * Who manages whom, in a second pass when everybody of the run has an account: HR systems name a manager by whatever they
 * know people by, often before that person has come along. The text that was received stays with the member; which member
 * it means is derived here, once for each text, for all of the integration at once, so that a manager who arrives later is
 * found by the people who have been waiting. A manager who is no member, or whom nobody can tell, is no error.
 */

/** Do this run's members have managers that may have to be found, or to be forgotten? */
export function concernsManagers({ kind, configuration, cleared }: RunContext): boolean {
  const isMapped = configuration.mapping?.fields.some(({ member }) => member === 'managerId') ?? false;
  return kind !== 'removals' && (isMapped || cleared.fields.includes('managerId'));
}

/** SQL for the manager of a member `m`, by the table below; nobody is their own. */
export const MANAGER_OF = `(select g.manager_id from manager_references g
  where g.integration_id = m.integration_id and g.reference = m.manager_id and g.manager_id <> m.id)`;

/** Brings the integration's references in line with its members. May be repeated. */
export async function resolveManagers(
  trx: Transaction,
  { integration }: Pick<RunContext, 'integration'>,
): Promise<void> {
  // Tables of this pass's own, whose statistics are true: by those of members, from before the last import, everybody may
  // be compared with everybody.
  await trx.raw(
    `create temporary table own on commit drop as
     select id, provider_person_id, employee_id, manager_id from members
     where integration_id = :integration and state <> 'deleted'`,
    { integration },
  );
  await trx.raw(
    `create temporary table named on commit drop as
     select manager_id as reference, lower(normalize(btrim(manager_id), NFKC)) as address from own
     where manager_id is not null group by 1`,
  );
  await trx.raw('analyze own, named');
  await trx.raw(
    `create temporary table meant on commit drop as
     select 1 as way, n.reference, o.id from named n join own o on o.provider_person_id = n.reference
     union all select 2, n.reference, o.id from named n join own o on o.employee_id = n.reference
     union all select 3, n.reference, k.member_id from named n join (${HOLDERS_OF_ADDRESSES}) k on k.value = n.address`,
  );
  await trx.raw(
    `create temporary table found on commit drop as
     select reference, cast(min(cast(id as text)) as uuid) as manager_id from meant
     where way = (${BEST_WAY}) group by 1 having count(*) = 1`,
  );
  await trx.raw('analyze found');
  await trx.raw(
    `delete from manager_references g where g.integration_id = :integration
       and not exists (select from found f where f.reference = g.reference and f.manager_id = g.manager_id)`,
    { integration },
  );
  await trx.raw(
    `insert into manager_references (programme_id, integration_id, reference, manager_id)
     select i.programme_id, i.id, f.reference, f.manager_id from found f join integrations i on i.id = :integration
     on conflict (programme_id, integration_id, reference) do nothing`,
    { integration },
  );
}

/** An address leads to one member of the programme, whichever integration they come from. An array finds them by index. */
const HOLDERS_OF_ADDRESSES = `select k.value, k.member_id from member_keys k join members h on h.id = k.member_id
  where k.kind = 'email' and h.state <> 'deleted' and k.value = any(array(select address from named where address like '%@%'))`;

/**
 * A provider names managers in one way, and numbers of one kind may be numbers of another by chance: the way in which most
 * of them are found is the way, for everybody. Where two find as many, the provider's own id goes first.
 */
const BEST_WAY = `select way from meant group by way order by count(distinct reference) desc, way limit 1`;
