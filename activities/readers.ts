import type { LiveSettings } from '../domain/configuration.js';
import { isAddress } from '../mails/transport.js';

/** Whom the admin named, else the admin who set the integration up, where that is known by address. */
export function readersOf(live: Partial<LiveSettings>, createdBy: string): string[] {
  const named = live.reportTo ?? [];
  const readers = (named.length > 0 ? named : [createdBy]).filter(isAddress);
  return [...new Map(readers.map((reader) => [reader.toLowerCase(), reader])).values()];
}
