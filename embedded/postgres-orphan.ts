import { execFile } from 'node:child_process';
import { readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readOptionalFile } from '../config/optional-files.js';
import { isSystemError } from '../config/system-errors.js';
import { commandLine, endProcess, identify, type ProcessIdentity } from './process-identity.js';
import type { PostgresPlace } from './postgres-place.js';

/**
 * What a start that was killed left behind. A server that still runs on our data is stopped, not taken over: only a
 * child of ours can be watched (its end is told at once, its log read), and a fast stop and start cost 0.2 s. A note
 * whose number now belongs to a stranger is removed, since Postgres would refuse to start because of it. Any other note
 * stays: by it Postgres itself sees that backends of a killed server still hold the memory.
 */
export async function endPostgresOrphan(place: PostgresPlace, print: (line: string) => void): Promise<void> {
  const note = join(place.cluster, 'postmaster.pid');
  const pid = await notedPid(note);
  if (pid === null) return;
  const orphan = await identify(pid);
  if (!orphan) return;
  if (!(await servesCluster(orphan, place.cluster))) return rm(note, { force: true });
  print(`Postgres of an earlier start still runs (process ${pid}): it is stopped.`);
  await stopByControl(place, orphan);
}

const run = promisify(execFile);
const FAST_STOP_SECONDS = 15;

async function stopByControl(place: PostgresPlace, orphan: ProcessIdentity): Promise<void> {
  const args = ['stop', '-D', place.cluster, '-m', 'fast', '-w', '-t', String(FAST_STOP_SECONDS)];
  try {
    await run(place.programs.pgCtl, args, { ...place.user, cwd: place.base, env: { LC_ALL: 'C' } });
  } catch {
    // pg_ctl tells only that it did not succeed; the signals below end it, and say so when they cannot.
    await endProcess(orphan, 'SIGQUIT', 5000);
  }
}

async function notedPid(note: string): Promise<number | null> {
  const pid = Number((await readOptionalFile(note))?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

/** A postmaster works in its data directory and names it in its command line. */
async function servesCluster(server: ProcessIdentity, cluster: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await commandLine(server.pid)).includes(`-D ${cluster} `);
  try {
    return (await readlink(`/proc/${server.pid}/cwd`)) === cluster;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return false;
    // Not ours to look into, so not our Postgres: that runs as a user we may look at.
    if (isSystemError(error, 'EACCES', 'EPERM')) return false;
    throw error;
  }
}
