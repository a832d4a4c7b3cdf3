import { setMaxListeners } from 'node:events';
import { ProviderContractViolation } from './errors.js';
import type { JsonRecord } from '../domain/employee.js';
import type { Page, Probe } from './provider.js';

const MOST_SAMPLED = 200;

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

/** The first pages of a list, for vendors that do not say how many are employed: only a whole list tells exactly. */
export async function sample(
  pages: AsyncIterable<Page>,
  isEmployed: (record: JsonRecord) => boolean,
): Promise<Pick<Probe, 'people' | 'exact' | 'records'>> {
  const records: JsonRecord[] = [];
  let exact = false;
  for await (const page of pages) {
    records.push(...page.records);
    exact = page.next === null;
    if (records.length >= MOST_SAMPLED) break;
  }
  return { people: records.filter(isEmployed).length, exact, records: records.slice(0, MOST_SAMPLED) };
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
