import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { transformFile } from '@swc/core';

/**
 * The sources as they are, compiled in a second without a look at types: what `npm run build` gives, in a folder of its
 * own, so that processes of a journey start as fast as those of a user and no stale `dist` is tested.
 */
export interface Compiled {
  /** The script that is `rollcall`. */
  readonly entry: string;
  /** The workflows' bundle. */
  readonly bundle: string;
}

const ROOT = resolve(import.meta.dirname, '../..');
const ROOMS = [
  ...['activities', 'bin', 'client', 'config', 'database', 'domain', 'embedded', 'mails', 'migrations', 'providers'],
  ...['simulators', 'workers', 'workflows'],
];
const run = promisify(execFile);

export async function compileSources(): Promise<Compiled & { remove: () => Promise<void> }> {
  // Below the project, or its packages would not be found.
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.cache/journey-'));
  for (const room of ROOMS) {
    const files = await readdir(join(ROOT, room), { recursive: true });
    const sources = files.filter((file) => /\.tsx?$/.test(file) && !(room === 'client' && file.startsWith('portal/')));
    await Promise.all(sources.map((file) => compile(join(room, file), folder)));
  }
  await run(process.execPath, [join(folder, 'bin/build-bundle.js')], { env: { PATH: process.env.PATH } });
  return {
    entry: join(folder, 'bin/rollcall.js'),
    bundle: join(folder, 'workflows/bundle.cjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The portal as the build gives it, beside the sources compiled above; takes two seconds, so only its tests ask. */
export async function buildPortal({ entry }: Compiled): Promise<void> {
  const variables = { PATH: process.env.PATH, ROLLCALL_PORTAL_OUT: resolve(entry, '../../portal') };
  await run('npm', ['run', '--silent', 'build:portal'], { cwd: ROOT, env: variables });
}

async function compile(file: string, folder: string): Promise<void> {
  const { code } = await transformFile(join(ROOT, file), {
    configFile: false,
    swcrc: false,
    module: { type: 'es6' },
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: file.endsWith('.tsx') },
      transform: { react: { runtime: 'automatic' } },
    },
  });
  const target = join(folder, file.replace(/\.tsx?$/, '.js'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
}
