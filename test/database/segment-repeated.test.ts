import { expect, test } from '@jest/globals';
import { createSegment } from '../../activities/segment.js';
import { peopleTable } from '../../database/staging.js';
import { inRun } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, person, planOver, problemsOf } from './directory.js';

const database = ownDatabase('segment-repeated');

test('who shares an address is told the same by a segment that is repeated because its answer was lost', async () => {
  const world = await createWorld(database.db);
  const planned = await planOver(database.db, world, [person('1'), person('2'), person('3')]);
  const run = { ...planned.fence, import: planned.import, provider: 'sage-hr' };
  await inRun(database.db, run, (trx) =>
    trx(peopleTable(run.import)).whereIn('provider_person_id', ['1', '2']).update({ email_key: 'one@acme.example' }),
  );
  const segment = createSegment(database);
  const told = async () =>
    (await problemsOf(database.db, world, run.import)).map(({ code, person }) => `${code}: ${person}`).sort();
  await segment(run);
  expect(await told()).toEqual(['email-shared: 1', 'email-shared: 2']);
  await segment(run);
  expect(await told()).toEqual(['email-shared: 1', 'email-shared: 2']);
});
