import { setTimeout as delay } from 'node:timers/promises';

/** What `work` gives; throws what `late` makes once that takes longer than `patienceMs`. The work itself goes on, unseen. */
export async function within<T>(patienceMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  const over = new AbortController();
  const tooLate = delay(patienceMs, undefined, { signal: over.signal }).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    over.abort();
  }
}
