import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRun } from '../../database/import-runs.js';
import { newId } from '../../database/ids.js';
import { loadRun } from '../../database/run-context.js';
import { proveCompleteness } from '../../database/segment-people.js';
import { pagesTable, peopleTable, readFetchPosition, savePages, stagePeople } from '../../database/staging.js';
import type { StagedPerson } from '../../database/staging.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import { MEMBER_FIELDS } from '../../domain/member.js';
import { createWorld, openClone, type OpenDatabase } from './directory.js';

interface Run {
  readonly import: string;
  readonly fence: Fence;
}

let database: OpenDatabase;
beforeAll(async () => {
  database = await openClone('staging');
});
afterAll(() => database.close());

async function openOne(): Promise<Run> {
  const { programme, integration } = await createWorld(database.db);
  const opened = await inProgramme(database.db, programme, (trx) =>
    openRun(trx, integration, {
      kind: 'import',
      lane: 'write',
      trigger: 'on-demand',
      requestKey: newId(),
      whenBusy: 'join',
    }),
  );
  return { import: opened.import, fence: { programme, integration, lane: 'write', epoch: opened.epoch } };
}
const within = <T>(run: Run, work: (trx: Transaction) => Promise<T>): Promise<T> => inRun(database.db, run.fence, work);

const person = (personId: string, values: Partial<StagedPerson> = {}): StagedPerson => ({
  personId,
  standing: 'employed',
  employeeId: null,
  syncKey: null,
  emailKey: null,
  endsOn: null,
  role: null,
  values: MEMBER_FIELDS.map(() => null),
  custom: null,
  segmentValue: null,
  problems: [],
  list: 0,
  records: 1,
  ...values,
});
const staged = (run: Run) =>
  within(run, (trx) =>
    trx(peopleTable(run.import)).orderBy('provider_person_id').select<Record<string, unknown>[]>('*'),
  );

describe('staging people', () => {
  test('keeps every text exactly, whatever characters it has', async () => {
    const run = await openOne();
    const piece = fc.constantFrom(
      '\\',
      '\\N',
      '\\.',
      '\t',
      '\n',
      '\r',
      '\b',
      '"',
      "'",
      ',',
      '|',
      '🙂',
      '\u2028',
      'é',
      '{',
      '}',
    );
    const text = fc.oneof(
      fc.array(piece).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme' }),
    );
    const texts = fc.sample(text, { numRuns: 300, seed: 7 }).filter((one) => !one.includes('\0'));
    const people = texts.map((one, index) =>
      person(`${one}#${index}`, {
        syncKey: one,
        employeeId: one,
        segmentValue: one,
        custom: { note: one },
        values: MEMBER_FIELDS.map((field) => (field.kind === 'text' ? one : null)),
      }),
    );
    await within(run, (trx) => stagePeople(trx, run.import, 0, people));
    const rows = new Map((await staged(run)).map((row) => [row.provider_person_id, row]));
    expect(rows.size).toBe(people.length);
    people.forEach((given, index) => {
      const one = texts[index];
      expect(rows.get(given.personId)).toMatchObject({
        sync_key: one,
        employee_id: one,
        segment_value: one,
        custom: { note: one },
        first_name: one,
        employment_type: one,
        email: null,
      });
    });
  });

  test('a later list describes a person, within one list the record that says employed, and all records count', async () => {
    const run = await openOne();
    const stage = (chunk: number, people: StagedPerson[]) =>
      within(run, (trx) => stagePeople(trx, run.import, chunk, people));
    await stage(0, [
      person('moved', { syncKey: 'first' }),
      person('double', { standing: 'left', syncKey: 'first' }),
      person('kept', { syncKey: 'first' }),
      person('later-first', { list: 1, standing: 'left', syncKey: 'first' }),
      person('alone'),
    ]);
    await stage(1, [
      person('moved', { list: 1, standing: 'left', syncKey: 'second', records: 2 }),
      person('double', { syncKey: 'second' }),
      person('kept', { standing: 'left', syncKey: 'second' }),
      person('later-first', { syncKey: 'second' }),
      person('new'),
    ]);
    const rows = (await staged(run)).map((row) => [row.provider_person_id, row.sync_key, row.standing, row.records]);
    expect(rows).toEqual([
      ['alone', null, 'employed', 1],
      ['double', 'second', 'employed', 2],
      ['kept', 'first', 'employed', 2],
      ['later-first', 'first', 'left', 2],
      ['moved', 'second', 'left', 3],
      ['new', null, 'employed', 1],
    ]);
  });

  test('two chunks in one transaction are two chunks', async () => {
    const run = await openOne();
    await within(run, async (trx) => {
      await stagePeople(trx, run.import, 0, [person('1'), person('2')]);
      await stagePeople(trx, run.import, 1, [person('3')]);
      await stagePeople(trx, run.import, 2, []);
    });
    expect((await staged(run)).map((row) => [row.provider_person_id, row.chunk])).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 1],
    ]);
  });

  test('a table is named by an import’s id and nothing else', () => {
    expect(() => peopleTable('x; drop table members')).toThrow('named by the id of an import');
    expect(() => pagesTable('')).toThrow('named by the id of an import');
  });
});

