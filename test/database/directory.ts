import { randomBytes } from 'node:crypto';
import type { Database } from '../../database/connection.js';
import { doesAnybodyDiffer } from '../../database/differing.js';
import { askAboutHeldRemovals } from '../../database/holds.js';
import { newId } from '../../database/ids.js';
import { closeRun, openRun } from '../../database/import-runs.js';
import { concernsManagers, resolveManagers } from '../../database/managers.js';
import { planChanges, type Counts } from '../../database/plan.js';
import { provisionSlice, remainingSlices } from '../../database/provision.js';
import { joinRecords } from '../../database/join-records.js';
import { loadRun, type RunContext } from '../../database/run-context.js';
import { segmentPeople } from '../../database/segment-people.js';
import { copyPeople, peopleFormat, type StagedPerson } from '../../database/copy-people.js';
import { peopleTable } from '../../database/staging.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import type { EmploymentFacts, JsonRecord } from '../../domain/employee.js';
import { mappingSchema, type Mapping } from '../../domain/mapping.js';
import { compileReader } from '../../domain/person-reader.js';
import type { RemovalLimit } from '../../domain/removal-limit.js';
import type { Segment } from '../../domain/segment.js';

/**
 * A published integration and runs over a directory that the test holds in its hand: map, segment, plan and provision
 * as the activities call them, a transaction each, without Temporal and without a provider.
 */
export interface World {
  readonly programme: string;
  readonly integration: string;
  readonly config: string;
}

export interface Wishes {
  readonly mapping?: Parameters<typeof mappingSchema.parse>[0];
  readonly segment?: Segment;
  readonly removalLimit?: RemovalLimit;
  readonly setup?: object;
  /** An existing programme, for a second integration in it. */
  readonly programme?: string;
}

const FIELDS = [
  { member: 'employeeId', from: '{{response.number}}' },
  { member: 'email', from: '{{response.email}}' },
  { member: 'firstName', from: '{{response.name}}' },
  { member: 'team', from: '{{response.team}}' },
];

const SETUP = {
  dateFormat: null,
  dataTimeZone: null,
  leadDays: 0,
  preference: 'create-and-update',
  recordType: 'user',
  installation: 'cloud',
};

export async function createProgramme(db: Database): Promise<string> {
  const id = newId();
  await inProgramme(db, id, (trx) =>
    trx('programmes').insert({ id, name: 'Acme Rewards', time_zone: 'Europe/London', erasure_key: randomBytes(32) }),
  );
  return id;
}

export async function createWorld(db: Database, wishes: Wishes = {}): Promise<World> {
  const programme = wishes.programme ?? (await createProgramme(db));
  const world = { programme, integration: newId(), config: newId() };
  const cadence = { every: 'day', at: '03:00' };
  const live = {
    cadence,
    welcomeEmail: true,
    removalLimit: wishes.removalLimit ?? null,
    reportTo: [],
    reportOn: 'always',
  };
  await inProgramme(db, programme, async (trx) => {
    await trx('integrations').insert({
      programme_id: programme,
      id: world.integration,
      provider: 'sage-hr',
      name: 'Acme Sage HR',
      state: 'published',
      live: JSON.stringify(live),
      created_by: 'test',
    });
    await trx('integration_configs').insert({
      programme_id: programme,
      id: world.config,
      integration_id: world.integration,
      version: 1,
      setup: JSON.stringify({ ...SETUP, ...wishes.setup }),
      mapping: JSON.stringify(mappingOf(wishes)),
      segment: JSON.stringify(wishes.segment ?? { outside: 'revoke', rule: null }),
      digest: 'x',
      published_at: trx.raw('now()'),
    });
    await trx('integrations').where({ id: world.integration }).update({ published_config_id: world.config });
  });
  return world;
}

export function mappingOf(wishes: Wishes): Mapping {
  return mappingSchema.parse(wishes.mapping ?? { fields: FIELDS });
}

export interface Listed {
  readonly id: string;
  readonly number: string;
  readonly email: string | null;
  readonly name: string;
  readonly team: string;
  readonly left?: boolean;
  readonly status?: EmploymentFacts['status'];
  readonly badge?: string | null;
  readonly manager?: string | null;
  readonly startsLater?: boolean;
}

/** Somebody of the directory, plainly invented. */
export const person = (id: string, more: Partial<Listed> = {}): Listed => ({
  id,
  number: `N${id}`,
  email: `person${id}@acme.example`,
  name: `Person ${id}`,
  team: 'Sales',
  badge: null,
  ...more,
});

export interface Finished {
  readonly import: string;
  readonly counts: Counts;
  readonly held: number;
}

/** One whole run over this directory. */
export async function runOver(db: Database, world: World, people: readonly Listed[]): Promise<Finished> {
  const run = await planOver(db, world, people);
  await provision(db, run);
  await endRun(db, run);
  return run;
}

export async function provision(db: Database, run: Planned): Promise<void> {
  for (let finished = false; !finished;) {
    finished = await inRun(db, run.fence, async (trx) => {
      const context = await loadRun(trx, run.import);
      const [slice] = await remainingSlices(trx, context);
      if (slice !== undefined) await provisionSlice(trx, context, slice);
      else if (concernsManagers(context)) await resolveManagers(trx, context);
      return slice === undefined;
    });
  }
}

