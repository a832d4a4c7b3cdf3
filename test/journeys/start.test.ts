import { access, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ProcessIdentity } from '../../embedded/process-identity.js';
import { makeSite, rollcall, startInstallation, stillRunning, type Installation } from '../harness/installation.js';
import { until } from '../harness/until.js';
import { Api, type Body } from './api.js';
import { listening, listeningElsewhere } from './listening.js';

/** `npm start` as a stranger meets it: three starts on one data directory, one after Ctrl-C and one after SIGKILL. */
/** Who belongs to whom is read from /proc, which other systems do not have. */
const onLinux = process.platform === 'linux' ? test : test.skip;
const A_START_MS = 120_000;

let site: Awaited<ReturnType<typeof makeSite>>;
let busy: ReturnType<typeof createServer>;
let busyPort: number;
let running: Installation | null = null;
let token: string;
let before: Seen;

interface Seen {
  place: string;
  members: number;
  imports: readonly string[];
  nextImportAt: string | null;
  mails: number;
}

beforeAll(async () => {
  site = await makeSite();
  busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  busyPort = typeof address === 'object' && address !== null ? address.port : 0;
  running = await startInstallation(site, { variables: { PORT: String(busyPort) } });
  token = (await rollcall(site, ['tokens', 'create', '--operator'])).out.trim();
  before = await look();
}, A_START_MS);

afterAll(async () => {
  await running?.stop();
  busy.close();
  await site.remove();
}, 60_000);

async function api(): Promise<Api> {
  return new Api((await now().run()).url, token);
}

function now(): Installation {
  if (running === null) throw new Error('Nothing runs.');
  return running;
}

