import { createHash } from 'node:crypto';
import type { DateTally } from '../domain/date-forms.js';
import { copyPeople } from './copy-people.js';
import { isId } from './ids.js';
import type { Transaction } from './transaction.js';

/**
 * The staging tables of one run: a row a page with its numbers, and a row a record as the mapping read it. Their names
 * are made from the run's id alone, which is checked, since a name cannot be a binding.
 */
export const pagesTable = (importId: string): string => `fetch_pages_${suffix(importId)}`;
export const peopleTable = (importId: string): string => `staged_people_${suffix(importId)}`;

export interface FetchedPage {
  readonly list: string;
  readonly page: number;
  readonly cursor: string | null;
  readonly total: number | null;
  readonly rows: number;
  /** Records with which something is wrong. */
  readonly problems: number;
  /** Why the list may not be all of it, even if it is read to its end. */
  readonly doubt: string | null;
  /** Which forms its dates have, by member field. */
  readonly dates: Readonly<Record<string, DateTally>>;
  /** One for each record, as the format of their mapping writes them. */
  readonly people: Buffer;
}

/** Where the fetch stands; kept with the run, so that a killed worker goes on where it stopped. */
export interface FetchPosition {
  readonly list: string | null;
  readonly cursor: string | null;
  readonly page: number;
  readonly finished: boolean;
}

export async function readFetchPosition(trx: Transaction, importId: string): Promise<FetchPosition> {
  const row = await trx('import_runs')
    .where({ id: importId })
    .first<{ fetch_position: Partial<FetchPosition> } | undefined>('fetch_position');
  return { list: null, cursor: null, page: 0, finished: false, ...row?.fetch_position };
}

/** Pages, their people and the position after them, in one transaction: a page read twice is still one page. */
export async function savePages(
  trx: Transaction,
  importId: string,
  columns: string,
  { pages, position }: { pages: readonly FetchedPage[]; position: FetchPosition },
): Promise<void> {
  if (pages.length > 0) {
    const rows = pages.map((page) => ({
      list: page.list,
      page: page.page,
      cursor_digest: createHash('sha256')
        .update(page.cursor ?? '')
        .digest('hex'),
      rows: page.rows,
      problems: page.problems,
      total_said: page.total,
      dates: Object.keys(page.dates).length === 0 ? null : page.dates,
    }));
    // One binding: naming each value of a hundred pages costs as much as sending their people.
    await trx.raw(
      `insert into ${pagesTable(importId)} (list, page, cursor_digest, rows, problems, total_said, dates)
       select list, page, cursor_digest, rows, problems, total_said, dates
       from jsonb_populate_recordset(cast(null as ${pagesTable(importId)}), cast(? as jsonb))`,
      [JSON.stringify(rows)],
    );
    await copyPeople(
      trx,
      peopleTable(importId),
      columns,
      pages.map((page) => page.people),
    );
  }
  const doubt = pages.find((page) => page.doubt !== null)?.doubt;
  await trx('import_runs')
    .where({ id: importId })
    .update({ fetch_position: JSON.stringify(position), ...(doubt == null ? {} : { doubt }) });
}

/** Is something wrong with a record that was read? Pages of whom that is not known may have one. */
export async function hasProblems(trx: Transaction, importId: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: { all: number; clean: number }[] }>(
    `select count(*) as all, count(*) filter (where problems = 0) as clean from ${pagesTable(importId)}`,
  );
  const { all = 0, clean = 0 } = rows[0] ?? {};
  return all === 0 || clean < all;
}

/** How many records were read, and how many the lists are said to have (null where a list names no total). */
export async function countFetched(
  trx: Transaction,
  importId: string,
): Promise<{ rows: number; total: number | null }> {
  const result = await trx.raw<{ rows: { rows: number; total: number | null }[] }>(
    `select coalesce(sum(rows), 0)::bigint as rows, case when bool_and(said is not null) then sum(said)::bigint end as total
     from (select list, sum(rows) as rows, max(total_said) as said from ${pagesTable(importId)} group by list) lists`,
  );
  return result.rows[0] ?? { rows: 0, total: null };
}

function suffix(importId: string): string {
  if (!isId(importId)) throw new Error('A staging table is named by the id of an import.');
  return importId.toLowerCase().replaceAll('-', '');
}
