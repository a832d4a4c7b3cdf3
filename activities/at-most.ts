import { Context } from '@temporalio/activity';

/** Works on all, so many at a time; the first failure or the activity's cancellation is the end of it. */
export async function atMost<T>(limit: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const { cancellationSignal } = Context.current();
  const left = items.values();
  let failed = false;
  const takeInTurn = async () => {
    for (const item of left) {
      if (failed) return;
      cancellationSignal.throwIfAborted();
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: limit }, takeInTurn));
}
