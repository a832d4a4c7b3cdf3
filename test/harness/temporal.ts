import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import Long from 'long';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.js';
import { testMachine } from './addresses.js';
import type { TestMachine } from './machine.js';

/** The shared dev server: search attributes are registered, queues and ids are each test's own (uniqueName). */
export interface TestTemporal {
  address: string;
  namespace: string;
  client: Client;
  connection: Connection;
  /** For workers. */
  nativeConnection: NativeConnection;
  close: () => Promise<void>;
}

/** Address, namespace, Web UI and CLI, for what connects by itself (a worker in a process of its own). */
export function temporalAddresses(): TestMachine['temporal'] {
  return testMachine().temporal;
}

/** @param server one of a test's own; the shared one when absent */
export async function connectTemporal(
  { address, namespace }: { address: string; namespace: string } = testMachine().temporal,
): Promise<TestTemporal> {
  quietRuntime();
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  return {
    address,
    namespace,
    client: new Client({ connection, namespace }),
    connection,
    nativeConnection,
    close: async () => {
      await nativeConnection.close();
      await connection.close();
    },
  };
}

/** `integration` gives `integration-1f0c…`: for task queues, and for workflow ids where the product does not give one. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}

let quiet = false;

/** Workers tell each start and stop at level INFO; a test's output is for what went wrong. */
export function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: new DefaultLogger('ERROR') });
}

/** A namespace of a test file's own: its queues and ids have the product's names and still meet nobody else's. */
export async function registerNamespace(connection: Connection, namespace: string): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: Long.fromNumber(86_400) };
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  await registerSearchAttributes(connection, namespace);
}

export async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      Object.values(SEARCH_ATTRIBUTES).map((key) => [key.name, key.type === 'BOOL' ? BOOL : KEYWORD]),
    ),
  });
}

/** `temporal.api.enums.v1.IndexedValueType`. */
const KEYWORD = 2;
const BOOL = 5;
