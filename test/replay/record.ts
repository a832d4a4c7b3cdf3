import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { WORKFLOW_QUEUE } from '../../config/task-queues.js';
import { ensureAdmin, setOperator } from '../../database/admins.js';
import { requestSignInLink } from '../../database/sign-in-links.js';
import { inAccounts } from '../../database/transaction.js';
import {
  ACCOUNT_MAILS_WORKFLOW,
  importDueSignal,
  integrationWorkflowId,
  mailsWorkflowId,
  runWorkflowId,
} from '../../workflows/messages.js';
import { mappingSchema } from '../../domain/mapping.js';
import { insertCandidate, MAPPING, startProduct, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/**
 * Makes the recorded histories anew: each workflow on each path that differs, on a real server, against the simulated
 * company. What tells of the machine is taken out; people never were in.
 */
const KEY = { subdomain: 'acme', apiKey: 'demo-sage-key' };
const EVERYBODY_ELSE = { rule: { field: 'country', op: 'notOneOf', values: ['GB'] } };

export async function recordHistories(folder: string): Promise<void> {
  const product = await startProduct('replay', { people: 40 });
  try {
    for (const name of await readdir(folder)) await rm(join(folder, name));
    const recorder = new Recorder(product, folder);
    await wholeLife(product, recorder);
    await lostAccess(product, recorder);
    await interrupted(product, recorder);
    await undone(product, recorder);
    await standing(product, recorder);
    await signInLink(product, recorder);
  } finally {
    await product.stop();
  }
}

class Recorder {
  constructor(
    private readonly product: Product,
    private readonly folder: string,
  ) {}

  /** @param workflowId its newest run, as far as it has come. */
  async keep(name: string, workflowId: string): Promise<void> {
    const { client } = this.product;
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    const text = historyToJSON(history).replace(/\d+@[\w.-]+/g, 'worker');
    const whole: unknown = JSON.parse(text, (key, value: unknown) => (key === 'stackTrace' ? '' : value));
    await writeFile(join(this.folder, `${name}.json`), `${JSON.stringify(whole)}\n`);
  }

  async run(name: string, integration: string, lane: 'write' | 'review' = 'write'): Promise<void> {
    const id = runWorkflowId(integration, lane);
    await until(`the run ${name} to end`, async () => {
      const { status } = await this.product.client.workflow.getHandle(id).describe();
      return status.name !== 'RUNNING';
    });
    await this.keep(`import-run-${name}`, id);
  }
}

async function wholeLife(product: Product, recorder: Recorder): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Whole life', programme);
  const command = async (name: Parameters<Product['command']>[1], body: object = {}) =>
    product.command(integration, name, body);
  const ended = async (id: string | undefined) => product.ended(id ?? '', programme);
  const authorize = async (apiKey = KEY.apiKey) =>
    command('authorize', { credential: await insertCandidate(product, programme, { ...KEY, apiKey }) });
  const imported = async () => ended(await product.importNow(integration));

  await command('publish');
  await ended(await product.publish(integration));
  await recorder.run('first', integration);
  await authorize('a-wrong-key');
  await authorize();
  await imported();
  await recorder.run('unchanged', integration);
  const review = await command('review');
  if (review.outcome === 'done') await ended(review.import);
  await recorder.run('review', integration, 'review');
  await command('pause', { note: 'audit' });
  await command('importNow');
  await command('resume');
  await product.client.workflow.getHandle(integrationWorkflowId(integration)).signal(importDueSignal);
  await until('the scheduled import', async () => {
    const [row] = await product.rows<{ ended: number }>(
      `select count(*) as ended from import_runs where trigger = 'schedule' and ended_at is not null`,
      [],
      programme,
    );
    return Number(row?.ended) === 1;
  });
  await command('segment', { segment: EVERYBODY_ELSE });
  const published = await command('publish');
  if (published.outcome === 'done') mustHaveEnded(await ended(published.import), 'waiting-for-approval');
  await recorder.run('removals-held', integration);
  await faulty(product, { kind: 'slow', delayMs: 3000, times: 1 }, async () => {
    const cancelled = await product.importNow(integration);
    await command('cancelImport', { import: cancelled });
    mustHaveEnded(await ended(cancelled), 'cancelled');
    await recorder.run('cancelled', integration);
  });
  await faulty(product, { kind: 'slow', delayMs: 3000, times: 1 }, async () => {
    const revoked = await product.importNow(integration);
    await command('revoke');
    mustHaveEnded(await ended(revoked), 'cancelled');
    await recorder.run('revoked', integration);
  });
  await authorize();
  await command('map', { mapping: mappingSchema.parse(MAPPING) });
  const again = await command('publish');
  if (again.outcome === 'done') await ended(again.import);
  await recorder.run('published-again', integration);
  await command('remove');
  await command('revoke');
  await command('remove');
  await until('the life to end', async () => {
    const { status } = await product.client.workflow.getHandle(integrationWorkflowId(integration)).describe();
    return status.name === 'COMPLETED';
  });
  await recorder.keep('integration-whole-life', integrationWorkflowId(integration));
}

