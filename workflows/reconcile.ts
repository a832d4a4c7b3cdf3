import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { DatabaseActivities } from '../activities/index.js';
import { describeReconciled, type Reconciled } from '../domain/reconciled.js';
import { LONG } from './activity-options.js';
import { integrationWorkflowId, runWorkflowId, scheduleId, SEARCH_ATTRIBUTES } from './messages.js';

/**
 * Two stores, one rule: Postgres is right. It starts what is missing and ends what is removed, and never edits an
 * integration's state; two at once do no harm, since each repair looks again before it changes anything.
 */
const { reconcileWorkflows, reconcileSchedules } = proxyActivities<DatabaseActivities>(LONG);

const NAMES = {
  integration: integrationWorkflowId('{id}'),
  lanes: { write: runWorkflowId('{id}', 'write'), review: runWorkflowId('{id}', 'review') },
  schedule: scheduleId('{id}'),
  attributes: { programme: SEARCH_ATTRIBUTES.programme.name, provider: SEARCH_ATTRIBUTES.provider.name },
};

export async function reconcile(): Promise<Reconciled> {
  setCurrentDetails('**workflows** – Starts those that are missing and ends those of removed integrations.');
  const workflows = await reconcileWorkflows.executeWithOptions(
    { summary: 'Compare the integrations with their workflows' },
    [NAMES],
  );
  // After the workflows: what a schedule starts has somebody to tell then.
  setCurrentDetails('**schedules** – Creates, corrects and deletes what differs; others are left alone.');
  const schedules = await reconcileSchedules.executeWithOptions(
    { summary: 'Compare the integrations with their schedules' },
    [NAMES],
  );
  const reconciled = { ...workflows, ...schedules };
  setCurrentDetails(detailsOf(reconciled));
  return reconciled;
}

function detailsOf(reconciled: Reconciled): string {
  const lines = [`**done** – ${describeReconciled(reconciled)}.`];
  if (reconciled.refused.length > 0) {
    lines.push('', 'The server refuses the schedules below; give these integrations another cadence:', '');
    for (const { integration, reason } of reconciled.refused) lines.push(`- \`${integration}\`: ${reason}`);
  }
  return lines.join('\n');
}