describe('the pages of a fetch', () => {
  const page = (number: number, cursor: string | null) => ({
    list: 'employees',
    page: number,
    cursor,
    total: 2,
    rows: 1,
    records: '[]',
  });

  test('and the position after them are one: where nothing was saved, the fetch begins', async () => {
    const run = await openOne();
    const position = () => within(run, (trx) => readFetchPosition(trx, run.import));
    expect(await position()).toEqual({ list: null, cursor: null, page: 0, finished: false });
    const after = { list: 'employees', cursor: '2', page: 1, finished: false };
    await within(run, (trx) => savePages(trx, run.import, 0, [page(1, null)], after));
    expect(await position()).toEqual(after);
  });

  test('a page that comes again under another number is refused, and the position stays', async () => {
    const run = await openOne();
    const finished = { list: null, cursor: null, page: 0, finished: true };
    const after = { list: 'employees', cursor: '2', page: 2, finished: false };
    await within(run, (trx) => savePages(trx, run.import, 0, [page(1, null), page(2, '1')], after));
    await expect(within(run, (trx) => savePages(trx, run.import, 0, [page(3, '1')], finished))).rejects.toThrow();
    expect(await within(run, (trx) => readFetchPosition(trx, run.import))).toEqual(after);
  });
});

describe('the proof that everybody was seen', () => {
  type Pages = Readonly<Record<string, readonly [rows: number, said: number | null][]>>;
  async function prove(pages: Pages, records: number): Promise<{ proven: boolean; code: string; reason: string }> {
    const run = await openOne();
    return within(run, async (trx) => {
      for (const [list, some] of Object.entries(pages)) {
        for (const [index, [rows, said]] of some.entries()) {
          const page = { list, page: index + 1, cursor: `${index}`, total: said, rows, records: '[]' };
          const position = { list, cursor: null, page: index + 1, finished: false };
          await savePages(trx, run.import, 0, [page], position);
        }
      }
      if (records > 0) await stagePeople(trx, run.import, 0, [person('1', { records })]);
      return proveCompleteness(trx, await loadRun(trx, run.import));
    });
  }

  test.each<[string, Pages, number, string]>([
    [
      'all pages of a list with its total',
      {
        employees: [
          [50, 120],
          [50, 120],
          [20, 120],
        ],
      },
      120,
      'complete',
    ],
    ['two lists with their totals', { employees: [[50, 50]], terminated: [[3, 3]] }, 53, 'complete'],
    [
      'a list that names no total',
      {
        employees: [
          [50, null],
          [7, null],
        ],
      },
      57,
      'complete',
    ],
    ['one list empty, the other not', { employees: [[5, 5]], terminated: [[0, 0]] }, 5, 'complete'],
    ['no page at all', {}, 0, 'empty-directory'],
    ['empty pages', { employees: [[0, 0]], terminated: [[0, 0]] }, 0, 'empty-directory'],
    [
      'a total that changes',
      {
        employees: [
          [50, 100],
          [50, 101],
        ],
      },
      100,
      'totals-disagree',
    ],
    [
      'a total that goes missing',
      {
        employees: [
          [50, 100],
          [50, null],
        ],
      },
      100,
      'totals-disagree',
    ],
    ['a page too few', { employees: [[50, 100]] }, 50, 'total-missed'],
    ['a person too many', { employees: [[50, 50]], terminated: [[4, 3]] }, 54, 'total-missed'],
    ['a record that was not mapped', { employees: [[50, 50]] }, 49, 'staged-fewer'],
    ['records that were mapped twice', { employees: [[50, 50]] }, 51, 'staged-fewer'],
  ])('%s', async (_, pages, records, code) => {
    const proof = await prove(pages, records);
    expect(proof).toMatchObject({ proven: code === 'complete', code });
    expect(proof.reason).toMatch(/^[A-Z"\d].{20,}\.$/);
  });
});
