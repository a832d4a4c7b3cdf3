import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createOpenAccount } from '../../activities/accounts.js';
import { createAuthorize } from '../../activities/authorize.js';
import { fixedKeys } from '../../config/key-ring.js';
import { readEnvironment } from '../../config/environment.js';
import { insertCandidate } from '../../database/credentials.js';
import { inProgramme } from '../../database/transaction.js';
import { startPersonio } from '../../simulators/personio.js';
import { control } from '../simulators/control.js';
import { insertOperation } from '../harness/operations.js';
import { ownDatabase } from '../harness/own-database.js';
import { change, createWorld, type MailWorld } from './mail-world.js';

/** Which of a vendor's interfaces the probe chose is kept with the credential: imports read by that one. */
const KEYS = [{ id: 'k1', secret: randomBytes(32) }];
const ACCOUNT = 'papi-demo-client';
const database = ownDatabase('interfaces');
let simulator: Awaited<ReturnType<typeof startPersonio>>;
let world: MailWorld;
beforeAll(async () => {
  simulator = await startPersonio({ people: 20 });
  world = await createWorld(database.db);
  await change(database.db, world, 'integrations', {}, { provider: 'personio' });
});
afterAll(() => simulator.close());

test('an account is read by the interface that its probe has chosen', async () => {
  const { programme, integration } = world;
  const { credential, operation } = await inProgramme(database.db, programme, async (trx) => {
    const values = { clientId: ACCOUNT, clientSecret: 'papi-demo-secret' };
    const id = await insertCandidate(trx, KEYS, { programme, provider: 'personio', name: 'x', values });
    return { credential: id, operation: await insertOperation(trx, world, 'authorize', { credential: id }) };
  });
  const environment = readEnvironment({ ROLLCALL_PERSONIO_URL: simulator.baseUrl });
  const openAccount = createOpenAccount({ db: database.db, environment, keys: fixedKeys(KEYS) });
  const activity = new MockActivityEnvironment();
  const pathsOf = async () => {
    await control(simulator.url, 'DELETE', `${ACCOUNT}/requests`);
    await activity.run(async () => {
      const { client } = await openAccount({ programme, integration }, credential);
      const options = { signal: AbortSignal.timeout(10_000), customFields: false };
      for await (const page of client.readPages('employees', null, options)) expect(page.records).toHaveLength(21);
      await client.close();
    });
    const { paths } = (await control(simulator.url, 'GET', `${ACCOUNT}/requests`)) as { paths: object };
    return Object.keys(paths).join(' ');
  };

  expect(await pathsOf()).toMatch(/\/v1\/company\/employees/);
  await control(simulator.url, 'POST', `${ACCOUNT}/hide`, { fields: ['v1'] });
  await control(simulator.url, 'DELETE', `${ACCOUNT}/tokens`);
  const authorize = createAuthorize({ db: database.db, openAccount });
  expect(await activity.run(authorize, { programme, integration, operation })).toEqual({ ok: true });
  await control(simulator.url, 'POST', `${ACCOUNT}/hide`, { fields: [] });
  expect(await pathsOf()).toMatch(/\/v2\/persons/);
  expect(await pathsOf()).not.toMatch(/\/v1\//);
});
