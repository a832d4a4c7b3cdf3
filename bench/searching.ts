import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openDatabase, type Database } from '../database/connection.js';
import { newId } from '../database/ids.js';
import { listMemberValues } from '../database/member-values.js';
import { listMembers, type MemberFilter } from '../database/member-views.js';
import { migrate } from '../database/migrate.js';
import { inProgramme } from '../database/transaction.js';
import type { Surroundings } from './machine.js';
import { median } from './median.js';

/** What looking for members costs the server, in a programme of so many, page and total together as the portal asks. */
export interface SearchResult {
  readonly surroundings: Surroundings;
  readonly people: number;
  readonly searches: readonly Measured[];
}

/** Milliseconds. */
interface Measured {
  readonly what: string;
  readonly found: number;
  readonly median: number;
  readonly worst: number;
  /** Of the server's process alone, on average: what the median would be where nothing else runs; null: not known. */
  readonly processor: number | null;
}

const TIMES = 15;
const NOTHING: MemberFilter = {
  fields: [],
  integrations: [],
  states: ['active', 'closing-down'],
  joinedWithinDays: null,
  birthdayMonths: [],
  search: null,
};
const SEARCHES: readonly (readonly [what: string, filter: Partial<MemberFilter>])[] = [
  ['everybody, first page', {}],
  ['part of a name, many', { search: 'park' }],
  ['part of a name, one', { search: 'ada park 77777' }],
  ['part of an address, one', { search: 'p77777@' }],
  ['nobody', { search: 'xyzzy' }],
  ['a department', { fields: [{ field: 'department', values: ['Department 7'] }] }],
  [
    'a department and a custom field',
    {
      fields: [
        { field: 'department', values: ['Department 7'] },
        { field: 'custom.tShirt', values: ['M'] },
      ],
    },
  ],
  ['whose manager is somebody', { fields: [{ field: 'managerId', values: ['E7'] }] }],
  ['joined in the last 30 days', { joinedWithinDays: 30 }],
  ['birthday in March', { birthdayMonths: [3] }],
];

export async function measureSearching(
  url: string,
  surroundings: Surroundings,
  people: number,
  say: (line: string) => void,
): Promise<SearchResult> {
  await migrate(url);
  const db = openDatabase(url, { name: 'rollcall-bench', connections: 1 });
  try {
    const programme = await insertMembers(db, people);
    say(`${people} members are there`);
    const backend = await backendOf(db);
    const searches: Measured[] = [];
    for (const [what, filter] of SEARCHES) {
      const look = () =>
        inProgramme(db, programme, (trx) => listMembers(trx, { ...NOTHING, ...filter }, { limit: 101, after: null }));
      searches.push(await measure(what, backend, async () => (await look()).total));
    }
    const wanted = { filter: NOTHING, search: null, limit: 50 };
    const values = () => inProgramme(db, programme, (trx) => listMemberValues(trx, 'department', wanted));
    searches.push(await measure('the departments there are', backend, async () => (await values()).total));
    return { surroundings, people, searches };
  } finally {
    await db.destroy();
  }
}

async function measure(what: string, backend: number, look: () => Promise<number>): Promise<Measured> {
  const times: number[] = [];
  let found = 0;
  const before = await processorTime(backend);
  for (let turn = 0; turn < TIMES; turn += 1) {
    const began = performance.now();
    found = await look();
    times.push(performance.now() - began);
  }
  const after = await processorTime(backend);
  const processor = before === null || after === null ? null : (after - before) / TIMES;
  return { what, found, median: median(times), worst: Math.max(...times), processor };
}

async function backendOf(db: Database): Promise<number> {
  const { rows } = await db.raw<{ rows: { pid: number }[] }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** Milliseconds of user and system time of a process, from /proc, which counts hundredths of a second; null where there is none. */
async function processorTime(pid: number): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export function renderSearching({ people, searches, surroundings }: SearchResult): string {
  const lines = searches.map(
    ({ what, found, median: middle, worst, processor }) =>
      `${what.padEnd(34)} ${String(found).padStart(8)} ${middle.toFixed(0).padStart(8)} ${worst.toFixed(0).padStart(8)} ${(processor?.toFixed(0) ?? '?').padStart(10)}`,
  );
  const head = `${'search'.padEnd(34)} ${'found'.padStart(8)} ${'median'.padStart(8)} ${'worst'.padStart(8)} ${'processor'.padStart(10)}   milliseconds`;
  return [`${people} members, commit ${surroundings.commit}, ${surroundings.cores} cores`, head, ...lines, ''].join(
    '\n',
  );
}

/** As imports leave them, of one programme; statistics are those that autovacuum would have made. */
async function insertMembers(db: Database, people: number): Promise<string> {
  const programme = newId();
  await inProgramme(db, programme, async (trx) => {
    await trx('programmes').insert({
      id: programme,
      name: 'Acme Rewards',
      time_zone: 'Europe/London',
      erasure_key: randomBytes(32),
    });
    await trx.raw(
      `insert into members (programme_id, id, state, email, username, full_name, first_name, last_name, job_title, department, team,
         manager_id, location, city, country, birthday, employment_type, custom, employee_id, joined_at)
       select :programme, rollcall_new_id(), 'active', 'p' || n || '@acme.example', 'p' || n || '@acme.example',
         first || ' Park ' || n, first, 'Park ' || n, 'Job ' || n % 300, 'Department ' || n % 40, 'Team ' || n % 900,
         'E' || n % 2000, 'Office ' || n % 25, 'City ' || n % 60, 'GB', to_char(date '2020-01-01' + n % 365, 'MM-DD'), 'Permanent',
         jsonb_build_object('tShirt', (array['S', 'M', 'L'])[1 + n % 3]), 'E' || n, rollcall_now() - n % 1000 * interval '1 day'
       from (select n, (array['Ada', 'Bo', 'Cy', 'Dana', 'Eve'])[1 + n % 5] as first from generate_series(1, :people) n) as people`,
      { programme, people },
    );
  });
  await db.raw('vacuum analyze members');
  return programme;
}
