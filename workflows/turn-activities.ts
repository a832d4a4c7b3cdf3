import { currentUpdateInfo, proxyActivities, uuid4 } from '@temporalio/workflow';
import type { DatabaseActivities, ProviderActivities } from '../activities/index.js';
import type { RunOpening } from '../activities/run.js';
import { probing, reading, SHORT } from './activity-options.js';
import { integrationWorkflowId, scheduleId, type CommandName, type IntegrationRef } from './messages.js';
import { NO_ANSWER, type Probed } from './turns.js';

/** What a turn does in the database, each with the words that an operator reads beside it in the Temporal UI. */
const database = proxyActivities<DatabaseActivities>(SHORT);

export const { refuseTurn, takeTurn } = database;

export function loadIntegration(ref: IntegrationRef) {
  return database.loadIntegration.executeWithOptions({ summary: 'Look where the integration stands' }, [ref]);
}

export type OpenRequest = Omit<RunOpening, 'programme' | 'integration' | 'operation'>;

const RUN_NAMES: Readonly<Record<OpenRequest['kind'], string>> = {
  import: 'an import',
  review: 'a review',
  removals: 'a run of removals',
  person: 'an import of one person',
  retry: 'an import of those with errors',
  undo: 'an undo',
};

export function openRun(ref: IntegrationRef, request: OpenRequest, operation: string | null) {
  const what = RUN_NAMES[request.kind];
  const summary = `Open ${what} (${request.trigger})`;
  return database.openRun.executeWithOptions({ summary }, [{ ...ref, ...request, operation }]);
}

export async function putSchedule(ref: IntegrationRef): Promise<void> {
  const { integration: id } = ref;
  const place = { ...ref, scheduleId: scheduleId(id), workflowId: integrationWorkflowId(id) };
  await database.putSchedule.executeWithOptions({ summary: 'Bring the schedule in line with the setup' }, [place]);
}

/** Asks the vendor whether a candidate credential is good; one that does not answer in time has refused it. */
export function probe(place: IntegrationRef & { operation: string }, provider: string): Promise<Probed> {
  const { probe: ask } = proxyActivities<ProviderActivities>(probing(provider, place.programme));
  const refused = (): Probed => ({ ok: false, refusal: NO_ANSWER });
  return ask.executeWithOptions({ summary: 'Probe the credentials at the HR system' }, [place]).catch(refused);
}

/** At vendors that keep a copy of the directory; one that is away is waited for. */
export function unlinkAccounts(ref: IntegrationRef, provider: string): Promise<void> {
  const { unlinkAccounts: unlink } = proxyActivities<ProviderActivities>(reading(provider));
  return unlink.executeWithOptions({ summary: 'Delete the linked account at the vendor' }, [ref]);
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
