import type { Cadence } from './cadence.js';
import { readCron } from './cron.js';

/** After so many failed imports in a row an integration imports once a day, until one comes through. */
export const FAILURES_UNTIL_SLOW = 5;

/** The cadence with at most one time a day, the first. */
export function slowed(cadence: Cadence): Cadence {
  if (!('cron' in cadence)) return cadence.every === 'hour' ? daily(cadence) : cadence;
  const times = readCron(cadence.cron);
  if ('fault' in times) return cadence;
  const days = cadence.cron.trim().split(/\s+/).slice(2);
  return { ...cadence, cron: [Math.min(...times.minutes), Math.min(...times.hours), ...days].join(' ') };
}

function daily({ at, timeZone }: { at?: string | undefined; timeZone?: string | undefined }): Cadence {
  return { every: 'day', ...(at === undefined ? {} : { at }), ...(timeZone === undefined ? {} : { timeZone }) };
}
