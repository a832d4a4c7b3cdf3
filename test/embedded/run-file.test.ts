import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { identify } from '../../embedded/process-identity.js';
import {
  AlreadyRunning,
  endLeftovers,
  lockDataDir,
  readRunFile,
  removeRunFile,
  writeRunFile,
  type RunFile,
} from '../../embedded/run-file.js';

const run: RunFile = {
  pid: process.pid,
  url: 'http://127.0.0.1:3000',
  database: { url: 'postgres://rollcall:p@127.0.0.1:5433/rollcall', adminUrl: null },
  temporal: { address: '127.0.0.1:7233', namespace: 'default', ui: 'http://127.0.0.1:8233', cli: '/bin/temporal' },
  mail: { smtp: 'smtp://127.0.0.1:1025', url: null },
  providers: {},
  processes: [{ name: 'worker', pid: 1 }],
};

let dataDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-run-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true });
});

async function bystander(): Promise<{ pid: number; ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  children.push(child);
  const ended = once(child, 'exit');
  await once(child, 'spawn');
  return { pid: child.pid!, ended };
}

test('run.json is read as it was written, only by its owner, and is gone after the stop', async () => {
  expect(await readRunFile(dataDir)).toBeNull();
  await writeRunFile(dataDir, run);
  expect(await readRunFile(dataDir)).toEqual(run);
  expect((await stat(join(dataDir, 'run.json'))).mode & 0o777).toBe(0o600);
  await removeRunFile(dataDir);
  expect(await readdir(dataDir)).toEqual([]);
});

test.each(['{"pid": "many"}', '{"pid": 1'])(
  'a run.json of another shape is refused in one sentence: %s',
  async (text) => {
    await writeFile(join(dataDir, 'run.json'), text);
    await expect(readRunFile(dataDir)).rejects.toThrow('run.json is not a run file of this version');
  },
);

test('a second start on the same data directory is refused in one sentence that names the first', async () => {
  const lock = await lockDataDir(dataDir);
  const second = lockDataDir(dataDir);
  await expect(second).rejects.toThrow(AlreadyRunning);
  await expect(second).rejects.toThrow(
    `Rollcall already runs on ${dataDir} (process ${process.pid}): stop that one, or set ROLLCALL_DATA_DIR to another directory.`,
  );
  await lock.release();
  await (await lockDataDir(dataDir)).release();
  expect(await readdir(dataDir)).toEqual([]);
});

test.each([
  ['of a process that is gone', { pid: 2 ** 22 + 1, started: '1' }],
  ['whose number now belongs to another process', { pid: process.ppid, started: 'long ago' }],
  ['that was cut off', null],
])('a lock %s is taken over', async (_what, holder) => {
  await writeFile(join(dataDir, 'rollcall.lock'), holder === null ? '{"pid":' : JSON.stringify(holder));
  const lock = await lockDataDir(dataDir);
  await expect(lockDataDir(dataDir)).rejects.toThrow(AlreadyRunning);
  await lock.release();
});

test('of many starts that find a stale lock one gets it', async () => {
  await writeFile(join(dataDir, 'rollcall.lock'), JSON.stringify({ pid: 2 ** 22 + 1, started: '1' }));
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dataDir)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a worker that a killed start left hanging is ended, a stranger with its number is not', async () => {
  const [left, stranger] = await Promise.all([bystander(), bystander()]);
  const { started } = (await identify(left.pid))!;
  const processes = [
    { name: 'worker', pid: left.pid, started },
    { name: 'api', pid: stranger.pid, started: 'long ago' },
  ];
  await writeRunFile(dataDir, { ...run, processes });
  const lines: string[] = [];
  await endLeftovers(dataDir, (line) => lines.push(line));
  await left.ended;
  expect(lines).toEqual([`The worker of an earlier start still runs (process ${left.pid}): it is stopped.`]);
  expect(await identify(stranger.pid)).not.toBeNull();
  await expect(access(join(dataDir, 'run.json'))).rejects.toMatchObject({ code: 'ENOENT' });
});
