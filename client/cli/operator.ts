import type { Call } from '../operations/context.js';
import type { Io } from './io.js';

/** Acts as operator on the Rollcall that runs here. Everything heavy is loaded now, so that `--help` is quick. */
export async function asOperator<T>(io: Io, work: (call: Call) => Promise<T>): Promise<T> {
  const [{ findRunning, NotRunning }, { openContext }, { createLogger }] = await Promise.all([
    import('../operations/running.js'),
    import('../operations/open.js'),
    import('../../config/logging.js'),
  ]);
  const running = await findRunning(io.variables);
  const log = createLogger('rollcall', 'silent');
  const context = openContext({ ...running, log, name: 'rollcall-cli', connections: 2 });
  try {
    return await work({ context, actor: { role: 'operator', name: 'operator (command line)' } });
  } catch (error) {
    if (isUnreachable(error)) throw new NotRunning('its database does not answer');
    throw error;
  } finally {
    await context.close();
  }
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === '57P03' || code === '3D000') return true;
  return error.name === 'KnexTimeoutError' || (error instanceof AggregateError && error.errors.some(isUnreachable));
}
