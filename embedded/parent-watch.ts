/**
 * A worker or API started by `rollcall start` has a channel to it. When that closes, the start is gone, by whatever
 * death, and nobody else would ever stop them: they would go on writing beside those of the next start.
 */
const PATIENCE_MS = 10_000;

/** Ends this process the orderly way (its own SIGTERM handler) once the parent is gone; does nothing without a channel. */
export function exitWithParent(): void {
  const { channel } = process;
  if (!channel) return;
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  });
  // Watching is no reason to stay alive.
  channel.unref();
}
