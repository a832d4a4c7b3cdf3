import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copyPeople, peopleFormat, type StagedPerson } from '../../database/copy-people.js';
import { openRun } from '../../database/import-runs.js';
import { newId } from '../../database/ids.js';
import { joinRecords } from '../../database/join-records.js';
import { loadRun } from '../../database/run-context.js';
import { proveCompleteness } from '../../database/segment-people.js';
import {
  hasProblems,
  pagesTable,
  peopleTable,
  readFetchPosition,
  savePages,
  type FetchPosition,
} from '../../database/staging.js';
import { inProgramme, inRun, type Fence, type Transaction } from '../../database/transaction.js';
import { MEMBER_FIELDS } from '../../domain/member.js';
import type { Problem } from '../../domain/problem.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, mappingOf } from './directory.js';

interface Run {
  readonly import: string;
  readonly fence: Fence;
}

const database = ownDatabase('staging');

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
  saasUser: null,
  employeeId: null,
  syncKey: null,
  emailKey: null,
  endsOn: null,
  role: null,
  values: MEMBER_FIELDS.map(() => null),
  custom: null,
  outside: false,
  segmentValues: null,
  problems: [],
  list: 0,
  page: 1,
  place: 0,
  ...values,
});
/** Every field is mapped. */
const format = peopleFormat({
  ...mappingOf({}),
  fields: MEMBER_FIELDS.map(({ id }) => ({ member: id, from: '{{response.x}}', whenEmpty: 'keep' })),
});
const stage = (trx: Transaction, run: Run, ...pages: (readonly StagedPerson[])[]): Promise<void> =>
  copyPeople(
    trx,
    peopleTable(run.import),
    format.columns,
    pages.map((page) => format.encode(page)),
  );
const join = async (trx: Transaction, run: Run): Promise<void> => joinRecords(trx, await loadRun(trx, run.import));
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
        segmentValues: [one, null, '{"a\\', 'NULL', ''],
        custom: { note: one },
        values: MEMBER_FIELDS.map((field) => (field.kind === 'text' ? one : null)),
      }),
    );
    await within(run, (trx) => stage(trx, run, people));
    const rows = new Map((await staged(run)).map((row) => [row.provider_person_id, row]));
    expect(rows.size).toBe(people.length);
    people.forEach((given, index) => {
      const one = texts[index];
      expect(rows.get(given.personId)).toMatchObject({
        sync_key: one,
        employee_id: one,
        segment_values: [one, null, '{"a\\', 'NULL', ''],
        custom: { note: one },
        first_name: one,
        employment_type: one,
        email: null,
      });
    });
  });

  const PROBLEM: Problem = {
    severity: 'warning',
    code: 'date-unreadable',
    field: 'startDate',
    received: 'soon\t"\\n"',
    allowed: 'a date',
    detail: 'No date.',
    fixedBy: 'hr',
  };

  test('a later list describes a person, within one list the record that says employed, and all records count', async () => {
    const run = await openOne();
    const second = (personId: string, values: Partial<StagedPerson> = {}) =>
      person(personId, { page: 2, syncKey: 'second', ...values });
    await within(run, async (trx) => {
      await stage(trx, run, [
        person('moved', { syncKey: 'first' }),
        person('double', { standing: 'left', syncKey: 'first', place: 1 }),
        person('kept', { syncKey: 'first', place: 2 }),
        person('later-first', { list: 1, standing: 'left', syncKey: 'first' }),
        person('alone', { place: 3 }),
      ]);
      await stage(trx, run, [
        second('moved', { list: 1, standing: 'left' }),
        second('moved', { list: 1, standing: 'left', place: 1, syncKey: 'third' }),
        second('double'),
        second('kept', { standing: 'left', place: 1 }),
        second('later-first', { place: 2 }),
        second('new', { place: 3, syncKey: null }),
      ]);
      await join(trx, run);
    });
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

  test('what is wrong with a record becomes a problem of the run if the record describes its person', async () => {
    const run = await openOne();
    await within(run, async (trx) => {
      await stage(
        trx,
        run,
        [person('both', { problems: [{ ...PROBLEM, code: 'beaten' }] }), person('fine', { place: 1 })],
        [person('both', { list: 1, page: 1, problems: [PROBLEM, { ...PROBLEM, code: 'no-email', received: null }] })],
        [person('first', { page: 2, employeeId: 'E7', problems: [{ ...PROBLEM, code: 'first' }] })],
      );
      await join(trx, run);
    });
    const problems = await within(run, (trx) =>
      trx('run_problems').where({ import_id: run.import }).orderBy('ordinal').select<Record<string, unknown>[]>('*'),
    );
    const { fixedBy, ...told } = PROBLEM;
    expect(problems.map(({ code, person: who, received }) => [who, code, received])).toEqual([
      ['first', 'first', PROBLEM.received],
      ['both', 'date-unreadable', PROBLEM.received],
      ['both', 'no-email', null],
    ]);
    expect(problems[1]).toMatchObject({ ...told, phase: 'map', fixed_by: fixedBy, employee_id: null });
    expect(problems[0]).toMatchObject({ employee_id: 'E7' });
  });

  test('once its records are joined, nobody can be staged twice', async () => {
    const run = await openOne();
    await within(run, async (trx) => {
      await stage(trx, run, [person('1')]);
      await join(trx, run);
    });
    await expect(within(run, (trx) => stage(trx, run, [person('1', { page: 2 })]))).rejects.toThrow('duplicate key');
  });

  test('fields that the mapping does not name are not sent', () => {
    const narrow = peopleFormat(mappingOf({ mapping: { fields: [{ member: 'email', from: '{{response.email}}' }] } }));
    expect(narrow.columns).toMatch(/, email, username$/);
    const values = MEMBER_FIELDS.map(({ id }) => id);
    expect(narrow.encode([person('1', { values })]).toString()).toMatch(/\temail\tusername\n$/);
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
    doubt: null,
    rows: 1,
    problems: 0,
    dates: {},
    people: format.encode([person(`${number}`, { page: number })]),
  });
  const save = (trx: Transaction, run: Run, pages: ReturnType<typeof page>[], position: FetchPosition) =>
    savePages(trx, run.import, format.columns, { pages, position });

  test('and the position after them are one: where nothing was saved, the fetch begins', async () => {
    const run = await openOne();
    const position = () => within(run, (trx) => readFetchPosition(trx, run.import));
    expect(await position()).toEqual({ list: null, cursor: null, page: 0, finished: false });
    const after = { list: 'employees', cursor: '2', page: 1, finished: false };
    await within(run, (trx) => save(trx, run, [page(1, null)], after));
    expect(await position()).toEqual(after);
  });

  test('whether something is wrong with somebody is known by their pages, and may be so where they do not say', async () => {
    const run = await openOne();
    const asked = () => within(run, (trx) => hasProblems(trx, run.import));
    const finished = { list: null, cursor: null, page: 0, finished: true };
    expect(await asked()).toBe(true);
    await within(run, (trx) => save(trx, run, [page(1, null), page(2, '1')], finished));
    expect(await asked()).toBe(false);
    await within(run, (trx) => trx(pagesTable(run.import)).where({ page: 2 }).update({ problems: null }));
    expect(await asked()).toBe(true);
    await within(run, (trx) => trx(pagesTable(run.import)).where({ page: 2 }).update({ problems: 1 }));
    expect(await asked()).toBe(true);
  });

  test('a page that comes again under another number is refused with its people, and the position stays', async () => {
    const run = await openOne();
    const finished = { list: null, cursor: null, page: 0, finished: true };
    const after = { list: 'employees', cursor: '2', page: 2, finished: false };
    await within(run, (trx) => save(trx, run, [page(1, null), page(2, '1')], after));
    await expect(within(run, (trx) => save(trx, run, [page(3, '1')], finished))).rejects.toThrow();
    expect(await within(run, (trx) => readFetchPosition(trx, run.import))).toEqual(after);
    expect((await staged(run)).map((row) => row.provider_person_id)).toEqual(['1', '2']);
  });
});

