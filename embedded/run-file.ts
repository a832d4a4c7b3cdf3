import { randomUUID } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { jsonOrNull, readOptionalFile } from '../config/optional-files.js';
import { isSystemError } from '../config/system-errors.js';
import { endProcess, identifySelf, stillRuns, type ProcessIdentity } from './process-identity.js';

/**
 * Two files of a data directory. `run.json` tells operators and tests where the running Rollcall is; it holds
 * addresses with passwords, so only its owner reads it. `rollcall.lock` says who runs: two on the same data would
 * open the same Postgres and Temporal files.
 */
const runSchema = z.object({
  pid: z.int(),
  url: z.string(),
  /** `adminUrl` is the embedded server's superuser; null where the database is not ours. */
  database: z.object({ url: z.string(), adminUrl: z.string().nullable() }),
  temporal: z.object({
    address: z.string(),
    namespace: z.string(),
    ui: z.string().nullable(),
    cli: z.string().nullable(),
  }),
  mail: z.object({ smtp: z.string(), url: z.string().nullable() }),
  /** Where HR systems are found, and by which key: what the worker was given, for who acts beside it. */
  providers: z.record(z.string(), z.string()),
  processes: z.array(z.object({ name: z.string(), pid: z.int(), started: z.string().optional() })),
});

export type RunFile = z.infer<typeof runSchema>;

/** The data directory is another process's. The message is one sentence for people. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

const RUN_FILE = 'run.json';
const LOCK_FILE = 'rollcall.lock';
const LOOK_AGAIN_MS = 10;

export async function writeRunFile(dataDir: string, run: RunFile): Promise<void> {
  await writeWhole(join(dataDir, RUN_FILE), `${JSON.stringify(run, null, 2)}\n`);
}

/** @returns null when there is none: nothing runs, or what runs is not up yet. */
export async function readRunFile(dataDir: string): Promise<RunFile | null> {
  const path = join(dataDir, RUN_FILE);
  const text = await readOptionalFile(path);
  if (text === null) return null;
  const parsed = runSchema.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is not a run file of this version: stop the Rollcall that wrote it, or remove the file.`);
}

export async function removeRunFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, RUN_FILE), { force: true });
}

/**
 * Takes the data directory for this process. A lock whose process is gone is taken over; that number may be in use
 * again by somebody else, so the moment it began is compared too.
 *
 * @throws AlreadyRunning
 */
export async function lockDataDir(dataDir: string): Promise<{ release: () => Promise<void> }> {
  const lock = join(dataDir, LOCK_FILE);
  const self = await identifySelf();
  const mine = `${lock}.${randomUUID()}`;
  await writeWhole(mine, JSON.stringify(self));
  try {
    while (!(await linked(mine, lock)) && !(await takenOver(dataDir, lock, mine))) await delay(LOOK_AGAIN_MS);
  } finally {
    await rm(mine, { force: true });
  }
  return { release: () => rm(lock, { force: true }) };
}

/**
 * Ends what a killed start left: its worker and API end by themselves when their channel closes, unless they hang.
 * Postgres and Temporal are left to their own starts, which know how to stop them gently.
 */
export async function endLeftovers(dataDir: string, print: (line: string) => void): Promise<void> {
  const text = await readOptionalFile(join(dataDir, RUN_FILE));
  const run = text === null ? null : runSchema.safeParse(jsonOrNull(text));
  if (!run?.success) return removeRunFile(dataDir);
  for (const { name, pid, started } of run.data.processes) {
    if (started === undefined || name === 'postgres' || name === 'temporal') continue;
    if (!(await stillRuns({ pid, started }))) continue;
    print(`The ${name} of an earlier start still runs (process ${pid}): it is stopped.`);
    await endProcess({ pid, started }, 'SIGTERM', 5000);
  }
  await removeRunFile(dataDir);
}

async function linked(mine: string, lock: string): Promise<boolean> {
  try {
    await link(mine, lock);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/**
 * Replaces the lock of a process that is gone. Of several starts that find it, only the one that holds the claim may,
 * and only while the lock is still the one it judged: another may have replaced it in between.
 */
async function takenOver(dataDir: string, lock: string, mine: string): Promise<boolean> {
  const found = await readOptionalFile(lock);
  if (found === null) return false;
  const holder = holderIn(found);
  if (holder && (await stillRuns(holder))) throw alreadyRunning(dataDir, holder);
  const claim = `${lock}.claim`;
  if (!(await linked(mine, claim))) {
    const claimant = holderIn((await readOptionalFile(claim)) ?? '');
    if (claimant && !(await stillRuns(claimant))) await rm(claim, { force: true });
    return false;
  }
  try {
    if ((await readOptionalFile(lock)) !== found) return false;
    await rename(mine, lock);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

function alreadyRunning(dataDir: string, holder: ProcessIdentity): AlreadyRunning {
  return new AlreadyRunning(
    `Rollcall already runs on ${dataDir} (process ${holder.pid}): stop that one, or set ROLLCALL_DATA_DIR to another directory.`,
  );
}

const identitySchema = z.object({ pid: z.int(), started: z.string() });

function holderIn(text: string): ProcessIdentity | null {
  const parsed = identitySchema.safeParse(jsonOrNull(text));
  return parsed.success ? parsed.data : null;
}

/** Readers see the old text or the new one, never half of it. */
async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
