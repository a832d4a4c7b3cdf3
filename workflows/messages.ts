import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { CommandName, CommandReply } from '../domain/commands.js';
import type { RunRef } from '../domain/references.js';

export { COMMANDS, OPERATOR_COMMANDS } from '../domain/commands.js';
export type { CommandName, CommandReply } from '../domain/commands.js';
export type { IntegrationRef, RunRef } from '../domain/references.js';

/**
 * Everything that can be said to a workflow, and every id: clients and workflows import it, so the two cannot disagree.
 * Arguments carry ids of rows, never an employee, a credential or a mapping.
 */

/**
 * A command of a person: what is asked stands in the row of `operations`, which also makes it safe to repeat. An operator
 * in the Temporal UI gives none for an `OPERATOR_COMMANDS`; the workflow then writes the row itself.
 */
export interface CommandRequest {
  readonly operation: string;
}

const BARE = 'From here without data.';
const ROW = 'Through the API or the CLI; the data names its operation.';

/** Shown by the Temporal UI beside the name of each update. */
export const COMMAND_DESCRIPTIONS: Readonly<Record<CommandName, string>> = {
  setUp: `Replace the initial setup (cadence, welcome e-mail, removal limit, who gets the report). ${ROW}`,
  authorize: `Probe credentials and, if the HR system accepts them, use them from now on. ${ROW}`,
  upload: `Take the directory as a file: stands for authorize, and starts an import once published. ${ROW}`,
  map: `Replace the mapping of provider fields to member fields. ${ROW}`,
  segment: `Replace the rule that says who is eligible. ${ROW}`,
  review: `Work out what an import would change now, and change nothing; replaces a review that is running. ${BARE}`,
  publish: `Make setup, mapping and segment live, create the schedule and start an import. ${ROW}`,
  pause: `Stop scheduled imports; a running one finishes. ${BARE}`,
  resume: `Start scheduled imports again; nothing is caught up. ${BARE}`,
  importNow: `Start an import now, or join the one that is running. ${BARE}`,
  importPerson: `Import one person now, after a run that is under way. ${ROW}`,
  retryErrors: `Import those again with whom an import had trouble. ${ROW}`,
  undo: `Put back what an import has done, as far as nothing changed since, and pause the integration. ${ROW}`,
  reviewUndo: `Work out what an undo would put back, and change nothing. ${ROW}`,
  cancelImport: `End a running or waiting import (without data: the running one); what it applied stays. ${BARE}`,
  decide: `Approve or reject what an import holds; what is approved is carried out by a run of its own. ${ROW}`,
  revoke: `Destroy the credentials, end what runs and delete the schedule; members stay. ${ROW}`,
  remove: `End the life of an integration that is not live; members stay. ${ROW}`,
};

const command = (name: CommandName) => defineUpdate<CommandReply, [CommandRequest], CommandName>(name);

export const COMMAND_UPDATES = {
  setUp: command('setUp'),
  authorize: command('authorize'),
  upload: command('upload'),
  map: command('map'),
  segment: command('segment'),
  review: command('review'),
  publish: command('publish'),
  pause: command('pause'),
  resume: command('resume'),
  importNow: command('importNow'),
  importPerson: command('importPerson'),
  retryErrors: command('retryErrors'),
  undo: command('undo'),
  reviewUndo: command('reviewUndo'),
  cancelImport: command('cancelImport'),
  decide: command('decide'),
  revoke: command('revoke'),
  remove: command('remove'),
} as const;

/** From the Schedule: an import is due. */
export const importDueSignal = defineSignal('importDue');
/** From an operator, in the Temporal UI or with `temporal workflow signal`. */
export const importNowSignal = defineSignal<[{ requestId?: string }?]>('importNow');
/** From a sweep: the integration's row was changed beside its workflow. */
export const lookAgainSignal = defineSignal('lookAgain');
/** To the workflow `mails`, from whoever has put mails into the outbox that belong to no run. */
export const mailsWaitingSignal = defineSignal('mailsWaiting');

export interface IntegrationStateView {
  readonly state: string;
  readonly running: Readonly<Record<string, string>>;
  readonly waiting: number;
}
export const stateQuery = defineQuery<IntegrationStateView>('state');

export interface ProgressView {
  readonly phase: string;
  readonly done: number | null;
  readonly total: number | null;
}
export const progressQuery = defineQuery<ProgressView>('progress');

export const integrationWorkflowId = (integration: string): string => `integration/${integration}`;
/** One at a time in each lane: imports write, reviews run beside them. */
export const runWorkflowId = (integration: string, lane: RunRef['lane']): string =>
  `integration/${integration}/${lane === 'write' ? 'import' : 'review'}`;
/** Sends what belongs to no run; ends when nothing waits. */
export const mailsWorkflowId = (integration: string): string => `integration/${integration}/mails`;
/** Sends the links that sign admins in, of all programmes; ends when none waits. */
export const ACCOUNT_MAILS_WORKFLOW = 'account-mails';
export const scheduleId = (integration: string): string => `integration/${integration}`;

export const SEARCH_ATTRIBUTES = {
  programme: defineSearchAttributeKey('Programme', SearchAttributeType.KEYWORD),
  provider: defineSearchAttributeKey('Provider', SearchAttributeType.KEYWORD),
  phase: defineSearchAttributeKey('IntegrationPhase', SearchAttributeType.KEYWORD),
  outcome: defineSearchAttributeKey('ImportOutcome', SearchAttributeType.KEYWORD),
  needsAttention: defineSearchAttributeKey('NeedsAttention', SearchAttributeType.BOOL),
} as const;
