import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';
import { CANARIES, canaryKey } from './canaries.js';
import type { Body } from './api.js';
import type { Connected, Stage } from './stage.js';

/**
 * What goes wrong at an HR system, each at a company of its own and all at once: after a good first import a fault, then
 * an import, then what its admin reads.
 */
const run = promisify(execFile);
const COMPANIES = {
  'key-dies': { kind: '401' },
  down: { kind: '500' },
  torn: { kind: 'cut-off', list: 'employees' },
  busy: { kind: '429', retryAfter: 2, times: 1 },
  'torn-once': { kind: 'cut-off', list: 'employees', times: 1 },
  emptied: null,
  slow: { kind: 'slow', delayMs: 2500 },
} as const;
type Name = keyof typeof COMPANIES;
const NAMES = Object.keys(COMPANIES) as Name[];
const PEOPLE = 30;

interface Told {
  connected: Connected;
  import: Body;
  integration: Body;
  members: number;
}

/** @returns what has to be done before the tests; it is mostly waiting. */
export function faults(stage: () => Stage): () => Promise<unknown> {
  const told = new Map<Name, Told>();
  /** What `temporal workflow describe` says of a run in the middle of an activity that has beaten. */
  let described = '';

  async function meet(name: Name): Promise<Told> {
    const { api, connect, happens } = stage();
    const company = { subdomain: name, people: PEOPLE, apiKey: canaryKey(name), hires: CANARIES };
    const connected = await connect(company);
    const fault = COMPANIES[name];
    if (fault === null) await everybodyGoes(name);
    else await happens(`${name}/faults`, fault);
    const { id } = await api.done('POST', `${connected.place}/imports`);
    if (name === 'slow') described = await describeWhileBeating(connected.integration);
    const ended = await api.ended(connected.place, id);
    const [integration, members] = await Promise.all([
      api.done('GET', connected.place),
      api.done('GET', `/programmes/${connected.programme}/members?state=active&limit=1`),
    ]);
    return { connected, import: ended, integration, members: members.total };
  }

  async function everybodyGoes(name: Name): Promise<void> {
    const { happens, people } = stage();
    await Promise.all((await people(name)).map(({ id }) => happens(`${name}/delete`, { id })));
  }

  async function describeWhileBeating(integration: string): Promise<string> {
    const { temporal } = await stage().installation.run();
    const words = ['workflow', 'describe', '--workflow-id', `integration/${integration}/import`, '--output', 'json'];
    return until('a heartbeat with details in a running activity', async () => {
      const { stdout } = await run(temporal.cli ?? 'temporal', [...words, '--address', temporal.address]);
      return stdout.includes('heartbeatDetails') ? stdout : null;
    });
  }

  const of = (name: Name) => told.get(name)!;
  const firstCreated = (name: Name) => of(name).connected.first.counts.created;

  describe('a fault at the HR system', () => {
    test('each company has made a good first import before', () => {
      for (const name of NAMES) {
        expect(of(name).connected.first).toMatchObject({ failure: null, complete: { proven: true } });
        expect(firstCreated(name)).toBeGreaterThan(20);
      }
    });

    test('a key that dies fails the import and asks for attention, until a good authorization', async () => {
      const { api, sageHr } = stage();
      const { connected, import: ended, integration } = of('key-dies');
      expect(ended).toMatchObject({ state: 'failed', failure: { code: 'authorization-lost' } });
      expect(ended.failure?.detail).toMatch(/^Sage HR refused the credentials\. Check in Sage HR/);
      expect(integration).toMatchObject({ state: 'published', needsAttention: { code: 'authorization-lost' } });
      await control(sageHr.url, 'DELETE', 'key-dies/faults');
      const body = { subdomain: 'key-dies', apiKey: canaryKey('key-dies') };
      const again = await api.done('POST', `${connected.place}/authorize`, { body });
      expect(again).toMatchObject({ state: 'published', needsAttention: null });
      const healed = await api.import(connected.place);
      expect(healed.counts).toMatchObject({ created: 0, updated: 0, unchanged: firstCreated('key-dies') });
    });

    test('a provider that is down or tears its answers fails the import after its patience, in a sentence', async () => {
      expect(of('down').import).toMatchObject({
        state: 'failed',
        failure: {
          code: 'provider-unavailable',
          detail: expect.stringMatching(/^Sage HR answered with HTTP 500: .*\.$/),
        },
      });
      expect(of('torn').import).toMatchObject({
        state: 'failed',
        failure: { code: 'provider-unavailable', detail: expect.stringMatching(/^(The connection to )?Sage HR .*\.$/) },
      });
      const reports = await stage().api.mails('kind=report&to=hr@down.example');
      expect(reports).toHaveLength(2);
      expect(reports[1]!.html).toContain('Sage HR answered with HTTP 500');
    });

    test('an emptied directory is no proof that everybody left', () => {
      expect(of('emptied').import).toMatchObject({ state: 'failed', failure: { code: 'directory-empty' } });
      expect(of('emptied').import.failure?.detail).toMatch(/nobody was touched/);
    });

    test.each(['key-dies', 'down', 'torn', 'emptied'] as const)('%s: a failed import touches nobody', (name) => {
      expect(of(name).members).toBe(firstCreated(name));
      expect(of(name).import.counts).toMatchObject({ created: 0, updated: 0, leaver: 0, vanished: 0 });
    });

    test.each(['busy', 'torn-once', 'slow'] as const)('%s: what passes is waited for, and all are seen', (name) => {
      expect(of(name).import).toMatchObject({
        failure: null,
        complete: { proven: true },
        counts: { created: 0, updated: 0, unchanged: firstCreated(name) },
      });
    });

    test('the heartbeat of a running activity tells a place in the directory and no person', () => {
      expect(described).toMatch(/heartbeatDetails/);
      expect(described).not.toMatch(/canary|\.example/i);
    });
  });

  return () => Promise.all(NAMES.map(async (name) => told.set(name, await meet(name))));
}
