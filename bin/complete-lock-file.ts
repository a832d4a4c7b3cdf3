import { readFile, writeFile } from 'node:fs/promises';

/**
 * `npm run lock`, after each change of the dependencies. Where a registry does not serve the packages of other
 * platforms, npm leaves them out of the lock file, and then `npm ci` refuses that file everywhere. This names them
 * again, by the version that their package asks for; npm never installs those of another platform.
 */
interface Locked {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
}
interface LockFile {
  packages: Record<string, Locked>;
}

const PATH = 'package-lock.json';
const OS = /(darwin|linux|win32|android|freebsd|openharmony|sunos|aix|netbsd|openbsd)/;
const CPU = /-(arm64|x64|ia32|ppc64|riscv64|s390x|loong64|wasm32|arm)\b/;

const lock = JSON.parse(await readFile(PATH, 'utf8')) as LockFile;
const missing = Object.entries(lock.packages).flatMap(([place, locked]) =>
  Object.entries(locked.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(place, name))
    .map(([name, version]) => ({ name, version, dev: locked.dev === true })),
);
for (const { name, version, dev } of missing) {
  const os = OS.exec(name)?.[1];
  const cpu = CPU.exec(name.replace(/^@[^/]*\//, ''))?.[1];
  lock.packages[`node_modules/${name}`] = {
    version,
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(dev ? { dev } : {}),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  };
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
await writeFile(PATH, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${missing.length} packages of other platforms were added to ${PATH}.\n`);

/** As Node looks a package up: beside the one that asks, then in each folder above it. */
function isLocked(place: string, name: string): boolean {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (lock.packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true;
    if (at === '') return false;
  }
}
