import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '../../client/cli/program.js';
import { newId } from '../../database/ids.js';
import { PLATFORM_KEY, startMerge } from '../../simulators/merge.js';
import { testMachine } from '../harness/addresses.js';
import { temporalAddresses } from '../harness/temporal.js';
import { Stage } from './stage.js';

const run = promisify(execFile);

interface Said {
  code: number;
  out: string;
  err: string;
}

describe('the command line', () => {
  let stage: Stage;
  let dataDir: string;
  let simulator: Awaited<ReturnType<typeof startMerge>>;

  beforeAll(async () => {
    stage = await Stage.open('cli');
    simulator = await startMerge({ people: 1 });
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
    await chmod(dataDir, 0o700);
    const { address, namespace } = temporalAddresses();
    const run = {
      pid: process.pid,
      url: 'http://127.0.0.1:1',
      database: { url: stage.database.url, adminUrl: stage.database.adminUrl },
      temporal: { address, namespace, ui: null, cli: null },
      mail: { smtp: 'smtp://user:secret@127.0.0.1:2', url: null },
      providers: { ROLLCALL_MERGE_URL: simulator.baseUrl, ROLLCALL_MERGE_API_KEY: PLATFORM_KEY },
      processes: [],
    };
    await writeFile(join(dataDir, 'run.json'), JSON.stringify(run));
    await writeFile(join(dataDir, 'encryption.key'), `local:${Buffer.alloc(32, 7).toString('base64')}\n`);
  });
  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
    await Promise.all([stage.close(), simulator.close()]);
  });

  async function say(
    words: string,
    options: { input?: string; variables?: object; terminal?: boolean } = {},
  ): Promise<Said> {
    const said = { out: '', err: '' };
    const terminal = new Writable({
      write(chunk, _, done) {
        said.err += String(chunk);
        done();
      },
    });
    const code = await runCli(
      words.split(' ').map((word) => word.replace(/_/g, ' ')),
      {
        variables: { ROLLCALL_DATA_DIR: dataDir, ...options.variables },
        out: (text) => (said.out += text),
        err: (text) => (said.err += text),
        readStandardInput: () => Promise.resolve(options.input ?? ''),
        terminal: options.terminal === true ? Object.assign(terminal, { isTTY: true, columns: 80 }) : null,
      },
      {
        start: ({ demo }) => Promise.resolve(demo ? 0 : 3),
        worker: () => Promise.reject(new Error('The worker needs DATABASE_URL.')),
        api: () => Promise.resolve(0),
      },
    );
    return { code, ...said };
  }

  test('create prints the id or the token alone', async () => {
    const made = await say('programmes create --name Acme_North --time-zone Europe/Berlin --grace-days 0');
    expect(made).toEqual({ code: 0, out: expect.stringMatching(/^[0-9a-f-]{36}\n$/), err: '' });
    const token = await say('tokens create --programme Acme_North --role viewer');
    expect(token).toEqual({ code: 0, out: expect.stringMatching(/^rc_[\w-]{43}\n$/), err: '' });
    const seen = await stage.ask('GET', `/programmes/${made.out.trim()}`, { token: token.out.trim() });
    expect(seen.body).toMatchObject({ name: 'Acme North', graceDays: 0 });
    const operator = await say('tokens create --operator --json');
    const made2 = JSON.parse(operator.out) as { id: string; token: string };
    expect((await stage.ask('GET', '/programmes', { token: made2.token })).status).toBe(200);
    expect((await say(`tokens revoke ${made2.id}`)).code).toBe(0);
    expect((await stage.ask('GET', '/programmes', { token: made2.token })).status).toBe(401);
    const list = await say('tokens list');
    expect(list.out).toContain('revoked');
    expect(list.out).not.toContain(made2.token);
  });

  test('lists are lines for people and objects for programs', async () => {
    await say('programmes create --name Listed --time-zone UTC');
    const lines = await say('programmes list');
    expect(lines.out.split('\n').some((line) => line.split('\t')[1] === 'Listed')).toBe(true);
    const { items } = JSON.parse((await say('programmes list --json')).out) as { items: { name: string }[] };
    expect(items.some((item) => item.name === 'Listed')).toBe(true);
    expect((await say('providers list')).out).toContain('sage-hr\tSage HR');
  });

  test.each([
    ['nonsense'],
    ['programmes create --name x'],
    ['programmes create --name x --time-zone UTC --grace-days many'],
    ['tokens create'],
    ['tokens create --operator --programme x'],
    ['tokens create --programme x --role king'],
    ['members list --programme x --filter department'],
    ['imports list x --kind nonsense'],
    ['integrations setup'],
  ])('wrong usage "%s" is exit 2 with a sentence and no result', async (words) => {
    const said = await say(words);
    expect([said.code, said.out]).toEqual([2, '']);
    expect(said.err.length).toBeGreaterThan(10);
  });

  test.each([
    ['programmes create --name x --time-zone Mars/Olympus', 'Europe/Berlin'],
    ['tokens create --programme nobody', 'There is no programme "nobody"'],
    ['integrations show nonsense', 'no such integration'],
    [`imports show ${randomUUID()}`, 'no such import'],
    [`members show ${randomUUID()}`, 'no such member'],
    ['worker', 'DATABASE_URL'],
  ])('what is refused, as "%s", is exit 1 and says why', async (words, why) => {
    const said = await say(words);
    expect([said.code, said.out]).toEqual([1, '']);
    expect(said.err).toContain(why);
  });

  test('help is a result', async () => {
    const said = await say('--help');
    expect([said.code, said.err]).toEqual([0, '']);
    expect(said.out).toContain('integrations');
  });

  test('bodies come from standard input or a file, and a body that is no JSON is not quoted', async () => {
    const programme = (await say('programmes create --name Bodies --time-zone UTC')).out.trim();
    const integration = (
      await say(`integrations create --programme ${programme} --provider sage-hr --name North`)
    ).out.trim();
    const broken = await say(`integrations authorize ${integration}`, { input: '{"apiKey": "canary-key' });
    expect(broken.code).toBe(2);
    expect(broken.err).not.toContain('canary-key');
    const file = join(dataDir, 'setup.json');
    await writeFile(file, JSON.stringify({ leadDays: -1, colour: 'red' }));
    const faulty = await say(`integrations setup ${integration} --file ${file}`);
    expect(faulty.code).toBe(1);
    expect(faulty.err).toContain('/leadDays must be at least 0');
    expect(faulty.err).toContain('/colour is not a property this has');
    expect((await say(`integrations setup ${integration} --file ${file}.nowhere`)).code).toBe(2);
    expect((await say(`integrations show ${integration} --json`)).out).toContain('"state": "draft"');
    expect((await say(`integrations list --programme Bodies`)).out).toBe(`${integration}\tdraft\tsage-hr\tNorth\n`);
  });

  test('what there is to map says which dates its values are, and so does the proposal', async () => {
    const programme = (await say('programmes create --name Dates --time-zone UTC')).out.trim();
    const integration = await stage.integration(programme);
    const seen = { people: 1, exact: true, fields: ['response.id', 'response.start_date'] };
    await stage.sql(`update integrations set state = 'authorized', seen = $2 where id = $1`, [integration, seen]);
    await stage.sql(
      `insert into discovered_records (programme_id, integration_id, ordinal, record, expires_at) values ($1, $2, 1, $3, now() + interval '1 day')`,
      [programme, integration, { id: 7, start_date: '03/04/2026' }],
    );
    const dates = '03/04/2026 is 3 April with dd/MM/yyyy and 4 March with MM/dd/yyyy; 0 of 1 values fit only the first';
    const fields = await say(`integrations fields ${integration}`);
    expect(fields.out).toContain(`{{response.start_date}}\tStart date\t100 %\t03/04/2026\t${dates}`);
    const proposal = await say(`integrations suggest ${integration} --json`);
    expect(JSON.parse(proposal.out)).toMatchObject({
      items: [{ member: 'employeeId' }, { member: 'startDate', reason: expect.stringContaining(dates) }],
    });
  });

  test('watching draws on a terminal, is silent elsewhere, and prints the ended import', async () => {
    const programme = (await say('programmes create --name Watch --time-zone UTC')).out.trim();
    const integration = (
      await say(`integrations create --programme ${programme} --provider sage-hr --name North`)
    ).out.trim();
    const [config, run] = [newId(), newId()];
    await stage.sql(
      `insert into integration_configs (programme_id, id, integration_id, version, setup, digest) values ($1, $2, $3, 1, '{}', 'x')`,
      [programme, config, integration],
    );
    await stage.sql(
      `insert into import_runs (programme_id, id, integration_id, kind, lane, trigger, config_id, started_at, ended_at, state, phase, failure_code, failure_detail)
       values ($1, $2, $3, 'import', 'write', 'first', $4, now(), now(), 'failed', 'done', 'provider-unavailable', 'No answer.')`,
      [programme, run, integration, config],
    );
    const silent = await say(`imports watch ${run} --json`);
    expect([silent.code, silent.err]).toEqual([1, '']);
    expect(JSON.parse(silent.out)).toMatchObject({ id: run, state: 'failed', failure: { detail: 'No answer.' } });
    const drawn = await say(`imports watch ${run}`, { terminal: true });
    expect(drawn.err).toContain('done');
    expect(drawn.out).toContain('provider-unavailable');
    expect((await say(`imports list ${integration} --state failed`)).out).toContain(run);
    expect((await say(`imports errors ${run}`)).out).toBe('');
    await stage.sql(
      `insert into members (programme_id, id, state, email, department) values ($1, $2, 'active', 'ada@acme.example', 'Sales')`,
      [programme, newId()],
    );
    expect((await say('members list --programme Watch --filter department=Sales')).out).toContain('ada@acme.example');
    expect((await say('members list --programme Watch --filter department=HR --json')).out).toContain('"items": []');
  });

  test('nothing that runs is exit 1 and one sentence', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'rollcall-none-'));
    try {
      for (const variables of [
        { ROLLCALL_DATA_DIR: empty },
        { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c', TEMPORAL_ADDRESS: '127.0.0.1:1' },
      ]) {
        const said = await say('programmes list', { variables });
        expect([said.code, said.out]).toEqual([1, '']);
        expect(said.err).toMatch(/^Rollcall is not running here: .*\.\n$/);
      }
      await writeFile(
        join(empty, 'run.json'),
        JSON.stringify({ pid: 2 ** 22 + 1, url: '', database: { url: '' }, temporal: { address: '', namespace: '' } }),
      );
      expect((await say('programmes list', { variables: { ROLLCALL_DATA_DIR: empty } })).err).toContain('has ended');
      const diagnosis = await say('doctor --json', { variables: { ROLLCALL_DATA_DIR: empty } });
      expect(diagnosis.code).toBe(1);
      expect(JSON.parse(diagnosis.out)).toMatchObject({
        running: false,
        wrong: [expect.stringContaining('not running')],
      });
    } finally {
      await rm(empty, { recursive: true, force: true });
    }
  });

  test('a linking page is opened with what the running Rollcall knows of the vendor', async () => {
    const programme = (await say('programmes create --name Linking --time-zone Europe/Oslo')).out.trim();
    const id = (await say(`integrations create --programme ${programme} --provider merge --name Linked`)).out.trim();
    expect((await say(`integrations link ${id}`)).err).toContain('not set up yet');
    await stage.sql(`update integrations set state = 'set-up' where id = $1`, [id]);
    const linked = await say(`integrations link ${id}`);
    expect([linked.code, linked.out]).toEqual([0, expect.stringMatching(/^link-\w+\n$/)]);
    expect(linked.err).toMatch(/^Open https:/);
  });

  test('the doctor says where everything is, without passwords', async () => {
    const said = await say('doctor --json');
    const found = JSON.parse(said.out) as {
      pid: number;
      database: { url: string };
      checks: { name: string; ok: boolean }[];
    };
    expect(found.pid).toBe(process.pid);
    expect(said.out).not.toContain(new URL(stage.database.url).password);
    expect(said.out).not.toContain('secret');
    expect(said.out).not.toContain(PLATFORM_KEY);
    expect(found.checks.filter((check) => check.name !== 'worker').every((check) => check.ok)).toBe(true);
    expect((await say('doctor')).out).toContain('database: Postgres answers.');
  });

  test('the environment names a Rollcall too', async () => {
    const variables = { DATABASE_URL: stage.database.url, TEMPORAL_ADDRESS: temporalAddresses().address };
    expect((await say('programmes list', { variables: { ...variables, ROLLCALL_DATA_DIR: '/nowhere' } })).code).toBe(0);
    const migrated = await say('migrate', { variables });
    expect([migrated.code, migrated.out]).toEqual([0, '']);
    expect((await say('migrate', { variables: { ROLLCALL_DATA_DIR: '/nowhere' } })).code).toBe(2);
  });

  test('the exit code of a long-running part is the command’s', async () => {
    expect((await say('start')).code).toBe(0);
    expect((await say('start --no-demo')).code).toBe(3);
  });

  test.each(['programmes list', 'providers list', 'tokens create --operator'])(
    'as a process, %s does not load the client of Temporal, which takes longer than all the rest',
    async (words) => {
      const tell = `import { createRequire } from 'node:module';
        process.on('exit', () => console.error(Object.keys(createRequire(process.argv[1]).cache).join()));`;
      const teller = `data:text/javascript,${encodeURIComponent(tell)}`;
      const { entry } = testMachine().compiled;
      const { stdout, stderr } = await run(process.execPath, ['--import', teller, entry, ...words.split(' ')], {
        env: { PATH: process.env.PATH, ROLLCALL_DATA_DIR: dataDir },
      });
      expect(stdout).not.toBe('');
      expect(stderr).toContain('node_modules/commander/');
      expect(stderr).not.toContain('node_modules/@temporalio/client/');
    },
  );
});
