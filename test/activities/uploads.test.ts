import { expect, test } from '@jest/globals';
import { sweepProgramme } from '../../activities/sweep.js';
import { createTurnActivities } from '../../activities/turn.js';
import { insertCandidate } from '../../database/credentials.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { findUpload, hasUpload, insertUpload, readUploadPage } from '../../database/uploads.js';
import { insertOperation } from '../harness/operations.js';
import { ownDatabase } from '../harness/own-database.js';
import { change, createWorld, type MailWorld } from './mail-world.js';

/** How long what was uploaded is kept: until its credential goes, and for eight days at most. */
const KEYS = [{ id: 'k1', secret: Buffer.alloc(32) }];
const database = ownDatabase('uploads');

const within = <T>({ programme }: MailWorld, work: (trx: Transaction) => Promise<T>) =>
  inProgramme(database.db, programme, work);

async function* pages() {
  yield { records: [{ employeeId: '1' }, { employeeId: '2' }], labels: { employeeId: 'No.' } };
  yield { records: [{ employeeId: '3' }], labels: { employeeId: 'No.' } };
}

async function uploaded(): Promise<{ world: MailWorld; credential: string }> {
  const world = await createWorld(database.db);
  const { programme } = world;
  const credential = await within(world, async (trx) => {
    const id = await insertCandidate(trx, KEYS, { programme, provider: 'csv', name: 'x', values: {} });
    expect(await insertUpload(trx, { programme, credential: id, digest: 'd' }, pages())).toBe(3);
    await trx('credentials').where({ id }).update({ state: 'active', expires_at: null });
    return id;
  });
  await change(database.db, world, 'integrations', {}, { provider: 'csv', credential_id: credential });
  return { world, credential };
}

test('its rows come back page by page, and no other page', async () => {
  const { world, credential } = await uploaded();
  await within(world, async (trx) => {
    expect(await findUpload(trx, credential)).toEqual({
      digest: 'd',
      rows: 3,
      pages: 2,
      labels: { employeeId: 'No.' },
    });
    expect(await readUploadPage(trx, credential, 2)).toEqual([{ employeeId: '3' }]);
    expect(await readUploadPage(trx, credential, 3)).toBeNull();
    expect(await hasUpload(trx, world.integration)).toBe(true);
  });
});

test('all of it goes with the credential', async () => {
  const { world, credential } = await uploaded();
  await change(database.db, world, 'integrations', {}, { credential_id: null });
  await within(world, async (trx) => {
    await trx('credentials').where({ id: credential }).delete();
    expect(await trx('uploads')).toEqual([]);
    expect(await trx('upload_pages')).toEqual([]);
  });
});

test('the sweep takes the rows away after eight days, leaves the access, and misses no import meanwhile', async () => {
  const { world, credential } = await uploaded();
  const after = (days: number) =>
    within(world, async (trx) => {
      await trx.raw(`select set_config('rollcall.now_offset', ?, true)`, [`${days} days`]);
      const { noticed } = await sweepProgramme(trx, world.programme);
      return { noticed, pages: (await trx('upload_pages').select('page')).length };
    });
  expect(await after(7)).toEqual({ noticed: 0, pages: 2 });
  expect(await after(9)).toEqual({ noticed: 0, pages: 0 });
  await within(world, async (trx) => {
    expect(await findUpload(trx, credential)).toBeNull();
    expect(await trx('credentials').select('state')).toEqual([{ state: 'active' }]);
  });
});

test('another file is refused while an import reads the one before, and nothing of it stays', async () => {
  const { world, credential } = await uploaded();
  const { programme, integration } = world;
  const { revision, operation } = await within(world, async (trx) => {
    const id = await insertCandidate(trx, KEYS, { programme, provider: 'csv', name: 'x', values: {} });
    await insertUpload(trx, { programme, credential: id, digest: 'e' }, pages());
    const probe = { fingerprint: 'f', people: 3, exact: true, fields: [], records: [] };
    const row = await trx('integrations').first<{ revision: number }>('revision');
    return {
      revision: row.revision,
      operation: await insertOperation(trx, world, 'upload', { credential: id, probe }),
    };
  });
  const activities = createTurnActivities({ db: database.db });
  const turn = {
    programme,
    integration,
    operation,
    command: 'upload',
    revision,
    to: 'published',
    settles: true,
  } as const;
  expect(await activities.takeTurn(turn)).toMatchObject({
    reply: { outcome: 'refused', code: 'illegal-state', detail: expect.stringContaining('still running') },
  });
  await within(world, async (trx) => {
    expect(await trx('uploads').select('credential_id')).toEqual([{ credential_id: credential }]);
    expect(await trx('credentials').select('id')).toEqual([{ id: credential }]);
  });
});
