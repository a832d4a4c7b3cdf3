import type { Call } from '../operations/context.js';
import type { Running } from '../operations/running.js';
import type { Io } from './io.js';

/** Acts as operator on the Rollcall that runs here. Everything heavy is loaded now, so that `--help` is quick. */
export async function asOperator<T>(io: Io, work: (call: Call, running: Running) => Promise<T>): Promise<T> {
  const [{ findRunning, NotRunning }, { openContext }, { createLogger }] = await Promise.all([
    import('../operations/running.js'),
    import('../operations/open.js'),
    import('../../config/logging.js'),
  ]);
  const running = await findRunning(io.variables);
  const log = createLogger('rollcall', io.variables.ROLLCALL_LOG_LEVEL ?? 'silent');
  const context = openContext({ ...running, log, name: 'rollcall-cli', connections: 2 });
  try {
    return await work({ context, actor: { role: 'operator', name: 'operator (command line)' } }, running);
  } catch (error) {
    if (isUnreachable(error)) throw new NotRunning('its database does not answer');
    throw error;
  } finally {
    await context.close();
  }
}

const UNREACHABLE: readonly unknown[] = ['ECONNREFUSED', 'ENOTFOUND', '57P03', '3D000'];

/** Node tries all addresses of a name, and tells of them together. */
function isUnreachable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && UNREACHABLE.includes(error.code)) return true;
  if ('name' in error && error.name === 'KnexTimeoutError') return true;
  return 'errors' in error && Array.isArray(error.errors) && error.errors.some(isUnreachable);
}
