import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { inProgramme } from '../../database/transaction.js';
import { createWorld, type World } from '../database/directory.js';
import { Stage, type Answer } from './stage.js';

/** What a mapping that is not saved makes of the people whom the last authorization saw. */
describe('a mapping before it is saved', () => {
  let stage: Stage;
  let place: World;
  beforeAll(async () => {
    stage = await Stage.open('mapping-preview');
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    place = await createWorld(stage.context.db);
    const seen = JSON.stringify({ people: 3, exact: true, fields: ['response.email'] });
    await inProgramme(stage.context.db, place.programme, (trx) =>
      trx('integrations').where({ id: place.integration }).update({ seen }),
    );
  });

  const at = () => `/programmes/${place.programme}/integrations/${place.integration}/mapping/preview`;
  const preview = (mapping: object, token?: string): Promise<Answer> =>
    stage.ask('POST', at(), { body: mapping, ...(token === undefined ? {} : { token }) });
  const saw = (...records: object[]) =>
    Promise.all(
      records.map((record, ordinal) =>
        stage.sql(
          `insert into discovered_records (programme_id, integration_id, ordinal, record, expires_at) values ($1, $2, $3, $4, now() + interval '1 day')`,
          [place.programme, place.integration, ordinal, JSON.stringify(record)],
        ),
      ),
    );
  const EMAIL = { member: 'email', from: '{{response.email}}' };

  test('shows its people, those first at whom somebody has to look', async () => {
    await saw(
      { id: 1, email: 'one@acme.example', team: 'Sales' },
      { id: 2, email: 'two@acme.example' },
      { id: 3, email: 'no address', team: 'Legal' },
    );
    const { status, body } = await preview({ fields: [EMAIL, { member: 'team', from: '{{response.team}}' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      people: 3,
      errors: 1,
      warnings: 0,
      empty: [
        { field: 'email', people: 1 },
        { field: 'team', people: 1 },
      ],
    });
    expect(body.items.map(({ employeeId, values, problems }) => ({ employeeId, values, problems }))).toEqual([
      {
        employeeId: '3',
        values: { employeeId: '3', email: null, team: 'Legal', role: 'member' },
        problems: [expect.objectContaining({ severity: 'error', field: 'email', received: 'no address' })],
      },
      {
        employeeId: '2',
        values: { employeeId: '2', email: 'two@acme.example', team: null, role: 'member' },
        problems: [],
      },
      {
        employeeId: '1',
        values: { employeeId: '1', email: 'one@acme.example', team: 'Sales', role: 'member' },
        problems: [],
      },
    ]);
  });

  test('shows at most twenty, and counts all', async () => {
    await saw(...Array.from({ length: 25 }, (_, id) => ({ id, email: `p${id}@acme.example` })));
    const { body } = await preview({ fields: [EMAIL] });
    expect([body.people, body.items.length]).toEqual([25, 20]);
  });

  test('looks at those alone of whom custom fields were read, where one is mapped', async () => {
    await saw(
      { id: 1, email: 'one@acme.example', customFields: { 'T-shirt': 'M' } },
      { id: 2, email: 'two@acme.example' },
    );
    const shirt = { name: 'shirt', label: 'T-shirt', from: '{{response.customFields["T-shirt"]}}' };
    const { body } = await preview({ fields: [EMAIL], custom: [shirt] });
    expect(body).toMatchObject({ people: 1, empty: [], items: [{ values: { 'custom.shirt': 'M' } }] });
  });

  test('is refused as it would be when it is saved, each fault at its place', async () => {
    const sensitive = { member: 'city', from: '{{response.salary}}' };
    const { status, body } = await preview({
      fields: [{ member: 'team', from: 'team' }, sensitive],
      role: { fixed: 'boss' },
    });
    expect([status, body.errors.map(({ pointer }) => pointer)]).toEqual([
      422,
      ['/fields/0/from', '/fields/1/from', '/fields'],
    ]);
    expect((await preview({ fields: [EMAIL], role: { fixed: 'boss' } })).body.errors[0]?.pointer).toBe('/role/fixed');
  });

  test('needs people who were seen within the day, and says how to see some', async () => {
    const { status, body } = await preview({ fields: [EMAIL] });
    expect([status, body.code, body.detail]).toEqual([409, 'illegal-state', expect.stringMatching(/authorize again/)]);
  });
});
