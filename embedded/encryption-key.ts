import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from '../config/system-errors.js';

/**
 * The key ring of a machine that was given none: one key, made at the first start and kept in the data directory. Who
 * loses the file loses the stored credentials, nothing else.
 *
 * @returns the file, as ROLLCALL_ENCRYPTION_KEYS_FILE takes it.
 */
export async function keptEncryptionKeys(dataDir: string): Promise<string> {
  const path = join(dataDir, 'encryption.key');
  try {
    await writeFile(path, `local:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
  }
  return path;
}
