import { setMaxListeners } from 'node:events';
import { ProviderContractViolation } from './errors.js';
import type { JsonRecord } from '../domain/employee.js';

/** A vendor that does not look at the page's place would be read for ever, or one person be taken for many. */
export function assertNew(
  vendor: string,
  page: string,
  records: readonly JsonRecord[],
  before: readonly JsonRecord[],
): void {
  const same = records.length > 0 && records.length === before.length;
  if (same && records.every((record, at) => record.id === before[at]?.id)) {
    throw new ProviderContractViolation(`${vendor}'s ${page} repeats the page before it.`);
  }
}

/** A cursor that is a number from `first` on; null begins there. */
export function numberOf(vendor: string, cursor: string | null, first: number): number {
  if (cursor === null) return first;
  if (!/^\d{1,9}$/.test(cursor) || Number(cursor) < first) {
    throw new RangeError(`a cursor of ${vendor} is a number, not "${cursor}"`);
  }
  return Number(cursor);
}

/** Ends with the reader as well as with the caller: pages under way must not outlive a reader who stopped early. */
export function endingWith(signal: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  setMaxListeners(0, signal);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      signal.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}
