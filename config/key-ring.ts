import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { parseKeys, WrongEnvironment, type Environment, type KeyRing } from './environment.js';

/**
 * The key ring as it is at the moment of asking. One of a variable never changes while a process lives; one of a file is
 * read again when the file was replaced, so that running processes know a new key before anything is sealed with it.
 */
export type KeySource = () => KeyRing;

export const fixedKeys =
  (keys: KeyRing): KeySource =>
  () =>
    keys;

/** @returns null where the environment names no keys. The variable goes before the file. */
export function openKeys(environment: Environment): KeySource | null {
  const { ROLLCALL_ENCRYPTION_KEYS: keys, ROLLCALL_ENCRYPTION_KEYS_FILE: path } = environment;
  if (keys !== undefined) return fixedKeys(keys);
  return path === undefined ? null : keysOfFile(path);
}

function keysOfFile(path: string): KeySource {
  let read = { version: '', keys: [] as KeyRing };
  const source = (): KeyRing => {
    // By rename each version is a file of its own, so the inode differs even within one tick of the clock.
    const { ino, mtimeMs, size } = statSync(path);
    const version = `${ino} ${mtimeMs} ${size}`;
    if (version !== read.version) read = { version, keys: keysIn(path, readFileSync(path, 'utf8')) };
    return read.keys;
  };
  try {
    source();
  } catch (error) {
    if (error instanceof WrongEnvironment) throw error;
    const why = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
    throw new WrongEnvironment(`ROLLCALL_ENCRYPTION_KEYS_FILE cannot be read (${path}: ${why}).`);
  }
  return source;
}

/** Puts a new key before those of the file, in one step: whoever reads it has all keys, before and after. */
export async function addKey(path: string): Promise<void> {
  const text = (await readFile(path, 'utf8')).trim();
  const ids = keysIn(path, text).map(({ id }) => id);
  const key = `${freshId(ids)}:${randomBytes(32).toString('base64')}`;
  const { uid, gid } = await stat(path);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${key},${text}\n`);
    // A key that sealed something must outlive a loss of power.
    await file.sync();
  } finally {
    await file.close();
  }
  if (process.getuid?.() === 0) await chown(`${path}.new`, uid, gid);
  await rename(`${path}.new`, path);
}

function freshId(taken: readonly string[]): string {
  for (let number = taken.length + 1; ; number += 1) {
    const id = `local-${number}`;
    if (!taken.includes(id)) return id;
  }
}

function keysIn(path: string, text: string): KeyRing {
  const keys = parseKeys(text.trim());
  if (keys === null) {
    throw new WrongEnvironment(`${path} must hold a list id:base64,id:base64 with keys of 32 bytes.`);
  }
  return keys;
}
