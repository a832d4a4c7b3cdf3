import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { rollcall, type Outcome } from '../harness/installation.js';
import type { Body } from './api.js';
import { canaryKey } from './canaries.js';
import { MAPPING, type Stage } from './stage.js';

/** The same path on the command line, each command a process of its own, as people and scripts run it. */
const ID = /^[0-9a-f-]{36}\n$/;
const COMPANY = 'hooli';

/** @returns what has to be done before the tests. */
export function commandLine(stage: () => Stage): () => Promise<unknown> {
  const outcomes = new Map<string, Outcome>();
  const of = (name: string) => outcomes.get(name)!;

  async function ask(name: string, words: readonly string[], body?: unknown): Promise<string> {
    const input = typeof body === 'string' ? body : JSON.stringify(body);
    const outcome = await stage().cli(words, body === undefined ? '' : input);
    outcomes.set(name, outcome);
    return outcome.out.trim();
  }

  async function walk(): Promise<void> {
    await ask('programme', ['programmes', 'create', '--name', 'Hooli Perks', '--time-zone', 'Europe/London']);
    const new_ = ['integrations', 'create', '--programme', 'Hooli Perks', '--provider', 'sage-hr', '--name', 'Hooli'];
    const integration = await ask('integration', new_);
    const step = (name: string, body: unknown) => ask(name, ['integrations', name, integration], body);
    await step('setup', { welcomeEmail: false });
    await ask('wrong key', ['integrations', 'authorize', integration], { subdomain: COMPANY, apiKey: 'no-such-key' });
    await step('authorize', { subdomain: `${COMPANY}.sage.hr`, apiKey: canaryKey(COMPANY) });
    await step('map', MAPPING);
    const first = await ask('publish', ['integrations', 'publish', integration]);
    await Promise.all([
      ask('watch', ['imports', 'watch', first]),
      ask('watch --json', ['imports', 'watch', first, '--json']),
    ]);
    await ask('rotate', ['keys', 'rotate', '--json']);
    await ask('watch, rotated', ['imports', 'watch', await ask('start, rotated', ['imports', 'start', integration])]);
    await Promise.all([
      ask('show --json', ['integrations', 'show', integration, '--json']),
      ask('members --json', ['members', 'list', '--programme', 'Hooli Perks', '--json']),
    ]);
  }

  async function alone(): Promise<void> {
    await ask('doctor --json', ['doctor', '--json']);
    await ask('programme --json', ['programmes', 'create', '--name', 'J', '--time-zone', 'Europe/London', '--json']);
    const dataDir = await mkdtemp(join(tmpdir(), 'rollcall nowhere-'));
    const elsewhere = { ...stage().site, dataDir };
    outcomes.set('not running', await rollcall(elsewhere, ['programmes', 'list']));
    outcomes.set('doctor, not running', await rollcall(elsewhere, ['doctor', '--json']));
    await rm(dataDir, { recursive: true });
  }

  async function wrongly(): Promise<void> {
    const nobody = '01890000-0000-7000-8000-000000000000';
    await ask('no name', ['programmes', 'create', '--time-zone', 'Europe/London']);
    await ask('no zone', ['programmes', 'create', '--name', 'X', '--time-zone', 'Mars/Olympus']);
    await ask('no command', ['conquer']);
    await ask('key as argument', ['integrations', 'authorize', nobody, '--api-key', 'canary-argument']);
    await ask('no JSON', ['integrations', 'authorize', nobody], 'canary-secret-that-is-no-json');
    await ask('nobody', ['integrations', 'show', nobody]);
  }

  describe('the command line', () => {
    test('create prints the id alone, with --json the object', () => {
      for (const name of ['programme', 'integration', 'publish']) {
        expect(of(name)).toEqual({ code: 0, out: expect.stringMatching(ID), err: '' });
      }
      expect(JSON.parse(of('programme --json').out)).toMatchObject({ name: 'J', graceDays: 60 });
    });

    test('each step prints the state it leads to', () => {
      expect(of('setup')).toEqual({ code: 0, out: 'set-up\n', err: '' });
      expect(of('authorize')).toMatchObject({
        code: 0,
        out: 'authorized\n',
        err: expect.stringMatching(/^Seen: \d+ people/),
      });
      expect(of('map')).toEqual({ code: 0, out: 'mapped\n', err: '' });
    });

    test('a refusal is exit 1 and its sentence', () => {
      expect(of('wrong key')).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringMatching(/^Sage HR refused the cred/),
      });
      expect(of('nobody')).toEqual({ code: 1, out: '', err: 'There is no such integration.\n' });
      expect(of('no zone')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/timeZone/) });
    });

    test('wrong usage is exit 2, and a secret is taken from no argument and never quoted', () => {
      for (const name of ['no name', 'no command', 'key as argument', 'no JSON']) {
        expect(of(name)).toMatchObject({ code: 2, out: '' });
        expect(of(name).err).not.toMatch(/canary-secret/);
      }
      expect(of('no JSON').err).toMatch(/^What standard input holds is no JSON/);
    });

    test('imports watch is silent where nobody looks, and prints the import', () => {
      expect(of('watch')).toMatchObject({ code: 0, err: '' });
      expect(of('watch').out).toMatch(/^state +completed/m);
      expect(of('watch').out).not.toContain('\u001b');
      const ended = JSON.parse(of('watch --json').out) as Body;
      expect(ended).toMatchObject({ id: of('publish').out.trim(), phase: 'done', failure: null });
      const last = { id: of('start, rotated').out.trim() };
      expect(JSON.parse(of('show --json').out)).toMatchObject({ state: 'published', lastImport: last });
      expect(JSON.parse(of('members --json').out)).toMatchObject({ total: ended.counts.created });
    });

    test('keys are rotated while everything runs, and the next import opens its account', () => {
      expect(JSON.parse(of('rotate').out)).toMatchObject({ key: 'local-2', made: true, left: [], idle: ['local'] });
      expect(of('rotate').err).toMatch(/^No credential needs "local" any more\./);
      expect(of('watch, rotated').out).toMatch(/^state +completed/m);
    });

    test('doctor tells where everything is, without a secret', async () => {
      const { database } = await stage().installation.run();
      const doctor = JSON.parse(of('doctor --json').out) as Record<string, unknown>;
      expect(doctor).toMatchObject({ running: true, pid: stage().installation.pid, wrong: [] });
      const passwords = [database.url, database.adminUrl ?? ''].map((address) => new URL(address).password);
      for (const password of passwords) expect(of('doctor --json').out).not.toContain(password);
    });

    test('where nothing runs, one sentence says so', () => {
      expect(of('not running')).toMatchObject({ code: 1, out: '' });
      expect(of('not running').err.trim().split('\n')).toEqual([
        expect.stringMatching(/^Rollcall is not running here: /),
      ]);
      expect(of('doctor, not running')).toMatchObject({ code: 1, err: '' });
      expect(JSON.parse(of('doctor, not running').out)).toMatchObject({ running: false });
    });
  });

  return async () => {
    await stage().happens('companies', { subdomain: COMPANY, people: 30, apiKey: canaryKey(COMPANY) });
    await Promise.all([walk(), alone(), wrongly()]);
  };
}
