import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, type CopyStreamQuery } from 'pg-copy-streams';
import { Pool } from 'undici';

/**
 * What a good engineer would write without Rollcall, as the line to beat: fetch the pages, four at a time, COPY them
 * into a temporary table, one upsert that touches only rows that differ, mark who left. Fast, and nothing more: no
 * plan, no history, no limits, nothing to resume; it trusts whatever it was sent. It imports nothing of Rollcall's
 * pipeline. Arguments: the server's address, the database's. A message from the parent starts an import, the answer
 * says how long it took.
 */
export interface BareDone {
  readonly seconds: number;
  /** Peak resident memory of this process so far, in megabytes. */
  readonly memory: number;
}

const CONCURRENCY = 4;
const [server = '', database = ''] = process.argv.slice(2);

const FIELDS = {
  id: 'bigint',
  email: 'text',
  first_name: 'text',
  last_name: 'text',
  position: 'text',
  team: 'text',
  reports_to_employee_id: 'bigint',
  employment_start_date: 'date',
  date_of_birth: 'date',
  work_phone: 'text',
  street_first: 'text',
  city: 'text',
  post_code: 'text',
  country: 'text',
  employment_status: 'text',
} as const;
const NAMES = Object.keys(FIELDS);

const SCHEMA = `create table if not exists people (
    ${Object.entries(FIELDS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')}, left_on date, primary key (id));
  create unique index if not exists people_by_email on people (email);
  create index if not exists people_by_team on people (team);`;

type Person = Readonly<Record<string, string | number | null | undefined>>;
interface Answer {
  readonly data: readonly Person[];
  readonly meta: { readonly total_pages: number };
}

async function importPeople(): Promise<void> {
  const { origin, pathname } = new URL(server);
  const pool = new Pool(origin, { connections: CONCURRENCY });
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    await client.query(SCHEMA);
    await client.query('begin');
    await client.query('create temporary table incoming (like people) on commit drop');
    const copy = client.query(copyFrom(`copy incoming (${NAMES.join(', ')}, left_on) from stdin`));
    const copied = finished(copy);
    for (const list of ['employees', 'terminated-employees']) await readList(pool, `${pathname}/${list}`, copy);
    copy.end();
    await copied;
    await client.query(MERGE);
    await client.query(MARK_LEAVERS);
    await client.query('commit');
  } finally {
    await client.end();
    await pool.close();
  }
}

const MERGE = `insert into people select * from incoming where left_on is null
  on conflict (id) do update set ${NAMES.map((name) => `${name} = excluded.${name}`).join(', ')}, left_on = null
  where (${NAMES.map((name) => `people.${name}`).join(', ')}, people.left_on)
    is distinct from (${NAMES.map((name) => `excluded.${name}`).join(', ')}, null)`;
const MARK_LEAVERS = `update people set left_on = current_date where left_on is null
  and not exists (select from incoming where incoming.id = people.id and incoming.left_on is null)`;

async function readList(pool: Pool, path: string, copy: CopyStreamQuery): Promise<void> {
  let last = 1;
  let next = 1;
  const read = async () => {
    const answer = await fetchPage(pool, `${path}?page=${next++}`);
    last = answer.meta.total_pages;
    if (!copy.write(toCopy(answer.data))) await once(copy, 'drain');
  };
  const readOn = async () => {
    while (next <= last) await read();
  };
  await read();
  await Promise.all(Array.from({ length: CONCURRENCY }, readOn));
}

async function fetchPage(pool: Pool, path: string): Promise<Answer> {
  const { statusCode, body } = await pool.request({ path, method: 'GET', headers: { 'x-auth-token': 'bench' } });
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`);
  return JSON.parse(await body.text()) as Answer;
}

function toCopy(people: readonly Person[]): string {
  let text = '';
  for (const person of people) {
    for (const name of NAMES) text += `${copyText(person[name])}\t`;
    text += `${copyText(person.termination_date)}\n`;
  }
  return text;
}

function copyText(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'number') return String(value);
  return value.replace(/[\\\t\n\r]/g, (character) => `\\${character}`);
}

process.on('message', () => {
  const began = performance.now();
  importPeople()
    .then(() => {
      const done: BareDone = {
        seconds: (performance.now() - began) / 1000,
        memory: process.resourceUsage().maxRSS / 1024,
      };
      process.send?.(done);
    })
    .catch((error: unknown) => {
      process.stderr.write(`The bare script failed: ${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
      process.exit(1);
    });
});
// The channel to the parent keeps this process; without it nobody would ever stop it.
process.once('disconnect', () => process.exit());
process.on('SIGTERM', () => process.disconnect());
process.send?.({ ready: true });
