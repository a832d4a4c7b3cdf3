import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection, ScheduleNotFoundError, WorkflowNotFoundError } from '@temporalio/client';
import type { Call } from '../client/operations/context.js';
import * as commands from '../client/operations/commands.js';
import { getImport, listImports, type ImportView } from '../client/operations/imports.js';
import { createIntegration } from '../client/operations/integrations.js';
import { openContext } from '../client/operations/open.js';
import type { Place } from '../client/operations/places.js';
import { createProgramme } from '../client/operations/programmes.js';
import { previewSegment } from '../client/operations/segments.js';
import { readEnvironment } from '../config/environment.js';
import { fixedKeys } from '../config/key-ring.js';
import { createLogger } from '../config/logging.js';
import { startRole } from '../embedded/our-processes.js';
import { integrationWorkflowId, runWorkflowId, scheduleId } from '../workflows/messages.js';
import { readRunTimes, type RunTimes } from './history.js';
import { peakMemory } from './machine.js';
import { median } from './median.js';
import type { Stops } from './stops.js';

/**
 * Rollcall as `npm start` runs it: the worker in a process of its own, told what to do as the API would tell it. The
 * time of an import is from the command to the end of its workflow, report included.
 */
export interface RollcallImport {
  readonly seconds: number;
  readonly counts: ImportView['counts'];
  readonly times: RunTimes;
}

export interface Rollcall {
  /** As an operator would ask. */
  readonly call: Call;
  readonly at: Place;
  importFirst(): Promise<RollcallImport>;
  importAgain(): Promise<RollcallImport>;
  /** Seconds of a review of what is published. */
  review(): Promise<number>;
  /** Median milliseconds in which a segment over two fields is counted while it is edited. */
  previewSegment(): Promise<number>;
  /** Peak resident memory of the worker so far, in megabytes. */
  workerMemory(): Promise<number | null>;
}

export interface RollcallPlace {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly smtp: string;
  readonly keys: string;
  readonly provider: string;
  readonly providerUrl: string;
}

const SETUP = { welcomeEmail: false, reportTo: ['hr.admin@acme.example'], reportOn: 'always' };
/** Fifteen fields, as many as the bare script writes. */
const FIELDS: Readonly<Record<string, string>> = {
  employeeId: 'employee_number',
  email: 'email',
  firstName: 'first_name',
  lastName: 'last_name',
  jobTitle: 'position',
  team: 'team',
  managerId: 'reports_to_employee_id',
  startDate: 'employment_start_date',
  birthday: 'date_of_birth',
  phone: 'work_phone',
  addressLine1: 'street_first',
  city: 'city',
  postalCode: 'post_code',
  country: 'country',
  employmentType: 'employment_status',
};
const MAPPING = {
  fields: Object.entries(FIELDS).map(([member, field]) => ({ member, from: `{{response.${field}}}` })),
};
const CREDENTIAL = { subdomain: 'acme', apiKey: 'bench' };
/** Finer than any time that is reported. */
const LOOK_AGAIN_MS = 5;