/** What must not be other after a restart. */
async function look(): Promise<Seen> {
  const client = await api();
  const programme = (await client.done('GET', '/programmes')).items[0]!;
  const integration = (await client.done('GET', `/programmes/${programme.id}/integrations`)).items[0]!;
  const place = `/programmes/${programme.id}/integrations/${integration.id}`;
  const imports = await client.done('GET', `${place}/imports`);
  return {
    place,
    members: (await client.done('GET', `/programmes/${programme.id}/members?limit=1`)).total,
    imports: imports.items.map(({ id, state }) => `${id} ${state}`),
    nextImportAt: integration.nextImportAt,
    mails: (await client.mails('kind=invitation')).length,
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

describe('the first start, from an empty data directory', () => {
  test('prints a line for each phase of the first import, what it imported, and the links', async () => {
    const printed = now().lines.join('\n');
    for (const phase of ['fetch', 'map', 'segment', 'plan', 'provision', 'notify']) {
      expect(printed.match(new RegExp(`^ +${phase} +\\w`, 'gm'))).toHaveLength(1);
    }
    expect(printed).toMatch(/^Imported +255 created, 19 skipped, 1 error +\(completed-with-errors; 255 members\)$/m);
    const { url, temporal } = await now().run();
    expect(now().lines).toEqual(
      expect.arrayContaining([
        expect.stringContaining(`${url}/api/docs`),
        expect.stringContaining(temporal.ui ?? 'a Web UI'),
        expect.stringContaining(`${url}/dev/mail`),
      ]),
    );
    expect(before).toMatchObject({ members: 255, mails: 255, nextImportAt: expect.any(String) });
    expect(before.imports).toHaveLength(1);
  });

  test('avoids a PORT that is busy, and says which one it took', async () => {
    const { url } = await now().run();
    const port = Number(new URL(url).port);
    expect(port).not.toBe(busyPort);
    expect(now().lines).toContainEqual(expect.stringMatching(new RegExp(`${busyPort}.* is busy: ${port} `)));
  });

  test('is alive and ready, and serves its documents, its mails and the Web UI of Temporal', async () => {
    const { url, temporal } = await now().run();
    const addresses = ['/healthz', '/readyz', '/api/docs', '/api/v1/openapi.json', '/dev/mail'].map((at) => url + at);
    const answers = await Promise.all([...addresses, temporal.ui ?? ''].map((address) => fetch(address)));
    expect(answers.map((answer) => `${answer.status} ${answer.url}`)).toEqual(
      answers.map((answer) => `200 ${answer.url}`),
    );
    expect(await answers[1]!.json()).toMatchObject({ ready: true });
  });

  test('tells in run.json, for its owner alone, where everything is', async () => {
    const run = await now().run();
    expect(run).toMatchObject({
      pid: now().pid,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      database: {
        url: expect.stringMatching(/^postgres:\/\/rollcall:\w+@127\.0\.0\.1:\d+\/rollcall$/),
        adminUrl: expect.stringMatching(/^postgres:\/\/postgres:/),
      },
      temporal: { address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), namespace: 'default' },
      mail: { smtp: expect.stringMatching(/^smtp:\/\/127\.0\.0\.1:/) },
    });
    const names = run.processes.map(({ name }) => name).sort();
    expect(names).toEqual(['api', 'postgres', 'simulators', 'temporal', 'worker']);
    for (const secret of ['run.json', 'encryption.key', 'postgres.json', 'mail.jsonl', 'temporal.db']) {
      const { mode } = await stat(join(site.dataDir, secret));
      expect(`${secret} ${(mode & 0o077).toString(8)}`).toBe(`${secret} 0`);
    }
  });

  onLinux('listens on 127.0.0.1 and nowhere else', async () => {
    const pids = (await now().processes()).map(({ pid }) => pid);
    expect((await listening(pids)).length).toBeGreaterThanOrEqual(7);
    expect(await listeningElsewhere(pids)).toEqual([]);
  });

  test('a second start on the same data directory is refused in one sentence', async () => {
    const second = await rollcall(site, ['start']);
    expect(second.code).toBe(1);
    expect((second.out + second.err).trim().split('\n')).toEqual([
      expect.stringMatching(/^Rollcall already runs on .* \(process \d+\): stop that one, or set ROLLCALL_DATA_DIR/),
    ]);
    expect(await now().run()).toMatchObject({ pid: now().pid });
  });
});

describe('when one of its processes is killed', () => {
  test('the worker and the API come back, and imports go on', async () => {
    const old = (await now().run()).processes.filter(({ name }) => name === 'worker' || name === 'api');
    for (const { pid } of old) process.kill(pid, 'SIGKILL');
    await until('two new processes in run.json', async () => {
      const { processes } = await now().run();
      return old.every(({ name, pid }) => processes.some((one) => one.name === name && one.pid !== pid));
    });
    const { url } = await now().run();
    await until('the API to answer', () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    const again = await (await api()).import(before.place);
    expect(again).toMatchObject({ state: 'completed-with-errors', counts: { created: 0, unchanged: 255, error: 1 } });
    before = await look();
  }, 60_000);
});

describe('a start after Ctrl-C', () => {
  let left: readonly ProcessIdentity[];
  let goneRunFile: boolean;

  beforeAll(async () => {
    const family = await now().processes();
    await now().stop();
    running = null;
    left = await stillRunning(family);
    goneRunFile = !(await exists(join(site.dataDir, 'run.json')));
    running = await startInstallation(site);
  }, A_START_MS);

  test('Ctrl-C left no process and no run.json', () => {
    expect(left).toEqual([]);
    expect(goneRunFile).toBe(true);
  });

  test('has the same members, imports, mails and schedule, and imports nothing by itself', async () => {
    expect(await look()).toEqual(before);
    expect(now().lines.join('\n')).not.toMatch(/first import/);
  });
});

describe('a start after SIGKILL', () => {
  let orphans: readonly string[];

  beforeAll(async () => {
    const { processes } = await now().run();
    await now().kill();
    running = null;
    const left = await stillRunning(processes.map(({ pid, started = '' }) => ({ pid, started })));
    orphans = processes.filter(({ pid }) => left.some((one) => one.pid === pid)).map(({ name }) => name);
    running = await startInstallation(site);
    const after = await stillRunning(left);
    expect(after).toEqual([]);
  }, A_START_MS);

  test('finds Postgres and Temporal of the killed one, says so and stops them', () => {
    expect(orphans).toEqual(expect.arrayContaining(['postgres', 'temporal']));
    const printed = now().lines.join('\n');
    expect(printed).toMatch(/Postgres of an earlier start still runs/);
    expect(printed).toMatch(/Temporal server of an earlier start still runs/);
  });

  test('has lost nothing, and imports', async () => {
    expect(await look()).toEqual(before);
    const again: Body = await (await api()).import(before.place);
    expect(again.counts).toMatchObject({ created: 0, unchanged: 255, error: 1 });
    expect(await (await api()).mails('kind=invitation')).toHaveLength(255);
  });
});
