import { createLogger } from '../config/logging.js';
import { openContext } from '../client/operations/open.js';
import { findRunning } from '../client/operations/running.js';
import { printedLink } from '../client/operations/sign-in.js';

/** A link into the portal for whoever has this terminal: an operator's, good once, made anew at each start. */
export async function portalLink(dataDir: string, variables: NodeJS.ProcessEnv): Promise<string> {
  const running = await findRunning({ ...variables, ROLLCALL_DATA_DIR: dataDir });
  const log = createLogger('portal-link', 'silent');
  const context = openContext({ ...running, log, name: 'rollcall-start', connections: 1 });
  try {
    return await printedLink({ context, actor: { role: 'operator', name: 'start' } });
  } finally {
    await context.close();
  }
}
