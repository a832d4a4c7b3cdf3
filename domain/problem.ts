/**
 * What is wrong with one value of one person: an error keeps the person as they are, a warning only tells. Shown to
 * the admin and downloadable; it never leaves the database for a log, a history or a mail.
 */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** A member field's id, `custom.<name>`, or null when the record as a whole is meant. */
  readonly field: string | null;
  readonly received: string | null;
  readonly allowed: string | null;
  readonly detail: string;
  readonly fixedBy: 'hr' | 'admin' | 'operator' | 'provider';
}

const LONGEST_SHOWN = 200;

/** What was received, short enough to show. */
export function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  // Postgres keeps no NUL in text: one in a value would fail the row that tells of it, and with it the run.
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll('\u0000', '\ufffd');
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
