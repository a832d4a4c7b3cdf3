import type { Cadence } from './cadence.js';
import { scheduleTimes } from './schedule-times.js';

/** Why an integration needs somebody, the most pressing first: a lesser reason never takes the place of a greater. */
export const ATTENTION_CODES = [
  'authorization-lost',
  'insufficient-scope',
  'failing-repeatedly',
  'no-success-since',
  'removals-held',
] as const;
export type AttentionCode = (typeof ATTENTION_CODES)[number];

export interface Attention {
  readonly code: AttentionCode;
  /** One sentence that says what happened. */
  readonly detail: string;
}

/** An incident: from the moment when somebody is needed to the moment when nobody is any more. */
export interface Incident extends Attention {
  /** ISO 8601. */
  readonly since: string;
}

/** What to do about it, in the words of mails, API and command line alike. */
export const REMEDIES: Readonly<Record<AttentionCode, string>> = {
  'authorization-lost':
    'Authorize it again with valid credentials. Until then no import can run; members and their accounts stay as they are.',
  'insufficient-scope':
    'Give the credentials the missing permission in the HR system, or authorize with others. Members and their accounts stay as they are.',
  'failing-repeatedly':
    'Look at what its last imports say and who can mend it; then start an import, and the usual times are back as soon as one comes through.',
  'no-success-since': 'Look at its last imports, or start one now. Members and their accounts stay as they were then.',
  'removals-held':
    'Look at whom its last import would remove, then approve or reject it (rollcall imports held, approve and reject). Until somebody decides they keep their accounts.',
};

/** Only somebody with valid credentials can end these; runs fail at once until then and are not reported one by one. */
export const ACCESS_CODES: readonly AttentionCode[] = ['authorization-lost', 'insufficient-scope'];

export const isAccessCode = (code: string | null): boolean => ACCESS_CODES.some((access) => access === code);

/** Told by a mail of their own, and told again when over; removals that wait are told by the report of the run. */
export const isToldByMail = (code: AttentionCode): boolean => code !== 'removals-held';

export function outranks(one: AttentionCode, other: AttentionCode): boolean {
  return ATTENTION_CODES.indexOf(one) < ATTENTION_CODES.indexOf(other);
}

/** Days after which lost access is told again. */
const REMINDERS = [1, 3, 7] as const;

/**
 * @param days full days since the incident began.
 * @param reminded the day of the last reminder; null: none was sent.
 * @returns the day of the reminder that is due now; of several that were missed the last alone.
 */
export function reminderDue(days: number, reminded: number | null): number | null {
  const due = REMINDERS.filter((day) => day <= days).at(-1);
  return due !== undefined && due > (reminded ?? 0) ? due : null;
}

const HOURS_OF_A_DAY = 24;
const PERIODS_WITHOUT_SUCCESS = 3;

/** After so many days without an import that came through somebody should know: three periods, at least three days. */
export function daysUntilNoticed(cadence: Cadence, now: Date): number {
  const periodDays = scheduleTimes(cadence, now).catchUpHours / HOURS_OF_A_DAY;
  return PERIODS_WITHOUT_SUCCESS * Math.max(1, periodDays);
}
