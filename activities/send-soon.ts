import type { Client } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';
import type { IntegrationRef } from '../domain/references.js';

/** Ids and names are those of workflows/messages.ts, so they are handed in. */
export interface MailsPlace extends IntegrationRef {
  readonly workflow: string;
  readonly signal: string;
}

/** Starts the workflow that sends an integration's mails, or tells the one that runs to look once more. */
export function createSendSoon({ temporal }: { temporal: () => Promise<Client> }) {
  return async function sendSoon({ programme, integration, workflow, signal }: MailsPlace): Promise<void> {
    const client = await temporal();
    await client.workflow.signalWithStart('mails', {
      workflowId: workflow,
      taskQueue: WORKFLOW_QUEUE,
      args: [{ programme, integration }],
      signal,
      signalArgs: [],
      staticSummary: 'Sends what waits of an integration and belongs to no open run',
    });
  };
}

/** The same for the links that sign admins in. */
export async function startAccountMails(client: Client, names: { workflow: string; signal: string }): Promise<void> {
  await client.workflow.signalWithStart('accountMails', {
    workflowId: names.workflow,
    taskQueue: WORKFLOW_QUEUE,
    args: [],
    signal: names.signal,
    signalArgs: [],
    staticSummary: 'Sends the links that sign admins in',
  });
}
