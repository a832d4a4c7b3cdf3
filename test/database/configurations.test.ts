import { describe, expect, test } from '@jest/globals';
import {
  baseConfiguration,
  clearedFields,
  findConfiguration,
  findIntegration,
  publishConfiguration,
  stepIntegration,
  writeConfiguration,
  type Integration,
} from '../../database/integrations.js';
import { inProgramme, type Transaction } from '../../database/transaction.js';
import { mappingSchema, type Mapping } from '../../domain/mapping.js';
import { EVERYBODY } from '../../domain/segment.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, type World } from './directory.js';

const database = ownDatabase('configurations');

const within = <T>(world: World, work: (trx: Transaction, integration: Integration) => Promise<T>): Promise<T> =>
  inProgramme(database.db, world.programme, async (trx) => {
    const integration = await findIntegration(trx, world.integration);
    if (integration === null) throw new Error('The integration is not there.');
    return work(trx, integration);
  });
const mapping = (fields: string[], custom: string[] = []): Mapping =>
  mappingSchema.parse({
    fields: ['email', ...fields].map((member) => ({ member, from: '{{response.x}}' })),
    custom: custom.map((name) => ({ name, label: name, from: '{{response.x}}' })),
  });
const SETUP = {
  dateFormat: null,
  dataTimeZone: null,
  leadDays: 0,
  preference: 'create-and-update',
  recordType: 'user',
  installation: 'cloud',
} as const;
const edit = (world: World, given: Mapping) =>
  within(world, async (trx, integration) => {
    const draft = await writeConfiguration(trx, integration, { setup: SETUP, mapping: given, segment: EVERYBODY });
    await trx('integrations').where({ id: integration.id }).update({ draft_config_id: draft.id });
    return draft;
  });
const publish = (world: World, id: string) =>
  within(world, async (trx) => {
    await publishConfiguration(trx, id, 'ines.admin@acme.example');
    await trx('integrations').update({ published_config_id: id, draft_config_id: null });
  });

describe('the versions of a configuration', () => {
  test('count on, and an edit starts from the draft, else from what is published', async () => {
    const world = await createWorld(database.db);
    const base = () => within(world, (trx, integration) => baseConfiguration(trx, integration));
    expect(await base()).toMatchObject({ id: world.config, version: 1 });
    const second = await edit(world, mapping(['team']));
    expect(second).toMatchObject({ version: 2, publishedAt: null });
    expect(await base()).toEqual(second);
    expect(await edit(world, mapping(['city']))).toMatchObject({ version: 3 });
  });

  test('the same content makes no new one', async () => {
    const world = await createWorld(database.db);
    const first = await edit(world, mapping(['team']));
    expect(await edit(world, mapping(['team']))).toEqual(first);
    await publish(world, first.id);
    const again = await edit(world, mapping(['team']));
    expect(again).toMatchObject({ id: first.id, version: 2, publishedAt: expect.any(Date) });
  });

  test('a published one can be neither changed nor deleted, whoever tries', async () => {
    const world = await createWorld(database.db);
    const draft = await edit(world, mapping(['team']));
    await publish(world, draft.id);
    for (const attempt of [
      (trx: Transaction) => trx('integration_configs').where({ id: draft.id }).update({ mapping: '{}' }),
      (trx: Transaction) => trx('integration_configs').where({ id: draft.id }).update({ published_at: null }),
      (trx: Transaction) => trx('integration_configs').where({ id: draft.id }).delete(),
    ]) {
      await expect(within(world, attempt)).rejects.toThrow('append-only');
    }
    const published = await within(world, (trx) => findConfiguration(trx, draft.id));
    await publish(world, draft.id);
    expect(await within(world, (trx) => findConfiguration(trx, draft.id))).toEqual(published);
  });

  test('of another programme is not there', async () => {
    const [world, other] = [await createWorld(database.db), await createWorld(database.db)];
    await expect(within(world, (trx) => findConfiguration(trx, other.config))).rejects.toThrow('no configuration');
  });
});

describe('what a new mapping leaves out', () => {
  const cleared = (world: World, id: string) =>
    within(world, async (trx) => clearedFields(trx, world.integration, await findConfiguration(trx, id)));

  test('is cleared if a published version had it, and never if only a draft had it', async () => {
    const world = await createWorld(database.db, { mapping: mapping(['team', 'city'], ['shirt', 'badge']) });
    const draft = await edit(world, mapping(['team', 'country'], ['shirt']));
    expect(await cleared(world, draft.id)).toEqual({ fields: ['city'], custom: ['badge'] });
    const next = await edit(world, mapping(['team'], ['shirt']));
    expect(await cleared(world, next.id)).toEqual({ fields: ['city'], custom: ['badge'] });
    await publish(world, draft.id);
    const fields = (await cleared(world, next.id)).fields.sort();
    expect(fields).toEqual(['city', 'country']);
  });

  test('is nothing for the first configuration', async () => {
    const world = await createWorld(database.db);
    expect(await cleared(world, world.config)).toEqual({ fields: [], custom: [] });
  });
});

describe('a step of an integration', () => {
  test('changes what is given, keeps the rest, and counts the revision', async () => {
    const world = await createWorld(database.db);
    const before = await within(world, async (_, integration) => integration);
    await within(world, (trx, integration) =>
      stepIntegration(trx, integration, { state: 'paused', pauseNote: 'audit' }),
    );
    const after = await within(world, async (_, integration) => integration);
    expect(after).toEqual({ ...before, state: 'paused', pauseNote: 'audit', revision: before.revision + 1 });
  });

  test('from a revision that is gone changes nothing', async () => {
    const world = await createWorld(database.db);
    const seen = await within(world, async (_, integration) => integration);
    await within(world, (trx) => stepIntegration(trx, seen, { state: 'paused' }));
    await within(world, (trx) => stepIntegration(trx, seen, { state: 'removed' }));
    expect(await within(world, async (_, integration) => integration.state)).toBe('paused');
  });
});
