import { expect, test } from '@jest/globals';
import { compilePageReader } from '../../activities/read-people.js';
import { openRun } from '../../database/import-runs.js';
import { newId } from '../../database/ids.js';
import { joinRecords } from '../../database/join-records.js';
import { loadRun } from '../../database/run-context.js';
import { segmentPeople } from '../../database/segment-people.js';
import { savePages } from '../../database/staging.js';
import { inProgramme, inRun } from '../../database/transaction.js';
import { findProvider } from '../../providers/registry.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, problemsOf } from './directory.js';

const database = ownDatabase('doubtful-dates');

const MAPPING = {
  fields: [
    { member: 'email' as const, from: '{{response.email}}' },
    { member: 'startDate' as const, from: '{{response.employment_start_date}}' },
  ],
};

/** Warnings of a run whose directory comes in pages of two people. */
async function warnings(kind: 'import' | 'review', dateFormat: string | null, dates: readonly string[]) {
  const { db } = database;
  const world = await createWorld(db, { mapping: MAPPING, setup: { dateFormat } });
  const { programme, integration } = world;
  const lane = kind === 'import' ? 'write' : 'review';
  const provider = findProvider('sage-hr');
  if (provider === undefined) throw new Error('There is no Sage HR.');
  const opened = await inProgramme(db, programme, (trx) =>
    openRun(trx, integration, {
      kind,
      lane,
      trigger: 'on-demand',
      requestKey: newId(),
      whenBusy: 'join',
      configuration: world.config,
    }),
  );
  await inRun(db, { programme, integration, lane, epoch: opened.epoch }, async (trx) => {
    const context = await loadRun(trx, opened.import);
    const reader = compilePageReader(context, provider);
    const records = dates.map((date, at) => ({
      id: at + 1,
      email: `p${at}@acme.example`,
      employment_start_date: date,
    }));
    const list = provider.lists[0] ?? '';
    const pages = Array.from({ length: Math.ceil(records.length / 2) }, (_, at) =>
      reader.read(
        {
          list,
          cursor: `${at}`,
          next: `${at + 1}`,
          number: at + 1,
          total: null,
          records: records.slice(2 * at, 2 * at + 2),
        },
        at + 1,
      ),
    );
    const position = { list: null, cursor: null, page: 0, finished: true };
    await savePages(trx, opened.import, reader.columns, { pages, position });
    await joinRecords(trx, context);
    await segmentPeople(trx, context);
  });
  return (await problemsOf(db, world, opened.import)).filter(({ code }) => code === 'date-doubtful');
}

const PROVEN = ['25/04/2026', '26/04/2026', '03/04/2026', '2026-04-03', '27/04/2026'];

test('a format that values contradict is one warning with the counts of all pages', async () => {
  const told = await warnings('import', 'MM/dd/yyyy', PROVEN);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ field: 'startDate', person: null });
  expect(told[0]?.detail).toContain('3 of 5 values are no dates with the chosen MM/dd/yyyy, but are with dd/MM/yyyy.');
});

test('without a format the warning says which one fits', async () => {
  const [told] = await warnings('import', null, PROVEN);
  expect(told?.detail).toContain(
    'No date format is chosen, so only ISO 8601 is understood: 03/04/2026 is 3 April with',
  );
});

test('a format that the values prove is no warning of an import, and shown by a review', async () => {
  expect(await warnings('import', 'dd/MM/yyyy', PROVEN)).toEqual([]);
  const [told] = await warnings('review', 'dd/MM/yyyy', PROVEN);
  expect(told?.detail).toBe(
    'The dates in "startDate": 03/04/2026 is 3 April with dd/MM/yyyy and 4 March with MM/dd/yyyy; 3 of 5 values fit only the first, 1 read as two dates.',
  );
});

test('dates that are all ISO 8601 are no warning of a review', async () => {
  expect(await warnings('review', null, ['2026-04-03', '2026-04-25'])).toEqual([]);
});
