import { WorkflowFailedError, type Client } from '@temporalio/client';
import { WORKFLOW_QUEUE } from '../config/task-queues.js';
import type { Reconciled } from '../domain/reconciled.js';

/** Its own id, beside those that the schedule gives to what it starts; two at once do no harm. */
const WORKFLOW_ID = 'reconcile';

export async function reconcile(client: Client): Promise<Reconciled> {
  const running = await client.workflow.start<() => Promise<Reconciled>>('reconcile', {
    workflowId: WORKFLOW_ID,
    taskQueue: WORKFLOW_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: 'Compares the database with workflows and schedules and repairs what differs',
  });
  try {
    return await running.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const said = error.cause?.cause instanceof Error ? error.cause.cause.message : error.message;
    throw new Error(`The reconcile did not finish: ${said} What it repaired stays; repeat it.`, { cause: error });
  }
}
