import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '../config/logging.js';
import type { Answer } from '../client/operations/carry-out.js';
import { inviteAdmin, listAdmins } from '../client/operations/admins.js';
import * as commands from '../client/operations/commands.js';
import type { Call, Context } from '../client/operations/context.js';
import { getImport, listImports, type ImportView } from '../client/operations/imports.js';
import {
  createIntegration,
  getIntegration,
  listIntegrations,
  type IntegrationView,
} from '../client/operations/integrations.js';
import { openContext } from '../client/operations/open.js';
import type { Place } from '../client/operations/places.js';
import { createProgramme, listProgrammes } from '../client/operations/programmes.js';
import { findRunning } from '../client/operations/running.js';
import { IMPORT_PHASES, type ImportPhase } from '../domain/import.js';
import type { DemoContext } from './start.js';

/**
 * The demo programme: the steps an admin takes, taken through the same operations, against the simulated company. Each
 * step is taken only where it is missing, so a demo that was cut off is finished at the next start and a finished one
 * imports nothing a second time.
 */
const PROGRAMME = 'Acme Rewards (demo)';
const INTEGRATION = 'Acme in Sage HR';
const ADMIN = { email: 'ada.park@acme.example', name: 'Ada Park', role: 'admin' };
/** The simulated company's own, good nowhere else. */
const CREDENTIAL = { subdomain: 'acme', apiKey: 'demo-sage-key' };

const MAPPING = {
  fields: [
    { member: 'email', from: '{{response.email}}' },
    { member: 'firstName', from: '{{response.first_name}}' },
    { member: 'lastName', from: '{{response.last_name}}' },
    { member: 'jobTitle', from: '{{response.position}}' },
    { member: 'team', from: '{{response.team}}' },
    { member: 'managerId', from: '{{response.reports_to_employee_id}}' },
    { member: 'city', from: '{{response.city}}' },
    { member: 'country', from: '{{response.country}}' },
    { member: 'startDate', from: '{{response.employment_start_date}}' },
    { member: 'birthday', from: '{{response.date_of_birth}}' },
    { member: 'employmentType', from: '{{response.employment_status}}' },
  ],
};

export async function seedDemo(demo: DemoContext, variables: NodeJS.ProcessEnv): Promise<void> {
  const running = await findRunning({ ...variables, ROLLCALL_DATA_DIR: demo.dataDir });
  const context = openContext({
    ...running,
    log: createLogger('demo', 'silent'),
    name: 'rollcall-demo',
    connections: 2,
  });
  try {
    await walk(context, demo);
  } finally {
    await context.close();
  }
}

async function walk(context: Context, { print, signal, apiUrl }: DemoContext): Promise<void> {
  const call: Call = { context, actor: { role: 'operator', name: 'demo' } };
  const { place, integration } = await findOrCreate(call);
  await inviteIfMissing(call, place.programme);
  const first = await publishIfMissing(call, place, integration);
  if (first !== null) print(`Demo        "${PROGRAMME}" connects to the simulated Sage HR; its first import:`);
  const last = first === null ? await newestImport(call, place) : await follow(call, place, first, print, signal);
  if (last !== null) tell(last, print);
  print(`            ${apiUrl}/api/v1/programmes/${place.programme}/integrations/${place.integration}`);
}

async function findOrCreate(call: Call): Promise<{ place: Place; integration: IntegrationView }> {
  const programmes = await listProgrammes(call, { limit: 1000 });
  const programme =
    programmes.items.find((one) => one.name === PROGRAMME) ??
    (await createProgramme(call, { name: PROGRAMME, timeZone: 'Europe/London' }));
  const integrations = await listIntegrations(call, programme.id, { limit: 1000 });
  const integration =
    integrations.items.find((one) => one.name === INTEGRATION) ??
    (await createIntegration(call, programme.id, { provider: 'sage-hr', name: INTEGRATION }));
  return { place: { programme: programme.id, integration: integration.id }, integration };
}

/** Somebody of the company's own; her invitation is among the mails. */
async function inviteIfMissing(call: Call, programme: string): Promise<void> {
  const { items } = await listAdmins(call, programme);
  if (items.length === 0) await inviteAdmin(call, programme, { body: ADMIN });
}

const STEPS = [
  { from: 'draft', take: commands.setUp, body: { reportTo: ['hr.admin@acme.example'] } },
  { from: 'set-up', take: commands.authorize, body: CREDENTIAL },
  { from: 'authorized', take: commands.map, body: MAPPING },
] as const;

/** The first import's id, if it was this call that published. */
async function publishIfMissing(call: Call, place: Place, found: IntegrationView): Promise<string | null> {
  let integration = found;
  for (const step of STEPS) {
    if (integration.state !== step.from) continue;
    await done(step.take(call, place, { body: step.body }));
    integration = await getIntegration(call, place);
  }
  if (integration.state !== 'mapped') return null;
  const published = await done(commands.publish(call, place, { body: {} }));
  return published.firstImport.id;
}

async function done<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked;
  if ('operation' in answer) throw new Error('The demo was not made: a step was not answered in time. Start again.');
  return answer.body;
}

/** One line a phase; one that was over before anybody looked is told all the same. */
async function follow(
  call: Call,
  place: Place,
  id: string,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<ImportView> {
  let told = 0;
  for (;;) {
    const run = await getImport(call, { ...place, import: id });
    const reached = IMPORT_PHASES.indexOf(run.phase);
    for (const phase of IMPORT_PHASES.slice(told, reached + 1)) {
      if (phase !== 'done') print(`            ${phase.padEnd(10)} ${PHASES[phase]}`);
    }
    told = Math.max(told, reached + 1);
    if (run.state !== 'running') return run;
    await delay(100, undefined, { signal });
  }
}

const PHASES: Readonly<Record<ImportPhase, string>> = {
  fetch: 'reading the directory',
  map: 'turning records into people',
  segment: 'was everybody seen, who is eligible',
  plan: 'working out what has to change',
  provision: 'creating and changing members',
  notify: 'sending invitations and the report',
  done: '',
};

async function newestImport(call: Call, place: Place): Promise<ImportView | null> {
  const { items } = await listImports(call, place, {}, { limit: 1 });
  return items[0] ?? null;
}

function tell(run: ImportView, print: (line: string) => void): void {
  const counts = Object.entries(run.counts).filter(([, count]) => count > 0);
  const said = counts.map(([kind, count]) => `${count} ${kind}`).join(', ');
  print(`Imported    ${said === '' ? 'nobody' : said}  (${run.state}; ${run.impact.membersAfter ?? 0} members)`);
  if (run.failure !== null) print(`            ${run.failure.detail}`);
}
