/** What has to be given back, in the reverse of the order in which it was taken. */
export interface Stops {
  add(stop: () => Promise<unknown>): void;
}

/**
 * Does the work and then gives everything back, also when it failed: one thing that cannot be stopped does not keep
 * the others from it. The work's own failure is what is thrown, before one of stopping.
 */
export async function withStops<T>(work: (stops: Stops) => Promise<T>): Promise<T> {
  const all: (() => Promise<unknown>)[] = [];
  const [done] = await Promise.allSettled([work({ add: (stop) => all.unshift(stop) })]);
  const failures: unknown[] = [];
  for (const stop of all) await stop().catch((error: unknown) => failures.push(error));
  if (done.status === 'rejected') throw done.reason;
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped.');
  return done.value;
}
