import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { fitting, nasty, NASTY_BODIES, nastyText, type Schema } from './nasty.js';
import { Stage } from './stage.js';

/**
 * The whole API from its own document: whatever is sent, there is an answer in time, a refusal is a problem document, and
 * what was refused has left nothing behind. `ROLLCALL_FUZZ=seed:runs` looks elsewhere and for longer.
 */
const [SEED = 7, RUNS = 40] = (process.env.ROLLCALL_FUZZ ?? '').split(':').filter(Boolean).map(Number);
const ANSWERS_WITHIN_MS = 5_000;
/** So that all routes together stay below half a minute, however slow the machine is. */
const MOST_MS_A_ROUTE = process.env.ROLLCALL_FUZZ === undefined ? 350 : 60_000;

/** Who tries to sign in is counted, above all when refused. */
const REFUSALS_COUNT_HERE = 'sign_in_attempts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
interface Request {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

let stage: Stage;
let database: pg.Client;
let countRows: string;
let ids: Readonly<Record<string, string>>;
let schemas: Readonly<Record<string, Schema>>;
let operations: { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; path: string; operation: Operation }[];

beforeAll(async () => {
  stage = await Stage.open('fuzz');
  database = new pg.Client({ connectionString: stage.database.adminUrl });
  await database.connect();
  const { body } = await stage.ask('GET', '/openapi.json', { token: null });
  schemas = (body.components as { schemas: Record<string, Schema> }).schemas;
  operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as (typeof operations)[number]['method'],
      path,
      operation,
    })),
  );
  ids = await settle();
  const tables = await database.query<{ name: string }>(
    `select format('%I', tablename) as name from pg_tables where schemaname = 'public' and tablename <> $1 order by 1`,
    [REFUSALS_COUNT_HERE],
  );
  countRows = tables.rows
    .map(({ name }) => `select '${name}' as name, count(*)::int as rows from ${name}`)
    .join(' union all ');
});

afterAll(async () => {
  await database.end();
  await stage.close();
});

/** A programme in which there is one of everything, so that requests come far enough to do harm. */
async function settle(): Promise<Record<string, string>> {
  const { id: programme } = await stage.programme();
  const integration = await stage.integration(programme);
  const [config, run] = [randomUUID(), randomUUID()];
  await stage.sql(
    `insert into integration_configs (programme_id, id, integration_id, version, setup, digest)
     values ($1, $2, $3, 1, '{"preference":"create-and-update"}', 'x')`,
    [programme, config, integration],
  );
  await stage.sql(
    `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at, ended_at, state)
     values ($1, $2, $3, 'import', 'write', 'first', $4, now(), now(), 'completed')`,
    [programme, run, integration, config],
  );
  const member = await stage.ask('POST', `/programmes/${programme}/members`, {
    body: { email: 'ada.park@acme.example' },
  });
  stage.effect = () => Promise.resolve({ outcome: 'done', import: run, joined: false });
  return { programme, integration, import: run, member: member.body.id, provider: 'sage-hr', employeeId: 'E1' };
}

function requests({ parameters = [], requestBody }: Operation, path: string): fc.Arbitrary<Request> {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const places = fc.record(
    Object.fromEntries(
      named.map((name) => [
        name,
        fc.oneof({ weight: 9, arbitrary: fc.constant(ids[name] ?? randomUUID()) }, { weight: 1, arbitrary: nastyText }),
      ]),
    ),
  );
  const query = fc.record(
    Object.fromEntries(
      parameters
        .filter((parameter) => parameter.in === 'query')
        .map(({ name, schema }) => [name, fc.oneof(fitting(schema, schemas).map(textOf), nastyText)]),
    ),
    { requiredKeys: [] },
  );
  const stray = fc.option(fc.tuple(nastyText, nastyText), { freq: 8, nil: null });
  const key = fc.option(fc.constantFrom('a', 'x'.repeat(300), '../..', '%00', "'; --"), { freq: 4, nil: null });
  const type = Object.keys(requestBody?.content ?? {})[0] ?? 'application/json';
  const schema = requestBody?.content[type]?.schema;
  const whole = schema === undefined || type !== 'application/json' ? nasty : fitting(schema, schemas);
  const body =
    requestBody === undefined
      ? fc.constant(null)
      : fc.oneof(
          { weight: 9, arbitrary: whole.map((value) => JSON.stringify(value)) },
          { weight: 1, arbitrary: fc.constantFrom(...NASTY_BODIES) },
        );
  return fc
    .record({ places, query, stray, key, body })
    .map(({ places: at, query: asked, stray: other, key: k, body: sent }) => ({
      path: path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(at[name] ?? '')),
      query: { ...asked, ...(other === null ? {} : { [other[0]]: other[1] }) },
      headers: { ...(sent === null ? {} : { 'content-type': type }), ...(k === null ? {} : { 'idempotency-key': k }) },
      body: sent,
    }));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** As a client that knows nothing would: lone surrogates cannot be encoded, and long addresses are cut off by nobody. */
const encoded = (text: string): string => encodeURIComponent(text.slice(0, 4_000).replace(/\p{Cs}/gu, '\ufffd'));

async function rowsNow(): Promise<string> {
  // Named, so that it is planned once: for forty tables that takes longer than to count them.
  const { rows } = await database.query<{ name: string; rows: number }>({ name: 'rows', text: countRows });
  return JSON.stringify(rows);
}

async function ask(method: (typeof operations)[number]['method'], request: Request) {
  const query = Object.entries(request.query).map(([name, value = '']) => `${encoded(name)}=${encoded(value)}`);
  const { body, headers } = request;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWERS_WITHIN_MS} ms`)), ANSWERS_WITHIN_MS);
  });
  const asked = stage.ask(method, `${request.path}${query.length === 0 ? '' : `?${query.join('&')}`}`, {
    headers: { ...headers },
    ...(body === null ? {} : { raw: body }),
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

test('whatever is sent to whichever route, there is an answer, and what was refused changed nothing', async () => {
  expect(operations.length).toBeGreaterThan(40);
  const statuses = new Set<number>();
  let before = await rowsNow();
  for (const { method, path, operation } of operations) {
    const end = Date.now() + MOST_MS_A_ROUTE;
    for (const request of fc.sample(requests(operation, path), { numRuns: RUNS, seed: SEED })) {
      if (Date.now() > end) break;
      const answer = await ask(method, request);
      statuses.add(answer.status);
      const told = { method, path, request, answer: answer.text.slice(0, 500) };
      expect({ ...told, isFault: answer.status >= 500 }).toEqual({ ...told, isFault: false });
      const rows = await rowsNow();
      if (answer.status >= 400) expect({ ...told, rows }).toEqual({ ...told, rows: before });
      if (answer.status >= 400 && path.startsWith('/api/v1')) {
        const { status } = answer;
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(answer.body).toMatchObject({ status, code: expect.any(String), detail: expect.any(String) });
      }
      before = rows;
    }
  }
  expect(Object.prototype).not.toHaveProperty('polluted');
  // It came past the first look: things were done, and refused for each of the usual reasons.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 202, 400, 404, 422]));
}, 3_600_000);
