import { expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { crossing } from '../../activities/failures.js';
import { createRunActivities } from '../../activities/run.js';
import { createLogger } from '../../config/logging.js';
import { newId } from '../../database/ids.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld } from './mail-world.js';

/** A worker that polls the server of another Rollcall finds rows that are not there: it must decide nothing by that. */
const database = ownDatabase('unknown-integration');

test('an integration that this database does not have is not taken for a removed one: somebody else is to try', async () => {
  const { programme } = await createWorld(database.db);
  const activities = createRunActivities({ db: database.db });
  const place = { programme, integration: newId() };
  const run = {
    ...place,
    kind: 'import',
    lane: 'write',
    trigger: 'schedule',
    requestKey: 'x',
    whenBusy: 'join',
  } as const;
  const log = createLogger('test', 'silent');
  const asked: readonly (() => Promise<unknown>)[] = [
    () => activities.loadIntegration(place),
    () => activities.openRun({ ...run, operation: null }),
  ];
  for (const ask of asked) {
    const crossed = crossing(ask, { providerSeconds: 60 }, log);
    await expect(new MockActivityEnvironment().run(crossed)).rejects.toMatchObject({
      type: 'DatabaseUnreachable',
      nonRetryable: false,
      message: expect.stringContaining('another Rollcall'),
    });
  }
});
