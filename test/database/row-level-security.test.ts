import { beforeAll, describe, expect, test } from '@jest/globals';
import { peopleTable } from '../../database/staging.js';
import {
  acrossProgrammes,
  inAccounts,
  inProgramme,
  openAccounts,
  type Transaction,
} from '../../database/transaction.js';
import { ownDatabase } from '../harness/own-database.js';
import { createWorld, membersOf, planOver, runOver, type Listed, type World } from './directory.js';

const PEOPLE: Listed[] = [1, 2, 3].map((id) => ({
  id: `${id}`,
  number: `N${id}`,
  email: `p${id}@acme.example`,
  name: `Person ${id}`,
  team: 'Sales',
}));

const database = ownDatabase('row-level-security');
let ours: World;
let theirs: World;
let theirRun: string;
let tables: { name: string; column: string }[];
/** Of people who administer, across programmes: behind a wall of their own. */
const ACCOUNTS = ['admin_sessions', 'admins', 'sign_in_attempts', 'sign_in_links'];

const rowsOf = async <T>(trx: Transaction, sql: string, bindings: Record<string, string> = {}): Promise<T[]> =>
  (await trx.raw<{ rows: T[] }>(sql, bindings)).rows;
/** In a savepoint, so that the transaction outlives the refusal. */
const refusal = async (trx: Transaction, sql: string, bindings: Record<string, string> = {}): Promise<string> =>
  trx
    .transaction((inner) => inner.raw(sql, bindings))
    .then(
      () => 'accepted',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
const withoutProgramme = <T>(work: (trx: Transaction) => Promise<T>): Promise<T> => database.db.transaction(work);

beforeAll(async () => {
  ours = await createWorld(database.db);
  theirs = await createWorld(database.db);
  await runOver(database.db, ours, PEOPLE);
  await runOver(database.db, theirs, PEOPLE);
  // Left open: its staging tables are there.
  theirRun = (await planOver(database.db, theirs, PEOPLE)).import;
  tables = await withoutProgramme((trx) =>
    rowsOf<{ name: string; column: string }>(
      trx,
      `select c.relname as name, case when c.relname = 'programmes' then 'id' else 'programme_id' end as column
       from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
         and (c.relname = 'programmes' or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'programme_id' and not a.attisdropped))
       order by 1`,
    ),
  );
});

describe('the wall between programmes, as the catalogue shows it', () => {
  test('row-level security is on and forced, with its policies, on every table of a programme, staging tables too', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(20);
    expect(tables.map((table) => table.name)).toEqual(
      expect.arrayContaining(['programmes', 'api_tokens', 'members', 'outbox', peopleTable(theirRun)]),
    );
    const walls = await withoutProgramme((trx) =>
      rowsOf(
        trx,
        `select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
           array(select p.policyname || ' ' || p.cmd || ' ' || (p.with_check is not null) from pg_policies p where p.tablename = c.relname order by 1) as policies
         from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname not like 'schema_migrations%' order by 1`,
      ),
    );
    expect(walls).toEqual(
      [...tables.map(({ name }) => name), ...ACCOUNTS].sort().map((name) => ({
        name,
        enabled: true,
        forced: true,
        policies: ['sweep SELECT false', 'tenant ALL true'],
      })),
    );
  });

  test('the owner is no superuser and cannot bypass it', async () => {
    const owner = await withoutProgramme((trx) =>
      rowsOf(
        trx,
        `select rolsuper, rolbypassrls, (select count(*) from pg_tables where schemaname = 'public' and tableowner <> current_user) as others
         from pg_roles where rolname = current_user`,
      ),
    );
    expect(owner).toEqual([{ rolsuper: false, rolbypassrls: false, others: 0 }]);
  });

  test('every reference to a table of a programme carries the programme', async () => {
    const loose = await withoutProgramme((trx) =>
      rowsOf(
        trx,
        `select conrelid::regclass::text as from, confrelid::regclass::text as to from pg_constraint f
         where contype = 'f' and connamespace = 'public'::regnamespace
             and confrelid not in ('programmes'::regclass, 'admins'::regclass)
           and not exists (select from unnest(f.conkey, f.confkey) as k(own, other)
             join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.own
             join pg_attribute b on b.attrelid = f.confrelid and b.attnum = k.other
             where a.attname = 'programme_id' and b.attname = 'programme_id')`,
      ),
    );
    expect(loose).toEqual([]);
  });

  test('every column that points at something is a foreign key, and so is every programme; where a first import fills a table, by statement', async () => {
    const unguarded = await withoutProgramme((trx) =>
      rowsOf<{ place: string }>(
        trx,
        `select c.relname || '.' || a.attname as place from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
           and a.atttypid = 'uuid'::regtype and a.attname like '%\\_id' and c.relname !~ '^(staged_people|fetch_pages)_'
           and not exists (select from pg_constraint f where f.contype = 'f' and f.conrelid = c.oid and a.attnum = any(f.conkey))
         order by 1`,
      ),
    );
    // A plan names the member that provisioning will create, and a question whom it would invite: neither may be there yet.
    const wished = ['changes.member_id', 'removal_hold_members.member_id'];
    const byStatement = ['changes.import_id', 'changes.programme_id', 'members.integration_id', 'members.programme_id'];
    byStatement.push('manager_references.integration_id', 'member_keys.member_id', 'member_keys.programme_id');
    expect(unguarded.map(({ place }) => place).sort()).toEqual([...wished, ...byStatement].sort());
    // What they refuse is in references.test.ts.
    const triggers = await withoutProgramme((trx) =>
      rowsOf<{ said: string }>(
        trx,
        `select pg_get_triggerdef(oid) as said from pg_trigger
         where tgfoid in ('require_parents'::regproc, 'require_members'::regproc, 'keep_parents'::regproc) and tgenabled = 'O' order by tgname`,
      ),
    );
    const said = triggers.map((trigger) =>
      /AFTER (.*) ON public\.(\w+) .*EXECUTE.*\('(\w+)'/.exec(trigger.said)?.slice(1).join(' '),
    );
    expect(said).toEqual([
      'INSERT changes changes_programme_id_import_id_fkey',
      'DELETE OR UPDATE OF programme_id, id import_runs changes_programme_id_import_id_fkey',
      'UPDATE changes changes_programme_id_import_id_fkey',
      'INSERT manager_references manager_references_programme_id_integration_id_fkey',
      'DELETE OR UPDATE OF programme_id, id integrations manager_references_programme_id_integration_id_fkey',
      'UPDATE manager_references manager_references_programme_id_integration_id_fkey',
      'INSERT member_keys member_keys_programme_id_member_id_fkey',
      'DELETE OR UPDATE OF programme_id, id members member_keys_programme_id_member_id_fkey',
      'UPDATE member_keys member_keys_programme_id_member_id_fkey',
      'INSERT members members_programme_id_fkey',
      'DELETE OR UPDATE OF id programmes members_programme_id_fkey',
      'UPDATE members members_programme_id_fkey',
      'INSERT members members_programme_id_integration_id_fkey',
      'DELETE OR UPDATE OF programme_id, id integrations members_programme_id_integration_id_fkey',
      'UPDATE members members_programme_id_integration_id_fkey',
    ]);
  });
});

describe('a transaction without a programme', () => {
  test('sees nothing, changes nothing and cannot add anything, in any table', async () => {
    await withoutProgramme(async (trx) => {
      for (const { name, column } of tables) {
        expect([name, await trx(name).select(trx.raw('1'))]).toEqual([name, []]);
        expect([name, await trx(name).update({ [column]: trx.ref(column) })]).toEqual([name, 0]);
        // An operator's token belongs to no programme.
        if (name === 'api_tokens') continue;
        const said = await refusal(trx, `insert into ${name} (${column}) values (:programme)`, ours as never);
        expect([name, said]).toEqual([name, expect.stringContaining('violates row-level security policy')]);
      }
    });
  });

  test('sees and adds nobody who administers, unless it says that it is about accounts', async () => {
    const insert = `insert into admins (id, email, email_key, name) values (gen_random_uuid(), 'ada.park@acme.example', 'ada.park@acme.example', 'Ada Park')`;
    await inAccounts(database.db, (trx) => trx.raw(insert));
    const looks = [
      withoutProgramme,
      <T>(work: (trx: Transaction) => Promise<T>) => inProgramme(database.db, ours.programme, work),
    ];
    for (const look of looks) {
      await look(async (trx) => {
        for (const name of ACCOUNTS) expect([name, await trx(name).select(trx.raw('1'))]).toEqual([name, []]);
        expect(await trx('admins').delete()).toBe(0);
        expect(await refusal(trx, insert)).toContain('violates row-level security policy');
      });
    }
    expect(await inAccounts(database.db, (trx) => trx('admins').select('name'))).toEqual([{ name: 'Ada Park' }]);
  });

  test('is what every connection goes back to when its transaction has ended', async () => {
    await inProgramme(database.db, ours.programme, (trx) => trx('members').select('id'));
    await acrossProgrammes(database.db, (trx) => trx('members').select('id'));
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map(() => database.db('members').select('id')));
    expect(results.flat()).toEqual([]);
  });
});

