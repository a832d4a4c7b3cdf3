import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { integrationWorkflowId } from '../../../workflows/messages.js';
import { SINGS } from '../../journeys/canaries.js';
import type { Companies, Company } from './companies.js';
import type { Site } from './site.js';

/**
 * What must be true whatever was done to the product, looked up in the database behind its back. Nothing here asks the
 * product's own rules: limits and standings are worked out anew, and who is really gone is known from the directory.
 */
export interface Invariant {
  readonly name: string;
  /** @returns a sentence for each violation; without a person's data. */
  readonly check: (site: Site, companies: Companies) => Promise<string[]>;
}

/** Sentences of a statement that finds what may not be. */
const none = (name: string, sql: string): Invariant => ({
  name,
  check: async (site) => (await site.rows<{ what: string }>(`${sql} limit 5`)).map(({ what }) => `${name}: ${what}`),
});

const REMOVAL = `c.kind in ('leaver', 'revoked', 'vanished')`;
/** Of a run that has come to it, by the run's high-water mark. */
const APPLIED = `c.outcome is null and r.applied_through >= c.ordinal and r.lane = 'write'`;
const APPROVED = `exists (select from removal_hold_members m join removal_holds h on h.id = m.hold_id
  where h.integration_id = r.integration_id and m.member_id = c.member_id and m.decision = 'approved')`;
/** The limit of interfaces: max(3, min(10 %, max(100, 1 %))), of the active members before the run. */
const LIMIT = `greatest(3, least(0.1 * r.members_before, greatest(100, 0.01 * r.members_before)))`;

const IN_SQL: readonly Invariant[] = [
  none(
    'every run has ended',
    `select 'run ' || id || ' is ' || state || ' in ' || phase as what from import_runs where ended_at is null`,
  ),
  none(
    'no run ends by a fault of Rollcall itself',
    `select 'run ' || id || ': ' || failure_detail as what from import_runs where failure_code = 'internal'`,
  ),
  none(
    'an ended run is over and done with',
    `select 'run ' || id || ' has ended, and is in the phase ' || phase as what from import_runs
     where ended_at is not null and phase <> 'done'`,
  ),
  none(
    'the counts of a run are its changes',
    `select 'run ' || r.id || ' counts ' || k.key || ' ' || k.value || ' and has ' || count(c.*) as what
     from import_runs r cross join jsonb_each_text(r.counts) k
     left join changes c on c.import_id = r.id and c.kind = k.key
     where r.state like 'completed%' and r.kind = 'import' and k.key not in ('unchanged', 'skipped', 'warnings')
     group by r.id, k.key, k.value having count(c.*) <> k.value::bigint`,
  ),
  none(
    'every change of a completed run has an end',
    `select 'run ' || r.id || ' never came to a ' || c.kind as what from import_runs r join changes c on c.import_id = r.id
     where r.state like 'completed%' and r.lane = 'write' and c.kind <> 'error' and c.outcome is null
       and c.ordinal > coalesce(r.applied_through, -9e18)`,
  ),
  none(
    'who was created is a member',
    `select 'run ' || r.id || ' created nobody for a change' as what from import_runs r join changes c on c.import_id = r.id
     where c.kind = 'created' and ${APPLIED} and not exists (select from members m where m.id = c.member_id)`,
  ),
  none(
    'no person is a member twice',
    `select 'a person has ' || count(*) || ' members in ' || integration_id as what from members
     where state <> 'deleted' and integration_id is not null group by integration_id, provider_person_id having count(*) > 1`,
  ),
  none(
    'no address is of two active members',
    `select 'an address has ' || count(*) || ' members in ' || programme_id as what from members
     where state = 'active' group by programme_id, lower(email) having count(*) > 1`,
  ),
  none(
    'claims are the addresses of the active members',
    `select 'member ' || m.id || ' holds ' || count(k.*) || ' addresses' as what from members m
     left join member_keys k on k.member_id = m.id and k.kind = 'email' and k.value = lower(m.email)
     where m.state = 'active' and m.email is not null group by m.id having count(k.*) <> 1`,
  ),
  none(
    'a member has one invitation at most',
    `select 'member ' || member_id || ' has ' || count(*) || ' invitations' as what from outbox
     where kind = 'invitation' group by member_id having count(*) > 1`,
  ),
  none(
    'nobody vanishes without a proven import, and a second one twelve hours before or a look-up that said gone',
    `select 'run ' || r.id || ' let somebody vanish' as what from import_runs r join changes c on c.import_id = r.id
     where c.kind = 'vanished' and ${APPLIED} and r.kind = 'import' and (r.proof is distinct from 'proven'
       or r.look_ups_doubted and c.reason_code = 'looked-up-gone'
       or c.reason_code not in ('looked-up-gone', 'not-in-directory')
       or c.reason_code = 'not-in-directory' and not exists
         (select from import_runs s where s.integration_id = r.integration_id and s.proof = 'proven'
          and s.as_of <= r.as_of - interval '12 hours'))`,
  ),
  none(
    'nobody vanishes by an approval who was not asked for, or is still there',
    `select 'run ' || r.id || ' let somebody vanish unasked' as what from import_runs r join changes c on c.import_id = r.id
     where c.kind = 'vanished' and ${APPLIED} and c.reason_code not in ('looked-up-gone', 'not-in-directory')`,
  ),
  none(
    'no import removes more than its limit without a decision',
    `select 'run ' || r.id || ' removed ' || count(*) || ' of ' || r.members_before as what
     from import_runs r join changes c on c.import_id = r.id
     where ${REMOVAL} and ${APPLIED} and r.kind = 'import' and not ${APPROVED}
     group by r.id, r.members_before having count(*) > ${LIMIT}`,
  ),
  none(
    'no week removes more than twice the limit without a decision',
    `select 'run ' || r.id || ' and the week before it removed ' || w.removed || ' of ' || r.members_before as what
     from import_runs r cross join lateral (select count(*) as removed from import_runs s join changes c on c.import_id = s.id
       where s.integration_id = r.integration_id and s.kind = 'import' and c.outcome is null and ${REMOVAL}
         and s.applied_through >= c.ordinal and s.as_of <= r.as_of and s.ended_at > r.as_of - interval '7 days'
         and not exists (select from removal_hold_members m join removal_holds h on h.id = m.hold_id
           where h.integration_id = s.integration_id and m.member_id = c.member_id and m.decision = 'approved')) w
     where r.kind = 'import' and exists (select from changes c where c.import_id = r.id and ${REMOVAL} and ${APPLIED} and not ${APPROVED})
       and w.removed > 2 * ${LIMIT}`,
  ),
  none(
    'a run of removals removes whom somebody approved',
    `select 'run ' || r.id || ' removed somebody undecided' as what from import_runs r join changes c on c.import_id = r.id
     where r.kind = 'removals' and r.request_key not like 'ended:%' and ${REMOVAL} and ${APPLIED} and not ${APPROVED}`,
  ),
  none(
    'the audit log names nobody',
    `select 'row ' || id as what from audit_log t where t::text ~* 'canary|@[a-z0-9-]+\\.example'`,
  ),
];

