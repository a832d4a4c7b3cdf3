import { expect, test } from '@jest/globals';
import { claim } from '../../database/outbox.js';
import { inProgramme } from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, person, runOver, type Listed, type World } from './directory.js';

/** Who is told that an account closes or is open again: the person, once, and nobody who has the address by now. */
const database = ownDatabase('closing');

const MAPPING = {
  fields: [
    { member: 'employeeId', from: '{{response.number}}' },
    { member: 'email', from: '{{response.email}}' },
    { member: 'fullName', from: '{{response.name}}' },
    { member: 'personalEmail', from: '{{response.badge}}' },
  ],
};
const world = () => createWorld(database.db, { mapping: MAPPING });
const run = (place: World, people: readonly Listed[]) => runOver(database.db, place, people);

/** What goes out when it is the mails' turn, to whom. */
const sent = (place: World) =>
  inProgramme(database.db, place.programme, async (trx) => {
    const kinds = ['close-down', 'welcome-back'];
    const mails = await claim(trx, { integration: place.integration, import: null, kinds }, 100, true);
    return mails.map(({ kind, recipient }) => [kind, recipient]);
  });

test('who leaves is told once, with the day; who is back is told that, too', async () => {
  const place = await world();
  await run(place, [person('1'), person('2')]);
  await run(place, [person('1', { left: true }), person('2')]);
  const [mail] = await inProgramme(database.db, place.programme, (trx) =>
    trx('outbox')
      .where({ kind: 'close-down' })
      .select<{ payload: object; message_id: string }[]>('payload', 'message_id'),
  );
  expect(mail?.payload).toEqual({ endsOn: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), key: 'person1@acme.example' });
  expect(mail?.message_id).toMatch(/^<close-down\..+@rollcall>$/);
  expect(await sent(place)).toEqual([['close-down', 'person1@acme.example']]);
  await run(place, [person('1', { left: true }), person('2')]);
  expect(await sent(place)).toEqual([]);
  await run(place, [person('1'), person('2')]);
  expect(await sent(place)).toEqual([['welcome-back', 'person1@acme.example']]);
});

test('a mail that is true no more does not go out', async () => {
  const place = await world();
  await run(place, [person('1')]);
  await run(place, [person('1', { left: true })]);
  await run(place, [person('1')]);
  expect(await sent(place)).toEqual([['welcome-back', 'person1@acme.example']]);
});

test.each<[string, string | null, string[][]]>([
  [
    'nobody at the address, and the old one at a personal one',
    'ada@home.example',
    [['close-down', 'ada@home.example']],
  ],
  ['nobody at all where there is no other', null, []],
])('where a newcomer has the address at once: %s', async (_, badge, expected) => {
  const place = await world();
  await run(place, [person('1', { badge })]);
  const heir = person('2', { email: 'person1@acme.example', name: 'Somebody Else' });
  await run(place, [person('1', { left: true }), heir]);
  expect(await sent(place)).toEqual(expected);
});

test('an address that moves between writing and sending keeps the mail in', async () => {
  const place = await world();
  await run(place, [person('1')]);
  await run(place, [person('1', { left: true })]);
  await run(place, [
    person('1', { left: true }),
    person('2', { email: 'PERSON1@acme.example', name: 'Somebody Else' }),
  ]);
  expect(await sent(place)).toEqual([]);
});
