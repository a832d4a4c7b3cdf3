import { readFile } from 'node:fs/promises';
import { isSystemError } from './system-errors.js';

/** Small files that may be missing, or from another version, such as `run.json` in a data directory. */

/** @returns null where there is no such file. */
export async function readOptionalFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

/** @returns null for what is no JSON: it is judged like JSON of another shape. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
