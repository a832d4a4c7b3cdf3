import { currentUpdateInfo, proxyActivities, uuid4 } from '@temporalio/workflow';
import type { DatabaseActivities } from '../activities/index.js';
import type { RunOpening } from '../activities/run.js';
import { SHORT } from './activity-options.js';
import { integrationWorkflowId, scheduleId, type CommandName, type IntegrationRef } from './messages.js';

/** What a turn does in the database, each with the words that an operator reads beside it in the Temporal UI. */
const database = proxyActivities<DatabaseActivities>(SHORT);

export const { refuseTurn, takeTurn } = database;

export function loadIntegration(ref: IntegrationRef) {
  return database.loadIntegration.executeWithOptions({ summary: 'Look where the integration stands' }, [ref]);
}

export type OpenRequest = Omit<RunOpening, 'programme' | 'integration' | 'operation'>;

export function openRun(ref: IntegrationRef, request: OpenRequest, operation: string | null) {
  const summary = `Open ${request.kind === 'review' ? 'a review' : 'an import'} (${request.trigger})`;
  return database.openRun.executeWithOptions({ summary }, [{ ...ref, ...request, operation }]);
}

export async function putSchedule(ref: IntegrationRef): Promise<void> {
  const { integration: id } = ref;
  const place = { ...ref, scheduleId: scheduleId(id), workflowId: integrationWorkflowId(id) };
  await database.putSchedule.executeWithOptions({ summary: 'Bring the schedule in line with the setup' }, [place]);
}

/**
 * An operator in the Temporal UI brings no row; the id of the update is its key, so it happens once however often sent.
 * @returns the operation's id
 */
export function writeOperation(ref: IntegrationRef, command: CommandName): Promise<string> {
  return database.writeOperation.executeWithOptions({ summary: `Write down: ${command}, from the Temporal UI` }, [
    { ...ref, command, key: currentUpdateInfo()?.id ?? uuid4() },
  ]);
}