export interface Planned extends Finished {
  readonly fence: Fence;
}

/** Opens a run and goes as far as its plan. */
export async function planOver(
  db: Database,
  world: World,
  people: readonly Listed[],
  proof: 'proven' | 'incomplete' | null = null,
  pageSize = Infinity,
  requestKey = newId(),
  /** What happens between segment and plan. */
  beforePlan: (trx: Transaction, context: RunContext) => Promise<void> = () => Promise.resolve(),
): Promise<Planned> {
  const { programme, integration } = world;
  const opened = await inProgramme(db, programme, (trx) =>
    openRun(trx, integration, {
      kind: 'import',
      lane: 'write',
      trigger: 'on-demand',
      requestKey,
      whenBusy: 'join',
    }),
  );
  const fence: Fence = { programme, integration, lane: 'write', epoch: opened.epoch };
  return inRun(db, fence, async (trx) => {
    const context = await loadRun(trx, opened.import);
    const { mapping, segment, setup } = context.configuration;
    if (mapping === null) throw new Error('The configuration has no mapping.');
    const read = compileReader({
      mapping,
      rule: segment.rule,
      employeeIdFrom: '{{response.id}}',
      roles: context.roles,
      today: context.today,
      leadDays: setup.leadDays,
      dateFormat: setup.dateFormat,
      zone: context.dataTimeZone,
    });
    const placeOf = (at: number) =>
      pageSize === Infinity ? { page: 1, place: at } : { page: 1 + Math.floor(at / pageSize), place: at % pageSize };
    const staged = people.map((person, place): StagedPerson => {
      const { record, facts } = asRecord(person);
      return { ...read(record, facts, `people/1/${place}`), list: 0, ...placeOf(place), saasUser: null };
    });
    const { columns, encode } = peopleFormat(mapping);
    await copyPeople(trx, peopleTable(opened.import), columns, [encode(staged)]);
    await joinRecords(trx, context);
    await segmentPeople(trx, context);
    if (proof !== null) await trx('import_runs').where({ id: opened.import }).update({ proof });
    await beforePlan(trx, context);
    // As the activity asks it, though there it is asked at the same time: who differs must never be overlooked.
    const isDiffering = await doesAnybodyDiffer(trx, context);
    const { counts } = await planChanges(trx, context, Promise.resolve(isDiffering));
    const held = await askAboutHeldRemovals(trx, context);
    await trx('import_runs')
      .where({ id: opened.import })
      .update({ counts: JSON.stringify(counts) });
    return { import: opened.import, counts, held, fence };
  });
}

export async function endRun(db: Database, run: Planned): Promise<void> {
  const state = run.held > 0 ? 'waiting-for-approval' : 'completed';
  await inProgramme(db, run.fence.programme, (trx) =>
    closeRun(trx, run.fence.integration, run.import, { state, failureCode: null, failureDetail: null }),
  );
}

/** Warnings are counted apart: all other kinds together are the people of the directory. */
export function kindsOf(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([kind]) => kind !== 'warnings'));
}

/** A leaver's record is reduced to ids, as vendors do. */
function asRecord(person: Listed): { record: JsonRecord; facts: EmploymentFacts } {
  const status = person.status ?? (person.left === true ? 'left' : 'employed');
  const { id, number, email, name, team, badge = null, manager = null } = person;
  const record: JsonRecord = status === 'left' ? { id, number } : { id, number, email, name, team, badge, manager };
  return {
    record,
    facts: { personId: id, status, startsOn: person.startsLater === true ? '2999-01-01' : null, endsOn: null },
  };
}

export interface MemberRow {
  id: string;
  state: string;
  email: string;
  first_name: string | null;
  full_name: string | null;
  team: string | null;
  custom: Readonly<Record<string, string>> | null;
  provider_person_id: string;
  sync_key: string | null;
  employee_id: string | null;
  close_down_reason: string | null;
  version: number;
}

export interface ClaimRow {
  kind: string;
  value: string;
  member_id: string;
  strength: string;
}

export const membersOf = (db: Database, world: World): Promise<MemberRow[]> =>
  inProgramme(db, world.programme, (trx) =>
    trx<MemberRow>('members')
      .where({ integration_id: world.integration } as never)
      .orderBy('id'),
  );

export const claimsOf = (db: Database, world: World): Promise<ClaimRow[]> =>
  inProgramme(db, world.programme, (trx) => trx<ClaimRow>('member_keys').orderBy(['kind', 'value']));

export interface ChangeRow {
  kind: string;
  person: string;
  outcome: string | null;
  member_id: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export const changesOf = (db: Database, world: World, importId: string): Promise<ChangeRow[]> =>
  inProgramme(db, world.programme, (trx) =>
    trx<ChangeRow>('changes')
      .where({ import_id: importId } as never)
      .orderBy('person'),
  );

export const problemsOf = (
  db: Database,
  world: World,
  importId: string,
): Promise<{ code: string; person: string; field: string; detail: string }[]> =>
  inProgramme(db, world.programme, (trx) =>
    trx('run_problems').where({ import_id: importId }).orderBy('ordinal').select('code', 'person', 'field', 'detail'),
  );
