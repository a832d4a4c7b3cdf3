import type { EmploymentFacts } from './employee.js';

/**
 * Where a person stands on a given day. The day is a parameter: one instant per run, read in one zone, decides every
 * "today", so nobody is employed on one page and gone on the next because midnight passed between them.
 */
export type Standing = 'employed' | 'not-yet' | 'left' | 'unknown';

export interface EligibilityOptions {
  /** The run's calendar date, `YYYY-MM-DD`. */
  readonly today: string;
  /** Future starters count as employed so many days before their first day. */
  readonly leadDays: number;
}

export function standing(facts: EmploymentFacts, options: EligibilityOptions): Standing {
  if (facts.status === 'unknown') return 'unknown';
  // The last working day belongs to the employment: it is over only when the next day has begun.
  const over = facts.endsOn !== null && facts.endsOn < options.today;
  if (over) return 'left';
  // Without a date, "left" has happened; with one that is not over yet, it is only announced.
  if (facts.status === 'left' && facts.endsOn === null) return 'left';
  const { startsOn } = facts;
  // Nearly everybody has begun, and a calendar for each of them would be a tenth of what reading them costs.
  const isAhead = startsOn !== null && startsOn > options.today;
  return isAhead && startsOn > addDays(options.today, options.leadDays) ? 'not-yet' : 'employed';
}

/** Calendar arithmetic on `YYYY-MM-DD`; dates are dates, so no zone takes part. */
export function addDays(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day + days)).toISOString().slice(0, 10);
}
