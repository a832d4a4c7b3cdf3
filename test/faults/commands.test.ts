import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTemporal } from '../../client/temporal.js';
import type { SendResult, TemporalDoor } from '../../client/temporal-door.js';
import { createLogger } from '../../config/logging.js';
import { inProgramme } from '../../database/transaction.js';
import type { CommandName } from '../../domain/commands.js';
import type { EmbeddedTemporal } from '../../embedded/temporal-server.js';
import { importNowSignal, integrationWorkflowId } from '../../workflows/messages.js';
import { cloneDatabase } from '../harness/database.js';
import { startRefusingServer } from '../harness/refusing-server.js';
import { insertOperation } from '../harness/operations.js';
import { startOwnTemporal } from '../harness/own-servers.js';
import { startProduct, type Product } from '../harness/product.js';
import { connectTemporal } from '../harness/temporal.js';
import { until } from '../harness/until.js';
import { startWorkerProcess, type WorkerProcess } from '../harness/worker-process.js';

/**
 * Commands through whatever happens to the one who carries them out: a history that is begun anew again and again, a
 * worker that is not there or is killed, a server that is gone. Each command that is done raises the revision of the
 * integration by one, so a lost one and one that was done twice both show.
 */
const log = createLogger('commands', 'silent');
const PATIENCE_MS = 60_000;
/** The server suggests a new execution after so many events; by itself it would take some four thousand. */
const EVENTS_UNTIL_ANEW = 60;

let dataDir: string;
let temporal: EmbeddedTemporal;
let product: Product;
let worker: WorkerProcess;
let door: TemporalDoor;
let integration: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-commands-'));
  const [database] = await Promise.all([cloneDatabase('commands'), startTemporal()]);
  const servers = { database, temporal: await connectTemporal(temporal) };
  product = await startProduct('commands', { people: 5, workers: false, servers });
  door = openTemporal({ TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace });
  worker = startWorkerProcess(product.variables);
  integration = await product.createIntegration('Commanded');
  await product.ended(await product.publish(integration));
}, 90_000);

