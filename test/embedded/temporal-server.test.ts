import { access, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { createLogger } from '../../config/logging.js';
import { identify, send } from '../../embedded/process-identity.js';
import { findTemporalCli } from '../../embedded/temporal-cli.js';
import { endTemporalOrphan, startTemporalServer, type EmbeddedTemporal } from '../../embedded/temporal-server.js';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.js';
import { temporalAddresses } from '../harness/temporal.js';

const log = createLogger('temporal', 'silent');

async function onServer<T>(server: EmbeddedTemporal, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

describe('the embedded Temporal server', () => {
  let dataDir: string;
  let server: EmbeddedTemporal;
  const start = (more: { port?: number; uiPort?: number; print?: (line: string) => void } = {}) =>
    startTemporalServer({ dataDir, cliPath: temporalAddresses().cli, log, ...more });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'rollcall temporal '));
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  test('keeps its workflows and its ports when it is killed and started again', async () => {
    await onServer(server, (client) =>
      client.workflow.start('nothing', {
        workflowId: 'kept',
        taskQueue: 'nobody',
        typedSearchAttributes: [
          { key: SEARCH_ATTRIBUTES.programme, value: 'p' },
          { key: SEARCH_ATTRIBUTES.needsAttention, value: false },
        ],
      }),
    );
    const { address, port, uiPort } = server;
    send(server.pid, 'SIGKILL');
    await expect(server.exited).resolves.toEqual({ code: null, signal: 'SIGKILL' });
    server = await start({ port, uiPort });
    expect(server.address).toBe(address);
    const status = await onServer(
      server,
      async (client) => (await client.workflow.getHandle('kept').describe()).status,
    );
    expect(status.name).toBe('RUNNING');
  });

  test('shows its Web UI', async () => {
    expect((await fetch(server.ui)).status).toBe(200);
  });

  test('a server that an earlier start left running is stopped; the new one avoids no port it freed', async () => {
    const orphan = server;
    const lines: string[] = [];
    server = await start({ print: (line) => lines.push(line) });
    expect(lines).toEqual([`Temporal server of an earlier start still runs (process ${orphan.pid}): it is stopped.`]);
    expect(await identify(orphan.pid)).toBeNull();
    const found = await onServer(server, (client) => client.workflow.getHandle('kept').describe());
    expect(found.workflowId).toBe('kept');
  });
});

test('a note that names a stranger, or is broken, ends nobody and is removed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rollcall-temporal-'));
  const note = join(dataDir, 'temporal.pid.json');
  for (const text of [JSON.stringify({ pid: process.ppid, started: '1' }), '{"pid":']) {
    await writeFile(note, text);
    await endTemporalOrphan(dataDir, () => undefined);
    await expect(access(note)).rejects.toMatchObject({ code: 'ENOENT' });
  }
  expect(await identify(process.ppid)).not.toBeNull();
  await rm(dataDir, { recursive: true });
});

describe('the Temporal CLI is looked for', () => {
  let cache: string;
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);

  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'rollcall-cli-'));
    lines.length = 0;
  });
  afterEach(async () => {
    await rm(cache, { recursive: true });
  });

  test('at TEMPORAL_CLI_PATH first, which is refused rather than passed over when it does not run', async () => {
    const { cli } = temporalAddresses();
    expect(await findTemporalCli({ given: cli, path: '', cache, print })).toBe(cli);
    await expect(findTemporalCli({ given: '/nowhere/temporal', path: dirname(cli), cache, print })).rejects.toThrow(
      'TEMPORAL_CLI_PATH is /nowhere/temporal, which does not run as the Temporal CLI',
    );
  });

  test('on PATH, where another program of that name is passed over', async () => {
    const other = join(cache, 'other');
    const real = join(cache, 'bin');
    await Promise.all([other, real].map((folder) => mkdir(folder)));
    await writeFile(join(other, 'temporal'), '#!/bin/sh\necho something else\n');
    await chmod(join(other, 'temporal'), 0o755);
    await symlink(temporalAddresses().cli, join(real, 'temporal'));
    expect(await findTemporalCli({ path: `${other}:${real}`, cache: join(cache, 'none'), print })).toBe(
      join(real, 'temporal'),
    );
    expect(await findTemporalCli({ path: other, cache, print })).toBe(join(real, 'temporal'));
    expect(lines).toEqual([]);
  });
});
