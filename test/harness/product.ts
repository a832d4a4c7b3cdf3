import { randomBytes, randomUUID } from 'node:crypto';
import { Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Dependencies } from '../../activities/index.js';
import { readEnvironment } from '../../config/environment.js';
import { fixedKeys } from '../../config/key-ring.js';
import { createLogger } from '../../config/logging.js';
import { WORKFLOW_QUEUE } from '../../config/task-queues.js';
import { openDatabase, type Database } from '../../database/connection.js';
import { seal } from '../../database/envelope.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { mappingSchema } from '../../domain/mapping.js';
import type { CommandName, CommandReply } from '../../domain/commands.js';
import { openMailTransport } from '../../mails/transport.js';
import { startSageHr, type SageHrSimulator } from '../../simulators/sage-hr.js';
import { createWorkers } from '../../workers/main.js';
import { COMMAND_UPDATES, integrationWorkflowId } from '../../workflows/messages.js';
import { testMachine } from './addresses.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { startTestMailSink, type TestMailSink } from './mail-sink.js';
import { insertOperation } from './operations.js';
import { connectTemporal, registerNamespace, type TestTemporal } from './temporal.js';

/**
 * Rollcall's worker side, for real: a database and a Temporal namespace of the test file's own, the simulated company,
 * the mail sink and all workers in this process. Commands are asked as the operations do: a row, then an update.
 */
export interface Product {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly programme: string;
  readonly client: Client;
  readonly simulator: SageHrSimulator;
  readonly sink: TestMailSink;
  readonly temporal: TestTemporal;
  readonly namespace: string;
  readonly variables: Readonly<Record<string, string>>;
  createProgramme(): Promise<string>;
  createIntegration(name?: string, programme?: string): Promise<string>;
  programmeOf(integration: string): string;
  command(integration: string, command: CommandName, body: object): Promise<CommandReply>;
  /** Set up, authorized, mapped, segment and published; gives the first import's id. */
  publish(integration: string, wishes?: Wishes): Promise<string>;
  importNow(integration: string): Promise<string>;
  ended(importId: string, programme?: string): Promise<ImportRow>;
  /** @param programme the first one when absent */
  rows<T>(sql: string, bindings?: Bindings, programme?: string): Promise<T[]>;
  stop(): Promise<void>;
}

/** In the order of the question marks, or by name. */
type Bindings = readonly unknown[] | Readonly<Record<string, unknown>>;

export interface Wishes {
  live?: object;
  versioned?: object;
  mapping?: unknown;
  segment?: object;
  credential?: object;
}

export interface ImportRow {
  id: string;
  state: string;
  trigger: string;
  counts: Record<string, number>;
  held: { count: number; planDigest: string; question: string } | null;
  proof: string | null;
  proof_code: string | null;
  failure_code: string | null;
  failure_detail: string | null;
  members_before: number;
  members_after: number;
}

export const MAPPING = {
  fields: [
    { member: 'email', from: '{{response.email}}' },
    { member: 'firstName', from: '{{response.first_name}}' },
    { member: 'lastName', from: '{{response.last_name}}' },
    { member: 'jobTitle', from: '{{response.position}}' },
    { member: 'team', from: '{{response.team}}' },
    { member: 'managerId', from: '{{response.reports_to_employee_id}}' },
    { member: 'startDate', from: '{{response.employment_start_date}}' },
    { member: 'birthday', from: '{{response.date_of_birth}}' },
    { member: 'city', from: '{{response.city}}' },
    { member: 'country', from: '{{response.country}}' },
  ],
};

export const LIVE = {
  cadence: { every: 'day', at: '03:00', timeZone: 'Europe/London' },
  welcomeEmail: true,
  removalLimit: { share: 0.1, count: 100 },
  reportTo: ['hr.admin@acme.example'],
  reportOn: 'always',
};
export const VERSIONED = {
  dateFormat: null,
  dataTimeZone: null,
  leadDays: 0,
  preference: 'create-and-update',
  recordType: 'user',
  installation: 'cloud',
};

/** Servers of a test's own, where it will kill them; absent: the shared ones, with a database and namespace of its own. */
export interface Servers {
  readonly database: TestDatabase;
  readonly temporal: TestTemporal;
}

export interface ProductOptions {
  people?: number;
  /** False: the test runs them, in a process that can be killed. */
  workers?: boolean;
  servers?: Servers;
}

