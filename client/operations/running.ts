import { join, resolve } from 'node:path';
import { z } from 'zod';
import { jsonOrNull, readOptionalFile } from '../../config/optional-files.js';
import { readEnvironment, type Environment } from '../../config/environment.js';
import { fixedKeys, openKeys, type KeySource } from '../../config/key-ring.js';
import { isSystemError } from '../../config/system-errors.js';

/**
 * Where the running Rollcall is: by the environment, or by the run file of a data directory. For tools that act beside
 * it; they read what they need and write none of these files.
 */
const runFileSchema = z.looseObject({
  pid: z.int(),
  url: z.string(),
  database: z.looseObject({ url: z.string() }),
  temporal: z.looseObject({ address: z.string(), namespace: z.string() }),
  providers: z.record(z.string(), z.string()).default({}),
});
export type RunFile = z.infer<typeof runFileSchema>;

export interface Running {
  readonly environment: Environment;
  readonly databaseUrl: string;
  /** Empty where the key ring is not at hand: then only what needs it is refused. */
  readonly keys: KeySource;
  /** The file of the key ring; null where a variable holds it, or nothing. */
  readonly keyFile: string | null;
  /** For Temporal's client. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Null when the environment alone says where things are. */
  readonly run: RunFile | null;
}

/** The message is one sentence for people. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
  constructor(why: string) {
    super(`Rollcall is not running here: ${why}.`);
  }
}

type Variables = Readonly<Record<string, string | undefined>>;

export async function findRunning(variables: Variables): Promise<Running> {
  const environment = readEnvironment(variables);
  const { DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: address } = environment;
  const dataDir = resolve(environment.ROLLCALL_DATA_DIR);
  const { keys, keyFile } = await findKeys(environment, dataDir);
  if (databaseUrl !== undefined && address !== undefined) {
    return { environment, databaseUrl, keys, keyFile, variables, run: null };
  }
  const run = await readRunFile(dataDir);
  if (run === null) {
    throw new NotRunning(
      `there is no ${join(dataDir, 'run.json')}, and DATABASE_URL and TEMPORAL_ADDRESS do not name it either`,
    );
  }
  if (!isAlive(run.pid)) throw new NotRunning(`its process ${run.pid} has ended; start it again with \`npm start\``);
  return {
    environment: readEnvironment({ ROLLCALL_PUBLIC_URL: run.url, ...run.providers, ...variables }),
    databaseUrl: run.database.url,
    keys,
    keyFile,
    variables: temporalOf(run, variables, dataDir),
    run,
  };
}

/** Nothing of the user's own Temporal profiles may reach the embedded server. */
function temporalOf(run: RunFile, variables: Variables, dataDir: string): Variables {
  if (variables.TEMPORAL_ADDRESS === run.temporal.address) return variables;
  const others = Object.entries(variables).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    TEMPORAL_ADDRESS: run.temporal.address,
    TEMPORAL_NAMESPACE: run.temporal.namespace,
    TEMPORAL_CONFIG_FILE: join(dataDir, 'no-temporal-profile.toml'),
  };
}

async function readRunFile(dataDir: string): Promise<RunFile | null> {
  const path = join(dataDir, 'run.json');
  const text = await readOptionalFile(path);
  if (text === null) return null;
  const parsed = runFileSchema.safeParse(jsonOrNull(text));
  if (!parsed.success) throw new NotRunning(`${path} is not a run file of this version`);
  return parsed.data;
}

async function findKeys(environment: Environment, dataDir: string): Promise<Pick<Running, 'keys' | 'keyFile'>> {
  if (environment.ROLLCALL_ENCRYPTION_KEYS !== undefined) {
    return { keys: fixedKeys(environment.ROLLCALL_ENCRYPTION_KEYS), keyFile: null };
  }
  const keyFile = environment.ROLLCALL_ENCRYPTION_KEYS_FILE ?? join(dataDir, 'encryption.key');
  if ((await readOptionalFile(keyFile)) === null) return { keys: fixedKeys([]), keyFile: null };
  const keys = openKeys({ ...environment, ROLLCALL_ENCRYPTION_KEYS_FILE: keyFile }) ?? fixedKeys([]);
  return { keys, keyFile };
}

/** Signal 0 reaches a process without touching it; one of somebody else's is alive too. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isSystemError(error, 'EPERM');
  }
}