afterAll(async () => {
  worker.kill('SIGKILL');
  await worker.ended();
  await door.close();
  await product.stop();
  await temporal.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

async function startTemporal(port?: number): Promise<void> {
  const dynamicConfig = [`limit.historyCount.suggestContinueAsNew=${EVENTS_UNTIL_ANEW}`];
  temporal = await startOwnTemporal({ dataDir, log }, { dynamicConfig, ...(port === undefined ? {} : { port }) });
}

const ask = (command: CommandName, body: object = {}) =>
  inProgramme(product.db, product.programme, (trx) =>
    insertOperation(trx, { programme: product.programme, integration }, command, body),
  );

function send(command: CommandName, operation: string, patienceMs = PATIENCE_MS): Promise<SendResult> {
  const to = { programme: product.programme, integration, provider: 'sage-hr', summary: 'Sage HR · Commanded' };
  return door.send(to, command, operation, patienceMs);
}

async function revision(): Promise<number> {
  const [row] = await product.rows<{ revision: number }>('select revision from integrations where id = ?', [
    integration,
  ]);
  return Number(row?.revision);
}

/** So that two in a row differ. */
const segment = (turn: number) => ({
  segment: { outside: 'revoke', rule: { field: 'country', op: 'equals', values: [`Land ${turn}`] } },
});

describe('a life that begins anew again and again', () => {
  const ROUNDS = 5;
  const COMMANDS = 30;
  const operations: string[] = [];
  let before: number;
  const replies: SendResult[] = [];

  beforeAll(async () => {
    before = await revision();
    const handle = product.client.workflow.getHandle(integrationWorkflowId(integration));
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = await Promise.all(Array.from({ length: COMMANDS }, (_, turn) => ask('segment', segment(turn))));
      operations.push(...asked);
      const sent = asked.map(async (operation, turn) => {
        // Among the commands, so that it meets every moment of an execution, also its end.
        if (turn === (round * 7) % COMMANDS) await handle.signal(importNowSignal, { requestId: `signal-${round}` });
        return send('segment', operation);
      });
      replies.push(...(await Promise.all(sent)));
      const [run] = await until(`the import of signal ${round}`, async () => {
        const found = await product.rows<{ id: string }>('select id from import_runs where request_key = ?', [
          `signal-${round}`,
        ]);
        return found.length > 0 && found;
      });
      await product.ended(run?.id ?? '');
    }
  }, 120_000);

  test('loses no command and does none twice', async () => {
    expect(replies).toHaveLength(ROUNDS * COMMANDS);
    expect(replies.filter((reply) => reply === 'pending' || reply === 'gone' || reply.outcome !== 'done')).toEqual([]);
    expect(await revision()).toBe(before + ROUNDS * COMMANDS);
  });

  test('had many executions, none of which was long', async () => {
    const executions = product.client.workflow.list({ query: `WorkflowId = "${integrationWorkflowId(integration)}"` });
    const lengths: number[] = [];
    for await (const execution of executions) lengths.push(execution.historyLength);
    expect(lengths.length).toBeGreaterThanOrEqual(ROUNDS);
    expect(Math.max(...lengths)).toBeLessThan(1_500);
  });

  test('gives a command that is asked again its first answer, though its execution is long gone', async () => {
    const now = await revision();
    expect(await send('segment', operations[0] ?? '')).toEqual({ outcome: 'done' });
    expect(await revision()).toBe(now);
  });
});

describe('a command', () => {
  test('waits for a worker where there is none, and is done once when it comes', async () => {
    worker.kill('SIGTERM');
    await worker.ended();
    const before = await revision();
    const operation = await ask('pause', {});
    expect(await send('pause', operation, 1_000)).toBe('pending');
    expect(await send('pause', operation, 1_000)).toBe('pending');
    worker = startWorkerProcess(product.variables);
    expect(await send('pause', operation)).toEqual({ outcome: 'done' });
    expect(await revision()).toBe(before + 1);
  }, 60_000);

  test('is done once when the worker is killed in its middle', async () => {
    const before = await revision();
    const asked = await Promise.all(Array.from({ length: 12 }, () => ask('resume', {})));
    const sent = asked.map((operation) => send('resume', operation));
    await Promise.race(sent);
    worker.kill('SIGKILL');
    await worker.ended();
    worker = startWorkerProcess(product.variables);
    for (const reply of await Promise.all(sent)) expect(reply).toEqual({ outcome: 'done' });
    expect(await revision()).toBe(before + asked.length);
  }, 90_000);

  test('is done once, however often it is asked, when the server was gone', async () => {
    const before = await revision();
    const operation = await ask('pause', {});
    process.kill(temporal.pid, 'SIGKILL');
    await temporal.exited;
    expect(await send('pause', operation, 1_000)).toBe('pending');
    await startTemporal(temporal.port);
    const replies = await Promise.all([send('pause', operation), send('pause', operation)]);
    expect(replies).toEqual([{ outcome: 'done' }, { outcome: 'done' }]);
    expect(await revision()).toBe(before + 1);
  }, 90_000);

  /** By the numbers of gRPC. */
  test.each([
    ['CANCELLED', 1],
    ['UNKNOWN', 2],
    ['DEADLINE_EXCEEDED', 4],
    ['NOT_FOUND', 5],
    ['RESOURCE_EXHAUSTED', 8],
    ['FAILED_PRECONDITION', 9],
    ['ABORTED', 10],
    ['INTERNAL', 13],
    ['UNAVAILABLE', 14],
  ])('is done once when the server says %s in between', async (_, status) => {
    const before = await revision();
    const between = await startRefusingServer(temporal.address);
    const through = openTemporal({ TEMPORAL_ADDRESS: between.address, TEMPORAL_NAMESPACE: temporal.namespace });
    try {
      between.refuse('ExecuteMultiOperation', status, status);
      const operation = await ask('pause', {});
      const to = { programme: product.programme, integration, provider: 'sage-hr', summary: 'Sage HR · Commanded' };
      let reply = await through.send(to, 'pause', operation, PATIENCE_MS);
      // A server that let the time run out is not asked again at once: whoever waits asks later.
      while (reply === 'pending') reply = await through.send(to, 'pause', operation, PATIENCE_MS);
      expect([reply, between.left()]).toEqual([{ outcome: 'done' }, 0]);
      expect(await revision()).toBe(before + 1);
    } finally {
      await through.close();
      await between.close();
    }
  });

  test('that the server will never take is an error, and asked once', async () => {
    const between = await startRefusingServer(temporal.address);
    const through = openTemporal({ TEMPORAL_ADDRESS: between.address, TEMPORAL_NAMESPACE: temporal.namespace });
    try {
      const PERMISSION_DENIED = 7;
      between.refuse('ExecuteMultiOperation', PERMISSION_DENIED, PERMISSION_DENIED);
      const operation = await ask('pause', {});
      const to = { programme: product.programme, integration, provider: 'sage-hr', summary: 'Sage HR · Commanded' };
      await expect(through.send(to, 'pause', operation, PATIENCE_MS)).rejects.toThrow();
      expect(between.left()).toBe(1);
    } finally {
      await through.close();
      await between.close();
    }
  });
});