async function lostAccess(product: Product, recorder: Recorder): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Lost access', programme);
  await product.ended(await product.publish(integration), programme);
  await faulty(product, { kind: '401' }, async () => {
    for (let failure = 0; failure < 5; failure += 1) {
      await product.ended(await product.importNow(integration), programme);
    }
  });
  await recorder.run('lost-access', integration);
  const credential = await insertCandidate(product, programme, KEY);
  await product.command(integration, 'authorize', { credential });
  const mails = product.client.workflow.getHandle(mailsWorkflowId(integration));
  await until('the mails', async () =>
    mails.describe().then(
      ({ status }) => status.name === 'COMPLETED',
      () => false,
    ),
  );
  await product.ended(await product.importNow(integration), programme);
  await recorder.keep('mails', mails.workflowId);
  await recorder.keep('integration-slowed-and-mended', integrationWorkflowId(integration));
}

/** The run is terminated, and the integration, too: the next command rebuilds it, closes the run and replaces it. */
async function interrupted(product: Product, recorder: Recorder): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Interrupted', programme);
  await product.ended(await product.publish(integration), programme);
  await faulty(product, { kind: 'slow', delayMs: 3000, times: 1 }, async () => {
    const lost = await product.importNow(integration);
    const { client } = product;
    await client.workflow.getHandle(runWorkflowId(integration, 'write')).terminate('recording');
    mustHaveEnded(await product.ended(lost, programme), 'failed');
  });
  await recorder.keep('integration-run-terminated', integrationWorkflowId(integration));
}

async function standing(product: Product, recorder: Recorder): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Due', programme);
  await product.ended(await product.publish(integration), programme);
  const { workflow } = product.client;
  const options = { taskQueue: WORKFLOW_QUEUE };
  const due = `integration/${integration}/due`;
  await workflow.execute('importDue', { ...options, workflowId: due, args: [{ programme, integration }] });
  await recorder.keep('import-due', due);
  for (const name of ['reconcile', 'sweep']) {
    await workflow.execute(name, { ...options, workflowId: name });
    await recorder.keep(name, name);
  }
}

/** What the removals of an import were is looked at and put back; the integration waits from then on. */
async function undone(product: Product, recorder: Recorder): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Undone', programme);
  await product.ended(await product.publish(integration), programme);
  await control(product.simulator.url, 'POST', 'acme/bulk', { leave: 2 });
  const wrong = await product.importNow(integration);
  await product.ended(wrong, programme);
  for (const [command, lane] of [
    ['reviewUndo', 'review'],
    ['undo', 'write'],
  ] as const) {
    const reply = await product.command(integration, command, { import: wrong });
    if (reply.outcome !== 'done' || reply.import === undefined) throw new Error(`${command} was refused.`);
    mustHaveEnded(await product.ended(reply.import, programme), 'completed');
    await recorder.run(command === 'undo' ? 'undo' : 'undo-review', integration, lane);
  }
  await recorder.keep('integration-undone', integrationWorkflowId(integration));
}

async function signInLink(product: Product, recorder: Recorder): Promise<void> {
  const email = 'ada.park@acme.example';
  await inAccounts(product.db, async (trx) => {
    const { id } = await ensureAdmin(trx, { email, name: 'Ada Park' });
    await setOperator(trx, id, true);
    await requestSignInLink(trx, email);
  });
  await product.client.workflow.execute('accountMails', {
    taskQueue: WORKFLOW_QUEUE,
    workflowId: ACCOUNT_MAILS_WORKFLOW,
  });
  await recorder.keep('account-mails', ACCOUNT_MAILS_WORKFLOW);
}

async function faulty(product: Product, fault: object, work: () => Promise<void>): Promise<void> {
  await control(product.simulator.url, 'POST', 'acme/faults', fault);
  await work();
  await control(product.simulator.url, 'DELETE', 'acme/faults');
}

/** A recording of something else than its name says would be worth nothing. */
function mustHaveEnded({ state }: { state: string }, expected: string): void {
  if (state !== expected) throw new Error(`The run ended as ${state} instead of ${expected}.`);
}