const invitedOnce: Invariant = {
  name: 'nobody is invited twice, and who is said to be invited was',
  async check(site) {
    const sent = await site.rows<{ message_id: string; state: string }>(
      `select message_id, state from outbox where kind = 'invitation' and state in ('sent', 'unknown')`,
    );
    const received = new Map<string, number>();
    for (let after = 0; ;) {
      const page = await site.sink.store.page({ kind: 'invitation', after, limit: 1000 });
      for (const { headers } of page.items) {
        const id = headers['message-id'] ?? '';
        received.set(id, (received.get(id) ?? 0) + 1);
      }
      const last = page.items.at(-1);
      if (last === undefined) break;
      after = Number(last.id);
    }
    const twice = [...received].filter(([, count]) => count > 1);
    const lost = sent.filter(({ message_id, state }) => state === 'sent' && !received.has(message_id));
    return [
      ...twice.slice(0, 5).map(([id, count]) => `the invitation ${id} went out ${count} times`),
      ...lost.slice(0, 5).map(({ message_id }) => `the invitation ${message_id} is "sent" and was never received`),
    ];
  },
};

const removedForCause: Invariant = {
  name: 'who is removed has left, or is gone from the directory',
  async check(site, companies) {
    const found: string[] = [];
    for (const company of companies.all) {
      const removed = await site.rows<{ id: string; reason: string }>(
        `select provider_person_id as id, close_down_reason as reason from members
         where integration_id = $1 and state = 'closing-down'`,
        [company.integration],
      );
      const wrongly = removed.filter(({ id, reason }) => {
        if (reason === 'leaver') return !company.left.has(id);
        return reason !== 'vanished' || !company.deleted.has(id);
      });
      found.push(...wrongly.map(({ id, reason }) => `${company.subdomain}: person ${id} is closed down as ${reason}`));
    }
    return found.slice(0, 5);
  },
};

