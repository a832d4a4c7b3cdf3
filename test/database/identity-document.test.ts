import { expect, test } from '@jest/globals';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { tableOf } from '../harness/tables.js';
import { ownDatabase } from '../harness/own-database.js';
import { createProgramme, createWorld, person, runOver, type Listed, type World } from './directory.js';

/** docs/identity.md is what happens. */
const database = ownDatabase('identitydocument');

const MAPPING = {
  fields: [
    { member: 'employeeId', from: '{{response.number}}' },
    { member: 'email', from: '{{response.email}}' },
    { member: 'fullName', from: '{{response.name}}' },
  ],
};

function peopleOf(cell: string): Listed[] {
  const written = cell.split(';').map((one) => one.trim().split(' '));
  return written.map(([id = '', number = '', address = '', name = '', left]) =>
    person(id, { number, email: `${address}@acme.example`, name, left: left === 'left' }),
  );
}

/** By employee number, as they stand in the table. */
async function changesOver(world: World, people: readonly Listed[]): Promise<string[]> {
  const { import: id } = await runOver(database.db, world, people);
  const changes = await inProgramme(database.db, world.programme, (trx) =>
    trx('changes').where({ import_id: id }).select<{ employee_id: string; kind: string }[]>('employee_id', 'kind'),
  );
  return changes.map(({ employee_id: number, kind }) => `${number} ${kind}`).sort();
}

test.each(tableOf('docs/identity.md', 'Cases'))(
  '%s',
  async (_, before = '', meanwhile = '', now = '', changes = '') => {
    const world = await createWorld(database.db, { mapping: MAPPING });
    await changesOver(world, peopleOf(before));
    if (meanwhile !== '') await changesOver(world, peopleOf(meanwhile));
    const expected = changes === 'nothing' ? [] : changes.split('; ');
    expect(await changesOver(world, peopleOf(now))).toEqual(expected);
    const again = await changesOver(world, peopleOf(now));
    expect(again).toEqual(expected.filter((change) => change.endsWith('error')));
  },
);

async function makeByHand(programme: string, people: readonly Listed[]): Promise<void> {
  await inProgramme(database.db, programme, async (trx) => {
    for (const { number, email, name } of people) {
      const [id, shared] = [newId(), { programme_id: programme }];
      await trx('members').insert({ ...shared, id, state: 'active', employee_id: number, email, full_name: name });
      await trx('member_keys').insert({ ...shared, kind: 'email', value: email, member_id: id });
    }
  });
}

test.each(tableOf('docs/identity.md', 'Accounts that something else has made'))(
  '%s (%s)',
  async (_, keptBy = '', before = '', now = '', changes = '') => {
    const programme = await createProgramme(database.db);
    const world = await createWorld(database.db, { programme, mapping: MAPPING });
    if (keptBy === 'hand') await makeByHand(programme, peopleOf(before));
    else {
      const other = await createWorld(database.db, { programme, mapping: MAPPING });
      await changesOver(other, peopleOf(before));
      const state = keptBy === 'live' ? 'published' : keptBy;
      await inProgramme(database.db, programme, (trx) =>
        trx('integrations').where({ id: other.integration }).update({ state }),
      );
    }
    expect(await changesOver(world, peopleOf(now))).toEqual(changes.split('; '));
  },
);
