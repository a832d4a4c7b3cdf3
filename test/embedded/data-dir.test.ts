import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { makeDataDir } from '../../embedded/data-dir.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-data-dir-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a data directory is made with all that is missing above it, and an existing one is kept', async () => {
  const path = join(folder, 'a', 'b', 'c');
  await makeDataDir(path);
  await makeDataDir(path);
  expect((await stat(path)).isDirectory()).toBe(true);
});

test('one that cannot be made is one sentence at once', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  await expect(makeDataDir(file)).rejects.toThrow(
    /ROLLCALL_DATA_DIR \(.*file\) is no directory .*\(ENOTDIR\): name another/,
  );
  await expect(makeDataDir(join(file, 'below'))).rejects.toThrow(/\(ENOTDIR\)/);
  if (process.platform !== 'linux') return;
  await expect(makeDataDir('/proc/rollcall/data')).rejects.toThrow(/\(ENOENT\): name another place/);
});