const workflowsLive: Invariant = {
  name: 'every integration has its workflow',
  async check(site, companies) {
    const connection = await Connection.connect({ address: site.temporal.address });
    try {
      const client = new Client({ connection, namespace: site.temporal.namespace });
      const states = await Promise.all(
        companies.all.map(async ({ subdomain, integration }) => {
          const { status } = await client.workflow.getHandle(integrationWorkflowId(integration)).describe();
          return status.name === 'RUNNING' ? [] : [`the workflow of ${subdomain} is ${status.name}`];
        }),
      );
      return states.flat();
    } finally {
      await connection.close();
    }
  },
};

const AROUND = 60;

const privacy: Invariant = {
  name: 'no person stands in histories or logs',
  async check(site) {
    const logs = (await readdir(join(site.dataDir, 'log'))).map((name) => join('log', name));
    const histories = (await readdir(site.dataDir)).filter((name) => name.startsWith('temporal.db'));
    const found: string[] = [];
    for (const name of [...logs, ...histories]) {
      const text = await readFile(join(site.dataDir, name), 'latin1');
      const at = text.search(SINGS);
      if (at >= 0)
        found.push(`${name}: …${text.slice(Math.max(0, at - AROUND), at + AROUND).replace(/[^ -~]/g, '·')}…`);
    }
    return found;
  },
};

const ownFaults: Invariant = {
  name: 'no step fails by a fault of Rollcall itself',
  check: async (site) => [...new Set(site.ownFaults)].slice(0, 5),
};

/** Of a server that is away one is told 503, or 202 with an operation: either way it is known what to do. */
const noFaultAnswered: Invariant = {
  name: 'nobody is answered that Rollcall itself has failed',
  check: async (_, companies) => companies.faults.slice(0, 5),
};

export const INVARIANTS: readonly Invariant[] = [
  ...IN_SQL,
  invitedOnce,
  removedForCause,
  workflowsLive,
  privacy,
  ownFaults,
  noFaultAnswered,
];

interface MemberRow {
  readonly id: string;
  readonly email: string | null;
  readonly values: string;
}

/**
 * The members are those that an undisturbed run over the same directory gives, and those are whom the directory employs.
 * Who was deleted may stay a member until a second sight of the absence (a look-up, or another import), and so long nobody
 * else is given that address.
 */
export async function compareWithTwin(
  site: Site,
  companies: Companies,
  company: Company,
  twin: Company,
): Promise<string[]> {
  const [here, there, people] = await Promise.all([
    membersOf(site, company),
    membersOf(site, twin),
    companies.people(company),
  ]);
  const awaited = new Map(here.filter(({ id }) => !company.deleted.has(id)).map(({ id, values }) => [id, values]));
  const undisturbed = new Map(there.map(({ id, values }) => [id, values]));
  const held = new Set(here.filter(({ id }) => company.deleted.has(id)).map(({ email }) => email));
  const wanted = new Map(there.map(({ id, email }) => [id, email]));
  const waits = (id: string) => held.has(wanted.get(id) ?? '');
  const employed = new Set(people.filter(({ lists }) => lists.includes('employees')).map(({ id }) => String(id)));
  const differs = (what: string, ids: string[]) =>
    ids.length === 0 ? [] : [`${company.subdomain}: ${what}: ${ids.slice(0, 5).join(', ')} (${ids.length})`];
  return [
    ...differs(
      'members that an undisturbed run does not give',
      [...awaited.keys()].filter((id) => !undisturbed.has(id)),
    ),
    ...differs(
      'people without the account that an undisturbed run gives',
      [...undisturbed.keys()].filter((id) => !awaited.has(id)),
    ),
    ...differs(
      'values other than of an undisturbed run',
      [...awaited]
        .filter(([id, values]) => undisturbed.has(id) && undisturbed.get(id) !== values && !waits(id))
        .map(([id, values]) => `${id} is ${values} and would be ${undisturbed.get(id) ?? ''}`),
    ),
    ...differs(
      'members whom the directory does not employ',
      [...awaited.keys()].filter((id) => !employed.has(id)),
    ),
    ...differs(
      'employed people without an account',
      [...employed].filter((id) => !awaited.has(id)),
    ),
  ];
}

function membersOf(site: Site, { integration }: Company): Promise<MemberRow[]> {
  return site.rows<MemberRow>(
    `select provider_person_id as id, email, concat_ws('|', email, first_name, last_name, team, country, phone, start_date) as values
     from members where integration_id = $1 and state = 'active'`,
    [integration],
  );
}
