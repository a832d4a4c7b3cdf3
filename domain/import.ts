/** The words in which an import run and its changes are told to people (interfaces.md, Import). */
export const IMPORT_KINDS = ['import', 'review', 'person', 'retry', 'removals', 'undo'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const IMPORT_TRIGGERS = ['first', 'schedule', 'on-demand', 'webhook'] as const;
export type ImportTrigger = (typeof IMPORT_TRIGGERS)[number];

export const IMPORT_STATES = [
  'running',
  'waiting-for-approval',
  'completed',
  'completed-with-errors',
  'failed',
  'cancelled',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

export const IMPORT_PHASES = ['fetch', 'map', 'segment', 'plan', 'provision', 'notify', 'done'] as const;
export type ImportPhase = (typeof IMPORT_PHASES)[number];

export const CHANGE_KINDS = [
  'created',
  'adopted',
  'reactivated',
  'transferred',
  'updated',
  'leaver',
  'revoked',
  'vanished',
  'error',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Kinds by which somebody loses their account. */
export const REMOVALS: readonly string[] = ['leaver', 'revoked', 'vanished'] satisfies ChangeKind[];

export const CHANGE_OUTCOMES = ['applied', 'held', 'stale', 'conflict'] as const;
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number];

/** What a run counts: one kind a person, `warnings` apart. */
export const COUNTED = [
  'created',
  'adopted',
  'reactivated',
  'transferred',
  'updated',
  'unchanged',
  'leaver',
  'revoked',
  'vanished',
  'skipped',
  'error',
  'warnings',
] as const;
export type ImportCounts = Readonly<Record<(typeof COUNTED)[number], number>>;

export const HOLD_CAUSES = ['leaver', 'revoked', 'vanished', 'identity', 'invitation'] as const;
export type HoldCauses = Readonly<Record<(typeof HOLD_CAUSES)[number], number>>;

export const HOLD_DECISIONS = ['approved', 'rejected', 'expired', 'superseded'] as const;
export type HoldDecision = (typeof HOLD_DECISIONS)[number];
