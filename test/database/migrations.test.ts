import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import pg from 'pg';
import { openDatabase } from '../../database/connection.js';
import { isMigrated, migrate, migrateDown } from '../../database/migrate.js';
import { requireGuardedRole, UnguardedRole } from '../../database/role.js';
import { cloneDatabase, emptyDatabase, type TestDatabase } from '../harness/database.js';
import { openClone } from '../harness/own-database.js';
import { createWorld, planOver } from './directory.js';

let empty: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  empty = await emptyDatabase('migrations');
  client = new pg.Client({ connectionString: empty.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await empty.drop();
});

/** Every relation, column, constraint, routine, policy and trigger of ours, as text. */
const CATALOGUE = `
  with ours as (select oid from pg_namespace where nspname = 'public')
  select 'relation ' || relname || ' ' || relkind::text || relrowsecurity || relforcerowsecurity as thing
    from pg_class where relnamespace in (select oid from ours)
  union all select 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull
    from pg_attribute join pg_class c on c.oid = attrelid where relnamespace in (select oid from ours) and attnum > 0 and not attisdropped
  union all select 'constraint ' || conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace in (select oid from ours)
  union all select 'routine ' || proname || ' ' || md5(prosrc) from pg_proc where pronamespace in (select oid from ours)
  union all select 'policy ' || tablename || ' ' || policyname || ' ' || cmd || coalesce(qual, '') || coalesce(with_check, '') from pg_policies
  union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  order by 1`;
const catalogue = async (): Promise<string[]> =>
  (await client.query<{ thing: string }>(CATALOGUE)).rows
    .map((row) => row.thing)
    .filter((thing) => !thing.includes('schema_migrations'));

describe('the migrations', () => {
  test('go up, do nothing twice, and go down to an empty schema, and up again to the same', async () => {
    expect(await catalogue()).toEqual([]);
    await migrate(empty.url);
    const once = await catalogue();
    expect(once.length).toBeGreaterThan(300);
    await migrate(empty.url);
    expect(await catalogue()).toEqual(once);
    await migrateDown(empty.url);
    expect(await catalogue()).toEqual([]);
    await migrate(empty.url);
    expect(await catalogue()).toEqual(once);
  });

  test('are all that the folder has', async () => {
    await migrate(empty.url);
    const files = (await readdir('migrations')).map((file) => file.replace(/\.ts$/, '')).sort();
    const { rows } = await client.query<{ name: string }>('select name from schema_migrations order by name');
    expect(rows.map(({ name }) => name)).toEqual(files);
  });

  test('go down also where runs have left their staging tables', async () => {
    const database = await openClone('migrations-down');
    await planOver(database.db, await createWorld(database.db), []);
    expect(await isMigrated(database.db)).toBe(true);
    await migrateDown(database.url);
    expect(await isMigrated(database.db)).toBe(false);
    const left = await database.db('pg_tables').where({ schemaname: 'public' }).pluck('tablename');
    expect(left.sort()).toEqual(['schema_migrations', 'schema_migrations_lock']);
    await database.close();
  });

  test('a database without any table is not migrated', async () => {
    const bare = await emptyDatabase('migrations-bare');
    const db = openDatabase(bare.url, { name: 'migrations-bare', connections: 1 });
    expect(await isMigrated(db)).toBe(false);
    await db.destroy();
    await bare.drop();
  });

  test('of a database that does not answer nobody knows whether it is', async () => {
    const db = openDatabase('postgres://nobody:nothing@127.0.0.1:1/none', { name: 'migrations-lost' });
    await expect(isMigrated(db)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await db.destroy();
  });

  test('a role that walks through row-level security is refused, before anything is made', async () => {
    const bare = await emptyDatabase('migrations-superuser');
    await expect(migrate(bare.adminUrl)).rejects.toThrow(/superuser or has BYPASSRLS.*role of its own/);
    const db = openDatabase(bare.adminUrl, { name: 'migrations-superuser', connections: 1 });
    expect(await isMigrated(db)).toBe(false);
    await expect(requireGuardedRole(db)).rejects.toBeInstanceOf(UnguardedRole);
    await db.destroy();
    await bare.drop();
  });

  test('processes that start at once do not disturb each other', async () => {
    const shared = await emptyDatabase('migrations-twice');
    await Promise.all([migrate(shared.url), migrate(shared.url), migrate(shared.url)]);
    const db = openDatabase(shared.url, { name: 'migrations-twice', connections: 1 });
    expect(await isMigrated(db)).toBe(true);
    await db.destroy();
    await shared.drop();
  });

  test('the template of all tests is what they make', async () => {
    const clone = await cloneDatabase('migrations-template');
    const db = openDatabase(clone.url, { name: 'migrations-template', connections: 1 });
    const rows = (await db.raw<{ rows: { thing: string }[] }>(CATALOGUE)).rows.map((row) => row.thing);
    expect(rows.filter((thing) => !thing.includes('schema_migrations'))).toEqual(await catalogue());
    await db.destroy();
    await clone.drop();
  });
});
