import { beforeAll, expect, test } from '@jest/globals';
import { compilePageReader } from '../../activities/read-people.js';
import { loadRun, type RunContext } from '../../database/run-context.js';
import { inRun } from '../../database/transaction.js';
import { findProvider } from '../../providers/registry.js';
import { createWorld, planOver } from '../database/directory.js';
import { ownDatabase } from '../harness/own-database.js';

const database = ownDatabase('read-people');
let context: RunContext;
beforeAll(async () => {
  const run = await planOver(database.db, await createWorld(database.db), []);
  context = await inRun(database.db, run.fence, (trx) => loadRun(trx, run.import));
});

test('a page knows with how many of its records something is wrong', () => {
  const provider = findProvider('sage-hr');
  if (provider === undefined) throw new Error('Sage HR is a provider.');
  const reader = compilePageReader(context, provider);
  const record = (id: number, more: object) => ({
    id,
    number: `N${id}`,
    email: `person${id}@acme.example`,
    employment_start_date: '2020-01-01',
    ...more,
  });
  const page = (...records: ReturnType<typeof record>[]) =>
    reader.read({ list: 'employees', number: 1, cursor: null, next: null, total: null, records }, 1);
  expect(page(record(1, {}), record(2, {})).problems).toBe(0);
  expect(page(record(1, { email: 'nobody' }), record(2, {}), record(3, { email: null })).problems).toBe(2);
});
