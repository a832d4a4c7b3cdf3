import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createAuthorize, OTHER_ACCOUNT } from '../../activities/authorize.js';
import { newId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { personio } from '../../providers/personio/index.js';
import { startPersonio } from '../../simulators/personio.js';
import { insertOperation } from '../harness/operations.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, rowsOf, type MailWorld } from './mail-world.js';

/** Personio names its accounts nowhere: whether new credentials open the same one, its people tell. */
const database = ownDatabase('authorize');
let simulator: Awaited<ReturnType<typeof startPersonio>>;
beforeAll(async () => {
  simulator = await startPersonio({ people: 30 });
});
afterAll(() => simulator.close());

async function probe(world: MailWorld): Promise<unknown> {
  const operation = await inProgramme(database.db, world.programme, (trx) =>
    insertOperation(trx, world, 'authorize', { credential: newId() }),
  );
  const credential = { clientId: 'papi-demo-client', clientSecret: 'papi-demo-secret' };
  const client = personio.connect(credential, {
    baseUrl: simulator.baseUrl,
    concurrency: 2,
    platformKey: null,
    file: null,
    pace: null,
    webhookKey: null,
  });
  const openAccount = () => Promise.resolve({ provider: personio, client, useInterface: () => Promise.resolve() });
  const { programme, integration } = world;
  const authorize = createAuthorize({ db: database.db, openAccount });
  return new MockActivityEnvironment().run(authorize, { programme, integration, operation });
}

const member = (world: MailWorld, person: string) =>
  inProgramme(database.db, world.programme, (trx) =>
    trx('members').insert({
      programme_id: world.programme,
      id: newId(),
      state: 'active',
      email: `person${person}@acme.example`,
      integration_id: world.integration,
      provider_person_id: person,
      sync_key: person,
    }),
  );

test('credentials of an account whose people are members are taken', async () => {
  const world = await createWorld(database.db);
  expect(await probe(world)).toEqual({ ok: true });
  await member(world, '7');
  await member(world, '4711');
  expect(await probe(world)).toEqual({ ok: true });
});

test('credentials of an account in which nobody is known are refused, and nothing of it is kept', async () => {
  const world = await createWorld(database.db);
  await member(world, '4711');
  expect(await probe(world)).toEqual({ ok: false, refusal: OTHER_ACCOUNT });
  const [operation] = await rowsOf(database.db, world, 'operations');
  expect(operation?.body).not.toHaveProperty('probe');
});
