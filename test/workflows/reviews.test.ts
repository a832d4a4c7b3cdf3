import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mappingSchema } from '../../domain/mapping.js';
import { runWorkflowId } from '../../workflows/messages.js';
import { insertCandidate, MAPPING, startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** Reviews, which change nothing and hold nothing up, and imports that are cancelled. */
let product: Product;

beforeAll(async () => {
  product = await startProduct('reviews', { people: 30 });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

const fault = (body: object) => control(product.simulator.url, 'POST', 'acme/faults', body);
const noFaults = () => control(product.simulator.url, 'DELETE', 'acme/faults');
const asks = async () =>
  (await control(product.simulator.url, 'GET', 'acme/requests')) as { total: number; active: number };

interface Place {
  readonly programme: string;
  readonly integration: string;
}

async function published(): Promise<Place & { first: ImportRow }> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration('Acme', programme);
  return { programme, integration, first: await product.ended(await product.publish(integration), programme) };
}

/** The import that the command answers with. */
async function asked(place: Place, command: 'review' | 'publish' | 'cancelImport', body: object = {}): Promise<string> {
  const reply = await product.command(place.integration, command, body);
  if (reply.outcome !== 'done') throw new Error(`${command} was refused: ${reply.detail}`);
  return reply.import ?? '';
}

const members = ({ programme }: Place) => product.rows('select * from members order by id', [], programme);
const mails = ({ programme }: Place) => product.rows('select id from outbox', [], programme);
/** The company has somebody whose record is wrong. */
const COMPLETED: unknown = expect.stringMatching(/^completed/);
const STRANGERS = { outside: 'revoke', rule: { field: 'country', op: 'equals', values: ['Atlantis'] } };

describe('a review', () => {
  test('counts and names what an import would do, writes nothing of it and mails nobody', async () => {
    const place = await published();
    const [before, mailsBefore] = [await members(place), await mails(place)];
    await product.command(place.integration, 'segment', { segment: STRANGERS });
    const review = await product.ended(await asked(place, 'review'), place.programme);
    const active = before.length;
    expect(review).toMatchObject({ kind: 'review', lane: 'review', state: COMPLETED });
    expect(review.counts).toMatchObject({ revoked: active });
    expect(review.held).toMatchObject({ count: active, question: null, planDigest: expect.any(String) });
    const changes = await product.rows<{ kind: string; reason_code: string; outcome: string | null }>(
      'select kind, reason_code, outcome from changes where import_id = ? and kind = ?',
      [review.id, 'revoked'],
      place.programme,
    );
    expect(changes).toHaveLength(active);
    expect(await members(place)).toEqual(before);
    expect(await mails(place)).toEqual(mailsBefore);
    expect(await product.rows('select id from removal_holds', [], place.programme)).toEqual([]);
  });

  test('looks at the draft before anything was published', async () => {
    const programme = await product.createProgramme();
    const place = { programme, integration: await product.createIntegration('Draft', programme) };
    const model = await published();
    const [row] = await product.rows<{ live: object; versioned: object }>(
      'select i.live, c.setup as versioned from integrations i join integration_configs c on c.integration_id = i.id',
      [],
      model.programme,
    );
    const credential = await insertCandidate(product, programme, { subdomain: 'acme', apiKey: 'demo-sage-key' });
    await product.command(place.integration, 'setUp', row ?? {});
    await product.command(place.integration, 'authorize', { credential });
    expect(await product.command(place.integration, 'review', {})).toMatchObject({
      code: 'illegal-state',
      detail: expect.stringContaining('not mapped yet'),
    });
    await product.command(place.integration, 'map', { mapping: mappingSchema.parse(MAPPING) });
    const review = await product.ended(await asked(place, 'review'), programme);
    expect(review.counts.created).toBe(model.first.counts.created);
    expect(await members(place)).toEqual([]);
    const first = await product.ended(await asked(place, 'publish'), programme);
    expect(first.counts).toMatchObject({ created: review.counts.created, error: review.counts.error });
  });

  test('of a mapping or segment that is not saved leaves both as they are', async () => {
    const place = await published();
    const kept = () =>
      product.rows('select state, published_config_id, draft_config_id from integrations', [], place.programme);
    const before = await kept();
    const review = await product.ended(await asked(place, 'review', { segment: STRANGERS }), place.programme);
    expect(review.counts.revoked).toBeGreaterThan(0);
    expect(await kept()).toEqual(before);
    const plain = await product.ended(await asked(place, 'review'), place.programme);
    expect(plain.counts.revoked ?? 0).toBe(0);
  });

  test('with another segment asks the directory as it was last read, as often as wanted, and says so', async () => {
    const place = await published();
    const requests = async () => (await asks()).total;
    const [first] = await product.rows<{ team: string }>('select team from members limit 1', [], place.programme);
    const what = (rule: object) => ({ segment: { outside: 'revoke', rule } });
    const look = async (body: object) => product.ended(await asked(place, 'review', body), place.programme);
    const before = await requests();
    const rule = { field: 'team', op: 'notEquals', values: [first!.team] };
    const kept = [await look(what(rule)), await look(what({ not: rule })), await look(what(rule))];
    expect(await requests()).toBe(before);
    expect(kept.map(({ proof }) => proof)).toEqual(['proven', 'proven', 'proven']);
    expect(kept[0]).toMatchObject({ proof_detail: expect.stringMatching(/was not asked/), counts: kept[2]!.counts });
    const active = (await members(place)).length;
    expect((kept[0]?.counts.revoked ?? 0) + (kept[1]?.counts.revoked ?? 0)).toBe(active);

    // The same, asked of the HR system: the draft is what a review without a body looks at.
    await product.command(place.integration, 'segment', what(rule));
    const read = await look({});
    expect(await requests()).toBeGreaterThan(before);
    expect(read.counts).toEqual(kept[0]?.counts);
    // That one keeps the people outside in part only, so the next question has to be asked of the HR system.
    const then = await requests();
    expect((await look(what({ not: rule }))).counts).toEqual(kept[1]?.counts);
    expect(await requests()).toBeGreaterThan(then);
  });

  test('runs beside an import and holds none up, also not a publish', async () => {
    const place = await published();
    await fault({ kind: 'held', times: 1 });
    const review = await asked(place, 'review');
    await until('the review to read', async () => (await asks()).active > 0);
    const begun = await product.importNow(place.integration);
    expect(await product.ended(begun, place.programme)).toMatchObject({
      kind: 'import',
      state: COMPLETED,
    });
    const next = await product.ended(await asked(place, 'publish'), place.programme);
    expect(next.state).toMatch(/^completed/);
    await noFaults();
    expect(await product.ended(review, place.programme)).toMatchObject({ state: COMPLETED });
  });

  test('takes the place of one that runs or waits, which ends as cancelled', async () => {
    const place = await published();
    await fault({ kind: 'held', times: 1 });
    const [one, two, three] = [
      await asked(place, 'review'),
      await asked(place, 'review'),
      await asked(place, 'review'),
    ];
    await noFaults();
    expect(await product.ended(one, place.programme)).toMatchObject({ state: 'cancelled' });
    expect(await product.ended(two, place.programme)).toMatchObject({ state: 'cancelled' });
    expect(await product.ended(three, place.programme)).toMatchObject({ state: COMPLETED });
  });

  test('ends with a revoke', async () => {
    const place = await published();
    await fault({ kind: 'held', times: 1 });
    const review = await asked(place, 'review');
    await product.command(place.integration, 'revoke', {});
    await noFaults();
    expect(await product.ended(review, place.programme)).toMatchObject({ failure_code: 'cancelled-by-revoke' });
    await product.client.workflow.getHandle(runWorkflowId(place.integration, 'review')).result();
  });
});

describe('an import that is cancelled', () => {
  test('ends at the next safe point, and the one that waited for it begins', async () => {
    const place = await published();
    await fault({ kind: 'held', times: 1 });
    const running = await product.importNow(place.integration);
    const waiting = await asked(place, 'publish');
    const never = await asked(place, 'publish');
    expect(await asked(place, 'cancelImport', { import: never })).toBe(never);
    expect(await asked(place, 'cancelImport', { import: running })).toBe(running);
    await noFaults();
    expect(await product.ended(running, place.programme)).toMatchObject({ state: 'cancelled', failure_code: null });
    expect(await product.ended(never, place.programme)).toMatchObject({ state: 'cancelled' });
    expect(await product.ended(waiting, place.programme)).toMatchObject({ state: COMPLETED });
  });

  test('after its end is told so', async () => {
    const place = await published();
    expect(await product.command(place.integration, 'cancelImport', { import: place.first.id })).toMatchObject({
      outcome: 'refused',
      code: 'already-ended',
    });
  });
});
