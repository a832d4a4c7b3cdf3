import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { deleteOldDetails } from '../../database/retention.js';
import { inProgramme } from '../../database/transaction.js';
import { Stage } from './stage.js';

/** An import whose details are gone says so, in each place where they were: it must not look as if nothing had happened. */
let stage: Stage;
let at: string;
let run: string;
let calm: string;
let member: string;
let place: string;

beforeAll(async () => {
  stage = await Stage.open('retention_views');
  const { id: programme } = await stage.programme();
  const integration = await stage.integration(programme);
  const config = randomUUID();
  await stage.sql(
    `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
    [programme, config, integration],
  );
  const of = { programme, integration, config };
  const long = { as_of: '2020-01-01T10:00:00Z', started_at: '2020-01-01T10:00:00Z', ended_at: '2020-01-01T10:01:00Z' };
  run = await stage.importRun(of, { ...long, applied_through: 9, counts: { created: 1, error: 1, warnings: 2 } });
  calm = await stage.importRun(of, { ...long, counts: {} });
  member = randomUUID();
  await stage.sql(
    `insert into members (programme_id, id, state, email, integration_id, provider_person_id, employee_id) values ($1, $2, 'active', 'ada.park@acme.example', $3, 'p1', 'E1')`,
    [programme, member, integration],
  );
  const change = `insert into changes (programme_id, import_id, ordinal, kind, person, employee_id, email, member_id, reason_code, after)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;
  await stage.sql(change, [
    programme,
    run,
    1,
    'created',
    'p1',
    'E1',
    'ada.park@acme.example',
    member,
    'new-employee',
    { firstName: 'Ada' },
  ]);
  await stage.sql(change, [programme, run, 2, 'error', 'p2', 'E2', null, null, 'problem', null]);
  const problem = `insert into run_problems (programme_id, import_id, phase, severity, code, person, employee_id, detail, fixed_by)
    values ($1, $2, 'map', $3, 'no-email', 'p2', 'E2', 'The person has no e-mail address.', 'hr')`;
  for (const severity of ['error', 'warning', 'warning']) await stage.sql(problem, [programme, run, severity]);
  place = `/programmes/${programme}`;
  at = `${place}/integrations/${integration}/imports`;
  await inProgramme(stage.context.db, programme, (trx) => deleteOldDetails(trx, programme, 180));
});
afterAll(() => stage.close());

test('the import has its counts, and tells since when its details are gone', async () => {
  const { body } = await stage.ask('GET', `${at}/${run}`);
  expect(body).toMatchObject({ counts: { created: 1, error: 1, warnings: 2 } });
  expect(Date.now() - Date.parse(String(body.detailsDeletedAt))).toBeLessThan(60_000);
});

test.each(['errors', 'errors.csv', 'errors.json', 'warnings', 'warnings.csv', 'warnings.json'])(
  'its %s are gone, with a sentence that has their number',
  async (list) => {
    const { status, body } = await stage.ask('GET', `${at}/${run}/${list}`);
    expect([status, body.code]).toEqual([410, 'details-deleted']);
    expect(body.detail).toMatch(list.startsWith('errors') ? /had one error;/ : /had 2 warnings;/);
  },
);

test('one that had none gives an empty list and an empty file as ever', async () => {
  expect((await stage.ask('GET', `${at}/${calm}/errors`)).body.items).toEqual([]);
  const file = await stage.ask('GET', `${at}/${calm}/errors.csv`);
  expect([file.status, file.text.trim()]).toEqual([200, expect.stringMatching(/^.?employeeId,field/)]);
});

test('each line of its changes says what happened and that the rest is deleted', async () => {
  const { text } = await stage.ask('GET', `${at}/${run}/changes.csv`);
  const [, created, error] = text.split('\r\n');
  expect(created).toMatch(new RegExp(`^created,applied,${member},,,.*Employed and eligible.* were deleted on `));
  expect(error).toMatch(/^error,,,,,.* were deleted on /);
});

test('why somebody is a member still tells which import made them one', async () => {
  const { body } = await stage.ask('GET', `${place}/members/${member}/explanation`);
  expect(body.items).toMatchObject([
    { kind: 'created', import: run, fields: [], reason: expect.stringContaining('were deleted on') },
  ]);
});

test('nobody can be imported again for an error that is deleted', async () => {
  const { status, body } = await stage.ask('POST', `${at}/${run}/retry-errors`);
  expect([status, body.code]).toEqual([409, 'illegal-state']);
  expect(body.detail).toContain('was deleted');
});
