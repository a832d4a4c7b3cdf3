import { randomBytes } from 'node:crypto';
import { copyPeople, peopleFormat, type StagedPerson } from '../database/copy-people.js';
import { openDatabase, type Database } from '../database/connection.js';
import { doesAnybodyDiffer } from '../database/differing.js';
import { newId } from '../database/ids.js';
import { closeRun, openRun } from '../database/import-runs.js';
import { joinRecords } from '../database/join-records.js';
import { migrate } from '../database/migrate.js';
import { planChanges, type Counts } from '../database/plan.js';
import { provisionSlice, remainingSlices } from '../database/provision.js';
import { loadRun, type RunContext } from '../database/run-context.js';
import { segmentPeople } from '../database/segment-people.js';
import { peopleTable } from '../database/staging.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../database/transaction.js';
import { mappingSchema } from '../domain/mapping.js';
import { compileReader } from '../domain/person-reader.js';
import type { Surroundings } from './machine.js';

/**
 * What a plan costs that is not the usual one: everybody is in conflict with another integration's people, as where a
 * company is connected twice, and everybody goes over from an integration that was revoked. No Temporal, no provider.
 */
export interface PlansResult {
  readonly surroundings: Surroundings;
  readonly people: number;
  readonly plans: readonly { readonly name: string; readonly seconds: number; readonly counts: Counts }[];
}

interface Connection {
  readonly programme: string;
  readonly integration: string;
}

const field = (member: 'employeeId' | 'email' | 'fullName' | 'birthday', name: string) => ({
  member,
  from: `{{response.${name}}}`,
  whenEmpty: 'keep' as const,
});
const MAPPING = mappingSchema.parse({
  fields: [
    field('employeeId', 'number'),
    field('email', 'email'),
    field('fullName', 'name'),
    field('birthday', 'born'),
  ],
});
const SETUP = {
  dateFormat: null,
  dataTimeZone: null,
  leadDays: 0,
  preference: 'create-and-update',
  recordType: 'user',
  installation: 'cloud',
};
const LIVE = { cadence: { every: 'day', at: '03:00' }, welcomeEmail: false, removalLimit: null, reportOn: 'always' };
const DAYS = 28;

export async function measurePlans(
  ownerUrl: string,
  surroundings: Surroundings,
  people: number,
  say: (line: string) => void,
): Promise<PlansResult> {
  await migrate(ownerUrl);
  const db = openDatabase(ownerUrl, { name: 'rollcall-bench', connections: 2 });
  const plans: PlansResult['plans'][number][] = [];
  const measure = async (name: string, connection: Connection, prefix: string, isApplied: boolean) => {
    const { seconds, counts } = await runOnce(db, connection, { people, prefix, isApplied });
    say(`${name}: ${seconds.toFixed(2)} s`);
    plans.push({ name, seconds, counts });
  };
  try {
    const programme = await createProgramme(db);
    const first = await connect(db, programme, 'Acme one');
    const second = await connect(db, programme, 'Acme two');
    await measure('everybody is new', first, 'a', true);
    await measure('nothing has changed', first, 'a', true);
    await measure('everybody is in conflict with another integration', second, 'b', false);
    await inProgramme(db, programme, (trx) =>
      trx('integrations').where({ id: first.integration }).update({ state: 'revoked' }),
    );
    await measure('everybody goes over from a revoked one', second, 'b', true);
    await measure('… and nothing has changed', second, 'b', true);
  } finally {
    await db.destroy();
  }
  return { surroundings, people, plans };
}

export function renderPlans({ people, plans, surroundings }: PlansResult): string {
  const rows = plans.map(({ name, seconds, counts }) => {
    const said = Object.entries(counts).flatMap(([kind, count]) => (count > 0 ? [`${count} ${kind}`] : []));
    return `${name.padEnd(52)}${seconds.toFixed(2).padStart(8)} s   ${said.join(', ')}`;
  });
  return [`Plans of ${people} people, commit ${surroundings.commit}, ${surroundings.cores} cores`, ...rows, ''].join(
    '\n',
  );
}