describe('the proof that everybody was seen', () => {
  type Pages = Readonly<Record<string, readonly [rows: number, said: number | null][]>>;
  async function prove(
    pages: Pages,
    records: number,
    doubt: string | null = null,
    repeated = 0,
  ): Promise<{ proven: boolean; code: string; reason: string }> {
    const run = await openOne();
    return within(run, async (trx) => {
      for (const [list, some] of Object.entries(pages)) {
        for (const [index, [rows, said]] of some.entries()) {
          const people = Buffer.alloc(0);
          const page = {
            list,
            page: index + 1,
            cursor: `${index}`,
            total: said,
            doubt,
            rows,
            problems: 0,
            dates: {},
            people,
          };
          const position = { list, cursor: null, page: index + 1, finished: false };
          await savePages(trx, run.import, format.columns, { pages: [page], position });
        }
      }
      await stage(
        trx,
        run,
        Array.from({ length: records }, (_, place) => person(String(Math.max(1, place + 1 - repeated)), { place })),
      );
      await join(trx, run);
      return proveCompleteness(trx, await loadRun(trx, run.import));
    });
  }

  test('a list that its provider doubts is none, however well it adds up', async () => {
    expect(await prove({ employees: [[2, 2]] }, 2, 'The vendor was busy.')).toEqual({
      proven: false,
      code: 'list-in-doubt',
      reason: 'The vendor was busy.',
    });
  });

  test('somebody who came twice may stand in the place of somebody who did not come, though the total fits', async () => {
    const pages = {
      employees: [
        [50, 52],
        [2, 52],
      ],
    } satisfies Pages;
    expect(await prove(pages, 52)).toMatchObject({ proven: true });
    const proof = await prove(pages, 52, null, 1);
    expect(proof).toMatchObject({ proven: false, code: 'list-in-doubt' });
    expect(proof.reason).toMatch(/^People who came more than once in one list: 1\./);
  });

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
