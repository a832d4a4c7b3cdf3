import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { asAdmin, cloneDatabase, type TestDatabase } from './database.js';
import { ownDatabase } from './own-database.js';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.js';
import { connectTemporal, uniqueName, type TestTemporal } from './temporal.js';

describe('the test machine', () => {
  let database: TestDatabase;
  let temporal: TestTemporal;

  beforeAll(async () => {
    [database, temporal] = await Promise.all([cloneDatabase('harness'), connectTemporal()]);
  });
  afterAll(async () => {
    await temporal.close();
    await database.drop();
  });

  test('a cloned database is migrated and its owner cannot walk through row-level security', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query(
        `select rolsuper, rolbypassrls, to_regclass('programmes') is not null as migrated
           from pg_roles where rolname = current_user`,
      );
      expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, migrated: true }]);
    } finally {
      await client.end();
    }
  });

  test('the Temporal server takes a workflow with our search attributes', async () => {
    const workflowId = uniqueName('harness');
    const handle = await temporal.client.workflow.start('nothing', {
      workflowId,
      taskQueue: workflowId,
      typedSearchAttributes: [
        { key: SEARCH_ATTRIBUTES.programme, value: 'p' },
        { key: SEARCH_ATTRIBUTES.needsAttention, value: true },
      ],
    });
    await handle.terminate();
    expect((await handle.describe()).status.name).toBe('TERMINATED');
  });
});

describe('a database of its own', () => {
  let name: string;

  describe('for some tests', () => {
    const database = ownDatabase('own');
    expect(() => database.db).toThrow('only hooks and tests may ask for it');

    test('is open while they run', async () => {
      const { rows } = await database.db.raw<{ rows: { name: string }[] }>('select current_database() as name');
      name = rows[0]?.name ?? '';
      expect(name).toMatch(/^own_/);
    });
  });

  test('is gone after the last of them', async () => {
    const { rows } = await asAdmin((client) => client.query('select 1 from pg_database where datname = $1', [name]));
    expect(rows).toEqual([]);
  });
});
