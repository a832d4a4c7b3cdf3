/** What a person may ask of an integration, and what comes back. */
export const COMMANDS = [
  'setUp',
  'authorize',
  'upload',
  'map',
  'segment',
  'review',
  'publish',
  'pause',
  'resume',
  'importNow',
  'importPerson',
  'retryErrors',
  'undo',
  'reviewUndo',
  'cancelImport',
  'decide',
  'revoke',
  'remove',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/**
 * What an operator may send from the Temporal UI without an argument: nothing of it needs a person's data or a choice,
 * and nothing of it destroys anything.
 */
export const OPERATOR_COMMANDS: readonly CommandName[] = ['review', 'pause', 'resume', 'importNow', 'cancelImport'];

export type RefusalCode =
  | 'illegal-state'
  | 'already-exists'
  | 'custom-fields-locked'
  | 'different-account'
  | 'integration-paused'
  | 'credentials-refused'
  | 'already-ended'
  | 'nothing-held'
  | 'plan-changed'
  | 'changed-meanwhile'
  | 'not-found'
  | 'provider-unavailable';

export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
}

/** A refusal is an answer, not a failure: it never fails a turn, and it says what is missing. */
export type CommandReply =
  | {
      readonly outcome: 'done';
      readonly import?: string;
      readonly joined?: boolean;
      /** Something was approved: a run has to carry it out. */
      readonly approved?: boolean;
      /** … and it has to be an import, since values have to be read for it. */
      readonly byImport?: boolean;
      /** Mails that have waited for it may go now. */
      readonly mails?: boolean;
    }
  | ({ readonly outcome: 'refused' } & Refusal);
