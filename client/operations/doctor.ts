import { createLogger } from '../../config/logging.js';
import { checkHealth, OPERATOR_PATIENCE_MS, type HealthCheck } from './health.js';
import { checkKeys } from './keys.js';
import { openContext } from './open.js';
import { findRunning, NotRunning, type RunFile } from './running.js';

/** Where everything is, without secrets, and what is wrong. */
export interface Diagnosis {
  readonly running: boolean;
  readonly run: Record<string, unknown> | null;
  readonly checks: (HealthCheck | KeyCheck)[];
  readonly wrong: string[];
}

type KeyCheck = Awaited<ReturnType<typeof checkKeys>>;

export async function diagnose(variables: Readonly<Record<string, string | undefined>>): Promise<Diagnosis> {
  try {
    const running = await findRunning(variables);
    const context = openContext({
      ...running,
      log: createLogger('doctor', 'silent'),
      name: 'rollcall-doctor',
      connections: 1,
    });
    try {
      // Before anything has to answer in time: while Temporal's client is loaded nothing else goes on.
      await context.load();
      const health = await checkHealth(context, OPERATOR_PATIENCE_MS);
      const isReadable = health.every(({ name, ok }) => ok || !['database', 'migrations'].includes(name));
      const call = { context, actor: { role: 'operator', name: 'doctor' } } as const;
      const checks = isReadable ? [...health, await checkKeys(call)] : health;
      const wrong = checks.filter((check) => !check.ok).map((check) => check.detail);
      return { running: true, run: running.run === null ? null : withoutSecrets(running.run), checks, wrong };
    } finally {
      await context.close();
    }
  } catch (error) {
    if (!(error instanceof NotRunning)) throw error;
    return { running: false, run: null, checks: [], wrong: [error.message] };
  }
}

/** Every address loses its password, wherever in the file it stands, and keys are not shown at all. */
function withoutSecrets(run: RunFile): Record<string, unknown> {
  return strip(run) as Record<string, unknown>;
}

function strip(value: unknown): unknown {
  if (typeof value === 'string') return withoutPassword(value);
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  const shown = Object.entries(value).filter(([name]) => !/_KEYS?$/.test(name));
  return Object.fromEntries(shown.map(([name, inner]) => [name, strip(inner)]));
}

function withoutPassword(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || !URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === '') return text;
  url.password = '';
  return url.href;
}