async function createProgramme(db: Database): Promise<string> {
  const id = newId();
  await inProgramme(db, id, (trx) =>
    trx('programmes').insert({ id, name: 'Acme', time_zone: 'Europe/London', erasure_key: randomBytes(32) }),
  );
  return id;
}

async function connect(db: Database, programme: string, name: string): Promise<Connection> {
  const [integration, config] = [newId(), newId()];
  await inProgramme(db, programme, async (trx) => {
    await trx('integrations').insert({
      programme_id: programme,
      id: integration,
      provider: 'sage-hr',
      name,
      state: 'published',
      live: JSON.stringify(LIVE),
      created_by: 'bench',
    });
    await trx('integration_configs').insert({
      programme_id: programme,
      id: config,
      integration_id: integration,
      version: 1,
      setup: JSON.stringify(SETUP),
      mapping: JSON.stringify(MAPPING),
      segment: JSON.stringify({ outside: 'revoke', rule: null }),
      digest: 'bench',
      published_at: trx.raw('now()'),
    });
    await trx('integrations').where({ id: integration }).update({ published_config_id: config });
  });
  return { programme, integration };
}

interface Wanted {
  readonly people: number;
  /** Of the ids, which each HR system gives by itself. */
  readonly prefix: string;
  readonly isApplied: boolean;
}

/** One run, of which the plan alone is timed. */
async function runOnce(
  db: Database,
  { programme, integration }: Connection,
  { people, prefix, isApplied }: Wanted,
): Promise<{ seconds: number; counts: Counts }> {
  const opened = await inProgramme(db, programme, (trx) =>
    openRun(trx, integration, {
      kind: 'import',
      lane: 'write',
      trigger: 'on-demand',
      requestKey: newId(),
      whenBusy: 'join',
    }),
  );
  const fence: Fence = { programme, integration, lane: 'write', epoch: opened.epoch };
  await inRun(db, fence, async (trx) => stage(trx, await loadRun(trx, opened.import), people, prefix));
  const began = performance.now();
  const run = await inRun(db, fence, (trx) => loadRun(trx, opened.import));
  const isDiffering = inRun(db, fence, (trx) => doesAnybodyDiffer(trx, run));
  const { counts } = await inRun(db, fence, (trx) => planChanges(trx, run, isDiffering));
  const seconds = (performance.now() - began) / 1000;
  for (let finished = !isApplied; !finished;) {
    finished = await inRun(db, fence, async (trx) => {
      const run = await loadRun(trx, opened.import);
      const [slice] = await remainingSlices(trx, run);
      if (slice !== undefined) await provisionSlice(trx, run, slice);
      return slice === undefined;
    });
  }
  const ending = { state: 'completed', failureCode: null, failureDetail: null } as const;
  await inProgramme(db, programme, (trx) => closeRun(trx, integration, opened.import, ending));
  return { seconds, counts };
}

async function stage(trx: Transaction, run: RunContext, people: number, prefix: string): Promise<void> {
  const read = compileReader({
    mapping: MAPPING,
    rule: null,
    employeeIdFrom: '{{response.id}}',
    roles: run.roles,
    today: run.today,
    leadDays: 0,
    dateFormat: null,
    zone: run.dataTimeZone,
  });
  const { columns, encode } = peopleFormat(MAPPING);
  const staged = Array.from({ length: people }, (_, place): StagedPerson => {
    const id = `${prefix}${place}`;
    const born = `${String(1 + (place % 12)).padStart(2, '0')}-${String(1 + (place % DAYS)).padStart(2, '0')}`;
    const record = { id, number: id, email: `p${place}@acme.example`, name: `Person ${place}`, born };
    const facts = { personId: id, status: 'employed', startsOn: null, endsOn: null } as const;
    return { ...read(record, facts, `people/1/${place}`), list: 0, page: 1, place, saasUser: null };
  });
  await copyPeople(trx, peopleTable(run.import), columns, [encode(staged)]);
  await joinRecords(trx, run);
  await segmentPeople(trx, run);
}
