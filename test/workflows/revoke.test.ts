import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { CommandReply } from '../../domain/commands.js';
import { mappingSchema } from '../../domain/mapping.js';
import { integrationWorkflowId, runWorkflowId } from '../../workflows/messages.js';
import { installBreakpoints, type Point } from '../harness/breakpoints.js';
import { insertCandidate, MAPPING, startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Access taken away and given again: what ends with it, what stays, and that nothing is written after the answer. */
let product: Product;

beforeAll(async () => {
  product = await startProduct('revoke', { people: 60 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const KEY = { subdomain: 'acme', apiKey: 'demo-sage-key' };
const fault = (body: object) => control(product.simulator.url, 'POST', 'acme/faults', body);
const noFaults = () => control(product.simulator.url, 'DELETE', 'acme/faults');
/** Somebody has asked the HR system and met the fault that was put there. */
const untilAsked = (what: string) =>
  until(what, async () => {
    const held = (await control(product.simulator.url, 'GET', 'acme/requests')) as { active: number };
    return held.active > 0;
  });

interface Place {
  readonly programme: string;
  readonly integration: string;
}

async function published(name: string): Promise<Place & { first: ImportRow }> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(name, programme);
  const first = await product.ended(await product.publish(integration), programme);
  return { programme, integration, first };
}

async function done(place: Place, ...asked: Parameters<Product['command']> extends [string, ...infer R] ? R : never) {
  const reply = await product.command(place.integration, ...asked);
  if (reply.outcome !== 'done') throw new Error(`${asked[0]} was refused: ${reply.detail}`);
  return reply;
}

const authorize = async (place: Place, credential: object = KEY): Promise<CommandReply> =>
  product.command(place.integration, 'authorize', {
    credential: await insertCandidate(product, place.programme, credential),
  });

/** Everything that a run may write, as one text: what differs later was written later. */
async function written({ programme, integration }: Place): Promise<string> {
  const of = (table: string, columns: string, where: string) =>
    product.rows(`select ${columns} from ${table} where ${where} order by 1, 2`, [integration], programme);
  const runs = 'import_id in (select id from import_runs where integration_id = ?)';
  const members = 'member_id in (select id from members where integration_id = ?)';
  return JSON.stringify([
    await of('members', '*', 'integration_id = ?'),
    await of('member_keys', '*', members),
    await of('invitations', '*', members),
    await of('changes', '*', runs),
    await of('run_problems', '*', runs),
    // Their fate may still come back from the mail server; a new one may not.
    await of('outbox', 'id, kind', 'integration_id = ?'),
    await of('import_runs', 'id, state, phase, counts, fetch_position, applied_through', 'integration_id = ?'),
  ]);
}

async function runIsOver({ integration }: Place): Promise<void> {
  await product.client.workflow.getHandle(runWorkflowId(integration, 'write')).result();
}

async function hasSchedule({ integration }: Place): Promise<boolean> {
  try {
    await product.client.schedule.getHandle(integrationWorkflowId(integration)).describe();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

const credentialsOf = ({ programme }: Place) =>
  product.rows<{ id: string; state: string }>('select id, state from credentials order by id', [], programme);

describe('a revoke while a run stands in the middle of a transaction', () => {
  const POINTS: readonly Point[] = ['fetch', 'map', 'segment', 'plan', 'provision'];
  const cases = new Map<Point, Place & { import: string; atAnswer: string; afterwards: string }>();

  beforeAll(async () => {
    const breakpoints = await installBreakpoints(product);
    const places = await Promise.all(
      POINTS.map(async (point) => {
        const programme = await product.createProgramme();
        const integration = await product.createIntegration(point, programme);
        await breakpoints.set(integration, point);
        return { point, programme, integration, import: await product.publish(integration) };
      }),
    );
    await breakpoints.reached(POINTS.length);
    const revoked = places.map(async (place) => {
      await done(place, 'revoke', {});
      return { ...place, atAnswer: await written(place) };
    });
    await until('all revokes to wait for the writers', async () => {
      const [row] = await product.rows<{ count: number }>(
        "select count(*) as count from pg_locks where locktype = 'transactionid' and not granted",
      );
      return (row?.count ?? 0) >= POINTS.length;
    });
    await breakpoints.release();
    for (const place of await Promise.all(revoked)) {
      await runIsOver(place);
      cases.set(place.point, { ...place, afterwards: await written(place) });
    }
    await breakpoints.close();
  }, 60_000);

  test.each(POINTS)('%s: the answer waits for the writer, and nothing is written after it', (point) => {
    const place = cases.get(point);
    expect(place?.afterwards).toBe(place?.atAnswer);
  });

  test.each(POINTS)('%s: the run is cancelled by the revoke, nothing is left to work with', async (point) => {
    const place = cases.get(point);
    if (place === undefined) throw new Error(`no run stood in ${point}`);
    const run = await product.ended(place.import, place.programme);
    expect(run).toMatchObject({ state: 'cancelled', failure_code: 'cancelled-by-revoke' });
    expect(await credentialsOf(place)).toEqual([]);
    expect(await hasSchedule(place)).toBe(false);
    const staged = await product.rows('select 1 from pg_tables where tablename like ?', [
      `%_${place.import.replace(/-/g, '')}`,
    ]);
    expect(staged).toEqual([]);
    const [integration] = await product.rows(
      'select state, credential_id, needs_attention from integrations where id = ?',
      [place.integration],
      place.programme,
    );
    expect(integration).toEqual({ state: 'revoked', credential_id: null, needs_attention: null });
  });

  test('what a slice had applied before stays, and the report says how the run ended', async () => {
    const place = cases.get('provision');
    if (place === undefined) throw new Error('no run stood in provision');
    const [{ count } = { count: 0 }] = await product.rows<{ count: number }>(
      'select count(*) as count from members',
      [],
      place.programme,
    );
    expect(count).toBeGreaterThan(0);
    const report = await until('the report', async () =>
      (await product.sink.mails()).items.find(
        (mail) => mail.integration === place.integration && mail.kind === 'report',
      ),
    );
    expect(report.text).toMatch(/revoked/);
  });
});

describe('a revoke', () => {
  test('does not wait for an HR system that hangs', async () => {
    const place = await published('Hanging');
    await fault({ kind: 'hang' });
    const running = await product.importNow(place.integration);
    const before = Date.now();
    await done(place, 'revoke', {});
    expect(Date.now() - before).toBeLessThan(5_000);
    await runIsOver(place);
    const run = await product.client.workflow.getHandle(runWorkflowId(place.integration, 'write')).fetchHistory();
    const told = run.events?.some((event) => event.workflowExecutionCancelRequestedEventAttributes);
    expect(told).toBe(true);
    await noFaults();
    expect(await product.ended(running, place.programme)).toMatchObject({ failure_code: 'cancelled-by-revoke' });
    expect(await product.command(place.integration, 'importNow', {})).toMatchObject({
      outcome: 'refused',
      detail: expect.stringContaining('revoked'),
    });
  });

  test('leaves the invitations that no mail server has yet where they are', async () => {
    const programme = await product.createProgramme();
    const place = { programme, integration: await product.createIntegration('Mailing', programme) };
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      product.sink.onMessage((mail) => {
        if (mail.integration !== place.integration || mail.kind !== 'invitation') return undefined;
        resolve();
        return held;
      });
    });
    const waiting = () =>
      product.rows("select id from outbox where kind = 'invitation' and state = 'pending' order by id", [], programme);
    await product.publish(place.integration);
    await reached;
    await done(place, 'revoke', {});
    const atAnswer = await waiting();
    release();
    await runIsOver(place);
    expect(atAnswer.length).toBeGreaterThan(0);
    expect(await waiting()).toEqual(atAnswer);
  });

  test('keeps a credential that another integration uses', async () => {
    const one = await published('One');
    const other = { ...one, integration: await product.createIntegration('Other', one.programme) };
    const [credential] = await credentialsOf(one);
    await done(other, 'setUp', await setupOf(one));
    await done(other, 'authorize', { credential: credential?.id });
    await done(one, 'revoke', {});
    expect(await credentialsOf(one)).toEqual([credential]);
    await done(other, 'revoke', {});
    expect(await credentialsOf(one)).toEqual([]);
  });

  test('refuses an authorization that was being probed, and keeps nothing of it', async () => {
    const place = await published('Probed');
    await fault({ kind: 'held', times: 1 });
    const asked = authorize(place);
    await untilAsked('the probe to ask');
    await done(place, 'revoke', {});
    await noFaults();
    expect(await asked).toMatchObject({ outcome: 'refused', detail: expect.stringContaining('revoked') });
    expect(await credentialsOf(place)).toEqual([]);
  });
});

describe('authorized again', () => {
  test('twice over: nobody is created or invited a second time, and custom fields can be amended', async () => {
    const place = await published('Again');
    const members = () => product.rows('select id from members order by id', [], place.programme);
    const before = await members();
    for (const name of ['tShirt', 'badge']) {
      const mapping = mappingSchema.parse({
        ...MAPPING,
        custom: [{ name, label: name, from: '{{response.employee_number}}' }],
      });
      expect(await product.command(place.integration, 'map', { mapping })).toMatchObject({
        code: 'custom-fields-locked',
        detail: expect.stringMatching(/revok.*authoriz.*map.*publish/),
      });
      await done(place, 'revoke', {});
      expect(await product.command(place.integration, 'map', { mapping })).toMatchObject({ code: 'illegal-state' });
      expect(await authorize(place)).toMatchObject({ outcome: 'done' });
      expect(await product.command(place.integration, 'publish', {})).toMatchObject({ code: 'illegal-state' });
      await done(place, 'map', { mapping });
      const reply = await done(place, 'publish', {});
      const run = await product.ended(reply.import ?? '', place.programme);
      expect(run.state).toMatch(/^completed/);
      expect(run.counts.created ?? 0).toBe(0);
    }
    expect(await members()).toEqual(before);
    const invited = await product.rows<{ times: number }>(
      "select count(*) as times from outbox where kind = 'invitation' group by member_id having count(*) > 1",
      [],
      place.programme,
    );
    expect(invited).toEqual([]);
  });

  test('another account is refused, a new key of the same one is taken in every state and the old key destroyed', async () => {
    await control(product.simulator.url, 'POST', 'companies', { subdomain: 'other', people: 3, apiKey: 'other-key' });
    const place = await published('Rotated');
    const other = { subdomain: 'other', apiKey: 'other-key' };
    for (const state of ['published', 'paused', 'revoked'] as const) {
      if (state === 'paused') await done(place, 'pause', {});
      if (state === 'revoked') await done(place, 'revoke', {});
      const [old] = await credentialsOf(place);
      expect(await authorize(place, other)).toMatchObject({ code: 'different-account' });
      expect(await credentialsOf(place)).toEqual(old === undefined ? [] : [old]);
      expect(await authorize(place)).toMatchObject({ outcome: 'done' });
      const [now, ...rest] = await credentialsOf(place);
      expect(rest).toEqual([]);
      expect(now?.id).not.toBe(old?.id);
      const [row] = await product.rows<{ state: string }>(
        'select state from integrations where id = ?',
        [place.integration],
        place.programme,
      );
      expect(row?.state).toBe(state === 'revoked' ? 'authorized' : state);
    }
  });

  test('of two accounts that are probed side by side, only the first one is taken', async () => {
    await control(product.simulator.url, 'POST', 'companies', { subdomain: 'twin', people: 3, apiKey: 'twin-key' });
    const programme = await product.createProgramme();
    const place = { programme, integration: await product.createIntegration('Twins', programme) };
    await done(place, 'setUp', await setupOf(await published('Model')));
    await fault({ kind: 'held', times: 1 });
    const second = authorize(place);
    await untilAsked('the one that will be late to ask');
    expect(await authorize(place, { subdomain: 'twin', apiKey: 'twin-key' })).toMatchObject({ outcome: 'done' });
    await noFaults();
    expect(await second).toMatchObject({ outcome: 'refused', code: 'different-account' });
    expect(await credentialsOf(place)).toHaveLength(1);
  });
});

describe('a removal of the integration', () => {
  test('is refused while it is live; afterwards nothing of it runs, and its members stay', async () => {
    const place = await published('Gone');
    expect(await product.command(place.integration, 'remove', {})).toMatchObject({
      code: 'illegal-state',
      detail: expect.stringContaining('revoke it first'),
    });
    await done(place, 'revoke', {});
    await done(place, 'remove', {});
    const handle = product.client.workflow.getHandle(integrationWorkflowId(place.integration));
    expect(await handle.result()).toBe('removed');
    expect(await hasSchedule(place)).toBe(false);
    await expect(product.command(place.integration, 'setUp', {})).rejects.toThrow(/already/i);
    const [{ count } = { count: 0 }] = await product.rows<{ count: number }>(
      "select count(*) as count from members where state = 'active'",
      [],
      place.programme,
    );
    expect(count).toBe(place.first.members_after);
  });

  test('while a run still winds down waits for its end and then ends', async () => {
    const place = await published('Winding down');
    await fault({ kind: 'held' });
    await product.importNow(place.integration);
    await untilAsked('the run to read');
    await done(place, 'revoke', {});
    await done(place, 'remove', {});
    await product.client.workflow.getHandle(integrationWorkflowId(place.integration)).result();
    await noFaults();
    const { status } = await product.client.workflow.getHandle(runWorkflowId(place.integration, 'write')).describe();
    expect(status.name).toBe('COMPLETED');
  });
});

async function setupOf({ programme, integration }: Place): Promise<object> {
  const [row] = await product.rows<{ live: object; versioned: object }>(
    `select i.live, c.setup as versioned from integrations i join integration_configs c on c.id = i.published_config_id
     where i.id = ?`,
    [integration],
    programme,
  );
  return row ?? {};
}
