import { beforeAll, expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/index.js';
import { testMachine } from '../harness/addresses.js';
import { quietRuntime } from '../harness/temporal.js';
import { recordHistories } from './record.js';

/** Workflows that run while a new version is installed go on by their histories: each must lead to the same commands. */
const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));

beforeAll(async () => {
  if (process.env.ROLLCALL_RECORD_HISTORIES === '1') await recordHistories(FOLDER);
}, 180_000);

quietRuntime();

async function replayed(): Promise<{ name: string; type: string; error: string | null }[]> {
  const names = (await readdir(FOLDER)).sort();
  const types = new Map<string, string>();
  const histories = await Promise.all(
    names.map(async (name) => {
      const history = historyFromJSON(JSON.parse(await readFile(join(FOLDER, name), 'utf8')));
      types.set(name, history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? '');
      return { workflowId: name, history };
    }),
  );
  const workflowBundle = { codePath: testMachine().compiled.bundle };
  const results = [];
  for await (const { workflowId: name, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    results.push({ name, type: types.get(name) ?? '', error: error?.message ?? null });
  }
  return results;
}

test('every recorded history leads to the same commands again, and every workflow has one', async () => {
  const results = await replayed();
  expect(results.filter(({ error }) => error !== null)).toEqual([]);
  expect(new Set(results.map(({ type }) => type))).toEqual(new Set(Object.keys(workflows)));
}, 60_000);
