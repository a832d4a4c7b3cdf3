import { readFile } from 'node:fs/promises';
import { isSystemError } from './system-errors.js';

/** The small files of a data directory, such as `run.json`: any of them may be missing, or from another version. */

/** @returns null where there is no such file. */
export async function readDataFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  }
}

/** @returns null for what is no JSON: it is judged like JSON of another shape. */
export function parseDataFile(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