describe('a transaction of one programme', () => {
  test('reads, changes and deletes nothing of another one, and adds nothing to it, in any table', async () => {
    await inProgramme(database.db, ours.programme, async (trx) => {
      for (const { name, column } of tables) {
        const other = { [column]: theirs.programme };
        expect([name, await trx(name).where(other).select(trx.raw('1'))]).toEqual([name, []]);
        expect([
          name,
          await trx(name)
            .where(other)
            .update({ [column]: trx.ref(column) }),
        ]).toEqual([name, 0]);
        expect([name, await trx(name).where(other).delete()]).toEqual([name, 0]);
        const said = await refusal(trx, `insert into ${name} (${column}) values (:programme)`, theirs as never);
        expect([name, said]).toEqual([name, expect.stringContaining('violates row-level security policy')]);
      }
    });
  });

  test('sees its own', async () => {
    const counted: number[] = [];
    await inProgramme(database.db, ours.programme, async (trx) => {
      for (const name of ['members', 'member_keys', 'changes', 'outbox']) counted.push((await trx(name)).length);
    });
    expect(counted).toEqual([3, 3, 3, 3]);
  });

  test('cannot move its own rows over to another', async () => {
    await inProgramme(database.db, ours.programme, async (trx) => {
      const said = await refusal(trx, 'update members set programme_id = :programme', theirs as never);
      expect(said).toContain('violates row-level security policy');
    });
  });

  test('cannot point at what belongs to another, even knowing its id', async () => {
    const member = (await membersOf(database.db, theirs))[0]!.id;
    await inProgramme(database.db, ours.programme, async (trx) => {
      const bindings = { programme: ours.programme, integration: theirs.integration, member };
      const attempts = [
        `insert into member_keys (programme_id, kind, value, member_id) values (:programme, 'email', 'x', :member)`,
        `insert into invitations (programme_id, id, member_id, token_hash, expires_at) values (:programme, gen_random_uuid(), :member, 'x', now())`,
        `insert into members (programme_id, id, state, integration_id, provider_person_id) values (:programme, gen_random_uuid(), 'active', :integration, 'x')`,
        `update integrations set published_config_id = (select '${theirs.config}'::uuid)`,
      ];
      for (const sql of attempts)
        expect(await refusal(trx, sql, bindings)).toContain('violates foreign key constraint');
    });
  });

  test('cannot read a staging table of another programme', async () => {
    const table = peopleTable(theirRun);
    expect(await inProgramme(database.db, ours.programme, (trx) => trx(table).select('*'))).toEqual([]);
    expect(await inProgramme(database.db, theirs.programme, (trx) => trx(table).select('*'))).toHaveLength(3);
  });
});