export async function startRollcall(place: RollcallPlace, stops: Stops): Promise<Rollcall> {
  const { dataDir, databaseUrl, temporal } = place;
  const variables = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_CONFIG_FILE: `${dataDir}/no-temporal-profile.toml`,
    DATABASE_URL: databaseUrl,
    SMTP_URL: place.smtp,
    ROLLCALL_ENCRYPTION_KEYS: place.keys,
    ROLLCALL_SAGE_HR_URL: place.providerUrl,
    ROLLCALL_LOG_LEVEL: 'warn',
  };
  const environment = readEnvironment(variables);
  const entry = fileURLToPath(new URL(`../bin/rollcall${extname(import.meta.filename)}`, import.meta.url));
  const worker = await startRole('worker', { entry, dataDir }, variables);
  stops.add(() => worker.stop());
  const keys = fixedKeys(environment.ROLLCALL_ENCRYPTION_KEYS ?? []);
  const log = createLogger('bench', 'warn');
  const context = openContext({ environment, databaseUrl, keys, variables, log, name: 'rollcall-bench' });
  stops.add(() => context.close());
  const connection = await Connection.connect({ address: temporal.address });
  stops.add(() => connection.close());
  const client = new Client({ connection, namespace: temporal.namespace });
  const call: Call = { context, actor: { role: 'operator', name: 'bench' } };
  const at = await prepare(call, place.provider);
  // The workflow outlives its worker and its database otherwise, and the next pair's worker would take it up.
  stops.add(() => client.workflow.getHandle(integrationWorkflowId(at.integration)).terminate('The pair is over.'));
  stops.add(() => removeSchedule(client, at));
  const measure = (begin: () => Promise<unknown>) => measureImport(call, client, at, begin);
  return {
    call,
    at,
    importFirst: () => measure(() => commands.publish(call, at, { body: {} })),
    importAgain: () => measure(() => commands.importNow(call, at, { body: {} })),
    review: () => measureReview(call, client, at),
    previewSegment: () => measurePreview(call, at),
    workerMemory: () => peakMemory(worker.pid),
  };
}

/** An integration of which only the publishing is left. */
async function prepare(call: Call, provider: string): Promise<Place> {
  const { id: programme } = await createProgramme(call, { name: 'Acme Rewards', timeZone: 'Europe/London' });
  const { id: integration } = await createIntegration(call, programme, { provider, name: 'Acme' });
  const at = { programme, integration };
  const steps = [
    await commands.setUp(call, at, { body: SETUP }),
    await commands.authorize(call, at, { body: CREDENTIAL }),
    await commands.map(call, at, { body: MAPPING }),
  ];
  if (steps.some((answer) => answer.pending)) throw new Error('The worker did not answer a command in time.');
  return at;
}

async function measureImport(
  call: Call,
  client: Client,
  at: Place,
  begin: () => Promise<unknown>,
): Promise<RollcallImport> {
  const workflowId = runWorkflowId(at.integration, 'write');
  const before = await newestRun(client, workflowId);
  const began = performance.now();
  const asked = begin();
  let runId = await newestRun(client, workflowId);
  while (runId === null || runId === before) {
    await delay(LOOK_AGAIN_MS);
    runId = await newestRun(client, workflowId);
  }
  await client.workflow.getHandle(workflowId, runId).result();
  const seconds = (performance.now() - began) / 1000;
  await asked;
  const { counts } = await lastImport(call, at);
  return { seconds, counts, times: await readRunTimes(client, workflowId, runId) };
}

async function measureReview(call: Call, client: Client, at: Place): Promise<number> {
  const began = performance.now();
  await commands.review(call, at, { body: {} });
  await client.workflow.getHandle(runWorkflowId(at.integration, 'review')).result();
  return (performance.now() - began) / 1000;
}

const PREVIEWS = 11;
const SEGMENT = {
  rule: {
    all: [
      { field: 'country', op: 'oneOf', values: ['GB', 'DE', 'Atlantis'] },
      { not: { field: 'employmentType', op: 'equals', values: ['Contractor'] } },
    ],
  },
};

async function measurePreview(call: Call, at: Place): Promise<number> {
  const spent: number[] = [];
  for (let time = 0; time < PREVIEWS; time += 1) {
    const began = performance.now();
    await previewSegment(call, at, SEGMENT);
    spent.push(performance.now() - began);
  }
  return median(spent);
}

async function removeSchedule(client: Client, at: Place): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId(at.integration)).delete();
  } catch (error) {
    // Where the first import did not come off there is none yet.
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

async function newestRun(client: Client, workflowId: string): Promise<string | null> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}

async function lastImport(call: Call, at: Place): Promise<ImportView> {
  const { items } = await listImports(call, at, {}, { limit: 1 });
  const newest = items[0];
  if (newest === undefined) throw new Error('Rollcall made no import.');
  const view = await getImport(call, { ...at, import: newest.id });
  if (view.state !== 'completed') {
    throw new Error(`Rollcall's import ended as ${view.state}: ${view.failure?.detail ?? 'see its errors'}`);
  }
  return view;
}
