import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 30_000;

/** Looks until there is something, and says what it waited for when there never was. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${patienceMs / 1000} s in vain for ${what}.`);
    await delay(LOOK_EVERY_MS);
  }
}