describe('a sweep', () => {
  test('reads every programme and writes nothing', async () => {
    const seen = await acrossProgrammes(database.db, (trx) => trx('programmes').pluck('id'));
    expect(seen.sort()).toEqual([ours.programme, theirs.programme].sort());
    for (const sql of ['update members set version = 9', 'delete from outbox', 'truncate audit_log']) {
      await expect(acrossProgrammes(database.db, (trx) => trx.raw(sql))).rejects.toThrow('read-only transaction');
    }
  });

  test('of accounts reads the roles of every programme and writes none', async () => {
    await inProgramme(database.db, ours.programme, async (trx) => {
      await openAccounts(trx);
      await trx.raw(
        `insert into programme_admins (programme_id, admin_id, email, name, role) select ?, id, email, name, 'admin' from admins`,
        [ours.programme],
      );
    });
    await inAccounts(database.db, async (trx) => {
      expect(await trx('programme_admins').pluck('programme_id')).toEqual([ours.programme]);
      expect(await trx('programme_admins').update({ role: 'viewer' })).toBe(0);
      expect(await trx('members').update({ version: 9 })).toBe(0);
    });
  });

  test('could not write even if its transaction were not read-only', async () => {
    await withoutProgramme(async (trx) => {
      await trx.raw("select set_config('rollcall.sweep', 'on', true)");
      expect(await trx('members').select('id')).toHaveLength(6);
      expect(await trx('members').update({ version: 9 })).toBe(0);
      expect(await trx('outbox').delete()).toBe(0);
      expect(await refusal(trx, 'insert into programmes (id) values (gen_random_uuid())')).toContain(
        'row-level security',
      );
    });
  });
});

describe('the audit log', () => {
  test('can only be added to', async () => {
    await inProgramme(database.db, ours.programme, async (trx) => {
      await trx('audit_log').insert({
        programme_id: ours.programme,
        id: ours.config,
        actor: 'test',
        action: 'looked',
        subject: ours.integration,
      });
      expect(await refusal(trx, `update audit_log set actor = 'x'`)).toContain('append-only');
      expect(await refusal(trx, `delete from audit_log`)).toContain('append-only');
    });
  });
});
