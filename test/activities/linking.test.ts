import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createOpenAccount } from '../../activities/accounts.js';
import { createAuthorize } from '../../activities/authorize.js';
import { createUnlink } from '../../activities/unlink.js';
import { fixedKeys } from '../../config/key-ring.js';
import { createLogger } from '../../config/logging.js';
import { readEnvironment } from '../../config/environment.js';
import { credentialIdentity, insertCandidate } from '../../database/credentials.js';
import { unseal } from '../../database/envelope.js';
import { inProgramme } from '../../database/transaction.js';
import { merge } from '../../providers/merge/index.js';
import { contextFor } from '../../providers/registry.js';
import { startMerge } from '../../simulators/merge.js';
import { control } from '../simulators/control.js';
import { insertOperation } from '../harness/operations.js';
import { ownDatabase } from '../harness/own-database.js';
import { change, createWorld, type MailWorld } from './mail-world.js';

/** From the linking page to an account that can be read: what it gave is exchanged once, and kept encrypted. */
const KEYS = [{ id: 'k1', secret: randomBytes(32) }];
const database = ownDatabase('linking');
let simulator: Awaited<ReturnType<typeof startMerge>>;
let world: MailWorld;
beforeAll(async () => {
  simulator = await startMerge({ people: 30 });
  world = await createWorld(database.db);
  await change(database.db, world, 'integrations', {}, { provider: 'merge' });
});
afterAll(() => simulator.close());

const environment = (key: string | undefined = 'demo-merge-key') =>
  readEnvironment({ ROLLCALL_MERGE_URL: simulator.baseUrl, ...(key === '' ? {} : { ROLLCALL_MERGE_API_KEY: key }) });
const within = <T>(work: Parameters<typeof inProgramme<T>>[2]) => inProgramme(database.db, world.programme, work);

/** What Merge Link ends with, once somebody has signed in to the HR system there. */
async function publicToken(): Promise<string> {
  const who = { organisation: 'Acme', origin: world.integration, email: 'x@rollcall.invalid' };
  const link = await merge.linking!.begin(who, contextFor(environment(), merge), AbortSignal.timeout(5_000));
  const answer = await fetch(`${simulator.url}/link/${link.token}`, { method: 'POST' });
  return ((await answer.json()) as { public_token: string }).public_token;
}

async function probe(token: string, key?: string): Promise<{ result: unknown; credential: string }> {
  const { credential, operation } = await within(async (trx) => {
    const candidate = { programme: world.programme, provider: 'merge', name: 'x', values: { publicToken: token } };
    const id = await insertCandidate(trx, KEYS, candidate);
    return { credential: id, operation: await insertOperation(trx, world, 'authorize', { credential: id }) };
  });
  const openAccount = createOpenAccount({ db: database.db, environment: environment(key), keys: fixedKeys(KEYS) });
  const authorize = createAuthorize({ db: database.db, openAccount });
  const { programme, integration } = world;
  const result = await new MockActivityEnvironment().run(authorize, { programme, integration, operation });
  return { result, credential };
}

async function kept(credential: string): Promise<unknown> {
  const row = await within((trx) =>
    trx('credentials').where({ id: credential }).first<{ ciphertext: Buffer; key_id: string }>('ciphertext', 'key_id'),
  );
  const sealed = { keyId: row.key_id, ciphertext: row.ciphertext };
  return JSON.parse(unseal(KEYS, sealed, credentialIdentity(world.programme, credential)));
}

test('a public token becomes the token of the account, encrypted, and is good for one use', async () => {
  const token = await publicToken();
  const { result, credential } = await probe(token);
  expect(result).toEqual({ ok: true });
  expect(await kept(credential)).toEqual({ accountToken: 'demo-account-token' });
  const again = await probe(token);
  expect(again.result).toMatchObject({
    ok: false,
    refusal: { code: 'credentials-refused', detail: expect.stringContaining('good for one use') },
  });
  expect(JSON.stringify(again.result)).not.toContain(token);
});

test('a platform key that is wrong or missing is told as such', async () => {
  const token = await publicToken();
  expect((await probe(token, 'wrong')).result).toMatchObject({
    refusal: { detail: expect.stringMatching(/platform/) },
  });
  expect((await probe(token, '')).result).toMatchObject({
    refusal: { detail: expect.stringMatching(/not configured/) },
  });
});

test('while Merge reads the HR system for the first time, nobody is taken for gone: it is waited for', async () => {
  await control(simulator.url, 'POST', 'acme/hide', { fields: ['first-sync-done'] });
  const { result } = await probe(await publicToken());
  expect(result).toMatchObject({ ok: false, refusal: { detail: expect.stringMatching(/for the first time/) } });
  await control(simulator.url, 'POST', 'acme/hide', { fields: [] });
});

describe('when the access ends', () => {
  const unlink = (scheduledTimestampMs = Date.now()) => {
    const log = createLogger('linking', 'silent');
    const work = createUnlink({ db: database.db, environment: environment(), keys: fixedKeys(KEYS), log });
    return new MockActivityEnvironment({ scheduledTimestampMs }).run(work, world);
  };
  const ending = () => within((trx) => trx('credentials').where({ state: 'ending' }).select('id'));

  async function ended(): Promise<void> {
    await control(simulator.url, 'DELETE', 'acme/tokens');
    const { credential } = await probe(await publicToken());
    await within(async (trx) => {
      await trx('credentials').where({ id: credential }).update({ state: 'ending', expires_at: null });
    });
  }
  const isOpen = async () => (await probeAgain()).ok;
  const probeAgain = async () => {
    const client = merge.connect({ accountToken: 'demo-account-token' }, contextFor(environment(), merge));
    const ok = await client.probe(AbortSignal.timeout(5_000)).then(
      () => true,
      () => false,
    );
    await client.close();
    return { ok };
  };

  test('the account is deleted at the vendor, and then its token here', async () => {
    await ended();
    expect(await isOpen()).toBe(true);
    await unlink();
    expect(await isOpen()).toBe(false);
    expect(await ending()).toEqual([]);
    // Asked again, after a lost answer, there is nothing to do.
    await unlink();
  });

  test('one that is gone already is a success', async () => {
    await ended();
    const token = await within((trx) => trx('credentials').where({ state: 'ending' }).select('id'));
    expect(token).toHaveLength(1);
    const { linking } = merge;
    const context = contextFor(environment(), merge);
    await linking!.end({ accountToken: 'demo-account-token' }, context, AbortSignal.timeout(5_000));
    await unlink();
    expect(await ending()).toEqual([]);
  });

  test('a vendor that is away is waited for, a day long; then the token goes all the same', async () => {
    await ended();
    await control(simulator.url, 'POST', 'acme/faults', { kind: '503' });
    await expect(unlink()).rejects.toThrow(/cannot answer/);
    expect(await ending()).toHaveLength(1);
    await unlink(Date.now() - 25 * 3_600_000);
    expect(await ending()).toEqual([]);
    await control(simulator.url, 'DELETE', 'acme/faults');
  });
});
