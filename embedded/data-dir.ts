import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../config/system-errors.js';

/**
 * Makes the data directory and what is missing above it, one after the other: where a place takes no directories and says
 * that there is none (`/proc`), Node's own recursive way tries for ever.
 *
 * @throws with a sentence for people
 */
export async function makeDataDir(path: string): Promise<void> {
  // Postgres runs as another user than root and must be able to pass through.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    await make(path, mode);
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error('It is a file.'), { code: 'ENOTDIR' });
  } catch (error) {
    const why = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(
      `ROLLCALL_DATA_DIR (${path}) is no directory and cannot be made one (${why}): name another place.`,
      {
        cause: error,
      },
    );
  }
}

async function make(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return;
    if (!isSystemError(error, 'ENOENT') || dirname(path) === path) throw error;
    await make(dirname(path), mode);
    await mkdir(path, { mode });
  }
}
