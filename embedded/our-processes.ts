import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSystemError } from '../config/system-errors.js';
import { startChild, type Child, type Step } from './child.js';
import type { SimulatorAddresses } from './simulators-process.js';
import type { Service } from './supervisor.js';

/** How our own processes are started: the worker, the API, the simulated HR systems. */
export interface ProcessHome {
  /** The script that is `rollcall`. */
  entry: string;
  dataDir: string;
}

/** An import in hand is put down between two slices; more patience than this would not help it. */
const PATIENCE: Record<'api' | 'worker', readonly Step[]> = {
  api: [['SIGTERM', 2500]],
  worker: [['SIGTERM', 6000]],
};
const SIMULATORS_PATIENCE: readonly Step[] = [['SIGTERM', 1000]];
const SIMULATORS_START_MS = 30_000;

export async function startRole(
  role: 'api' | 'worker',
  home: ProcessHome,
  environment: NodeJS.ProcessEnv,
): Promise<Service> {
  const record = await openLog(home.dataDir, role);
  const child = await startChild(process.execPath, [...process.execArgv, home.entry, role], {
    env: environment,
    channel: true,
    onLine: record.line,
  });
  return asService(child, PATIENCE[role], record.close);
}

export type SimulatorsService = Service & SimulatorAddresses;

/** @param ports to use again, by the id of the HR system. */
export async function startSimulatorsProcess(
  home: ProcessHome,
  ports: Readonly<Record<string, number>>,
): Promise<SimulatorsService> {
  const record = await openLog(home.dataDir, 'simulators');
  const script = fileURLToPath(new URL(`./simulators-process${extname(import.meta.filename)}`, import.meta.url));
  const child = await startChild(process.execPath, [...process.execArgv, script, home.dataDir, JSON.stringify(ports)], {
    env: { PATH: process.env.PATH, NODE_ENV: process.env.NODE_ENV },
    channel: true,
    onLine: record.line,
  });
  const service = asService(child, SIMULATORS_PATIENCE, record.close);
  try {
    return { ...service, ...(await firstMessage(child)) };
  } catch (error) {
    await service.kill();
    throw error;
  }
}

function asService(child: Child, patience: readonly Step[], ended: () => void): Service {
  // Not at its exit: its last words may still be in the pipe.
  child.process.once('close', ended);
  return { pid: child.pid, exited: child.exited, stop: () => child.stop(patience), kill: () => child.stop([]) };
}

async function firstMessage(child: Child): Promise<SimulatorAddresses> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SimulatorAddresses>((resolve, reject) => {
      child.process.once('message', (message) => resolve(message as SimulatorAddresses));
      void child.exited.then(() => reject(new Error('The simulated HR systems ended before they were ready.')));
      timer = setTimeout(
        () => reject(new Error('The simulated HR systems were not ready within 30 s.')),
        SIMULATORS_START_MS,
      );
    });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Log lines go to a file a process, the one before kept beside it: on the terminal they would bury what people wait
 * for. What is no log line (a crash's stack) is shown as well.
 */
async function openLog(dataDir: string, name: string): Promise<{ line: (text: string) => void; close: () => void }> {
  const folder = join(dataDir, 'log');
  const path = join(folder, `${name}.log`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await rename(path, `${path}.before`);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  const file: WriteStream = createWriteStream(path, { mode: 0o600 });
  file.on('error', (error) => process.stderr.write(`${path} cannot be written: ${error.message}\n`));
  return {
    line: (text) => {
      if (!file.writableEnded) file.write(`${text}\n`);
      if (!text.startsWith('{') && text !== '') process.stderr.write(`${name}: ${text}\n`);
    },
    close: () => void file.end(),
  };
}