export async function startProduct(name: string, options: ProductOptions = {}): Promise<Product> {
  const [servers, simulator, sink] = await Promise.all([
    options.servers ?? sharedServers(name),
    startSageHr({ people: options.people ?? 120 }),
    startTestMailSink(),
  ]);
  const { database, temporal } = servers;
  const { namespace } = temporal;
  const key = randomBytes(32);
  const variables = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: namespace,
    SMTP_URL: sink.smtp,
    ROLLCALL_SAGE_HR_URL: simulator.baseUrl,
    ROLLCALL_ENCRYPTION_KEYS: `test:${key.toString('base64')}`,
    ROLLCALL_PUBLIC_URL: 'http://127.0.0.1:3000',
    ROLLCALL_LOG_LEVEL: 'error',
  };
  const environment = readEnvironment(variables);
  const db = openDatabase(database.url, { name, connections: 20 });
  const client = new Client({ connection: temporal.connection, namespace });
  const dependencies: Dependencies = {
    db,
    environment,
    keys: fixedKeys(environment.ROLLCALL_ENCRYPTION_KEYS ?? []),
    temporal: async () => client,
    mail: openMailTransport({ url: sink.smtp, from: environment.ROLLCALL_MAIL_FROM }),
    publicUrl: 'http://127.0.0.1:3000',
    log: createLogger(name, 'warn'),
  };
  const workers =
    options.workers === false
      ? []
      : await createWorkers(dependencies, temporal.nativeConnection, namespace, {
          codePath: testMachine().compiled.bundle,
        });
  const running = Promise.all(workers.map((worker) => worker.run()));
  const programmes = new Map<string, string>();
  const createProgramme = async () => {
    const id = newId();
    await inProgramme(db, id, async (trx) => {
      const fixed = { name: 'Acme Rewards', time_zone: 'Europe/London', erasure_key: randomBytes(32) };
      await trx('programmes').insert({ id, ...fixed });
    });
    return id;
  };
  const programme = await createProgramme();
  const programmeOf = (integration: string) => programmes.get(integration) ?? programme;

  const rows = async <T>(sql: string, bindings: Bindings = [], of = programme): Promise<T[]> =>
    inProgramme(db, of, async (trx) => (await trx.raw<{ rows: T[] }>(sql, bindings as never)).rows);

  const product: Product = {
    db,
    database,
    programme,
    client,
    simulator,
    sink,
    temporal,
    namespace,
    variables,
    rows,
    createProgramme,
    programmeOf,
    async createIntegration(title = 'Acme Sage HR', owner = programme) {
      const id = newId();
      programmes.set(id, owner);
      await inProgramme(db, owner, async (trx) => {
        await trx('integrations').insert({
          programme_id: owner,
          id,
          provider: 'sage-hr',
          name: title,
          created_by: 'test',
        });
      });
      return id;
    },
    async command(integration, command, body) {
      const place = { programme: programmeOf(integration), integration };
      const operation = await inProgramme(db, place.programme, (trx) => insertOperation(trx, place, command, body));
      return client.workflow.executeUpdateWithStart(COMMAND_UPDATES[command], {
        updateId: operation,
        args: [{ operation }],
        startWorkflowOperation: new WithStartWorkflowOperation('integration', {
          workflowId: integrationWorkflowId(integration),
          taskQueue: WORKFLOW_QUEUE,
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          args: [place],
        }),
      });
    },
    async publish(integration, wishes = {}) {
      const done = async (command: CommandName, body: object) => {
        const reply = await product.command(integration, command, body);
        if (reply.outcome !== 'done') throw new Error(`${command} was refused: ${reply.detail}`);
        return reply;
      };
      await done('setUp', { live: { ...LIVE, ...wishes.live }, versioned: { ...VERSIONED, ...wishes.versioned } });
      const account = wishes.credential ?? { subdomain: 'acme', apiKey: 'demo-sage-key' };
      const credential = await insertCandidate(product, programmeOf(integration), account);
      await done('authorize', { credential });
      await done('map', { mapping: mappingSchema.parse(wishes.mapping ?? MAPPING) });
      if (wishes.segment !== undefined) await done('segment', { segment: wishes.segment });
      const reply = await done('publish', {});
      return reply.import ?? '';
    },
    async importNow(integration) {
      const reply = await product.command(integration, 'importNow', {});
      if (reply.outcome !== 'done') throw new Error(`importNow was refused: ${reply.detail}`);
      return reply.import ?? '';
    },
    async ended(importId, of = programme) {
      for (;;) {
        const [row] = await rows<ImportRow>(
          'select * from import_runs where id = ? and ended_at is not null',
          [importId],
          of,
        );
        if (row !== undefined) return row;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
      dependencies.mail.close();
      await Promise.all([db.destroy(), simulator.close(), sink.stop()]);
      await temporal.close();
      await database.drop();
    },
  };
  return product;
}

async function sharedServers(name: string): Promise<Servers> {
  const [database, temporal] = await Promise.all([cloneDatabase(name), connectTemporal()]);
  const namespace = `${name}-${randomUUID().slice(0, 8)}`;
  await registerNamespace(temporal.connection, namespace);
  return { database, temporal: { ...temporal, namespace } };
}

export async function insertCandidate(product: Product, programme: string, credential: object): Promise<string> {
  const { db, variables } = product;
  const id = newId();
  const ring = readEnvironment(variables).ROLLCALL_ENCRYPTION_KEYS ?? [];
  const sealed = seal(ring, JSON.stringify(credential), `${programme}/${id}`);
  await inProgramme(db, programme, async (trx) => {
    await trx('credentials').insert({
      programme_id: programme,
      id,
      provider: 'sage-hr',
      name: 'Sage HR',
      ciphertext: sealed.ciphertext,
      key_id: sealed.keyId,
      state: 'candidate',
      expires_at: trx.raw("rollcall_now() + interval '15 minutes'"),
    });
  });
  return id;
}
