import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { until } from '../harness/until.js';
import { control } from '../simulators/control.js';

/** The question about removals over the limit, answered: what is approved goes, what is rejected stays, and nothing else. */
let product: Product;
const LIVE = { removalLimit: { share: 0.1, count: 100 } };

beforeAll(async () => {
  product = await startProduct('decisions', { people: 40 });
}, 60_000);
afterAll(() => product.stop(), 60_000);

interface Place {
  readonly programme: string;
  readonly integration: string;
}
let place: Place;
let company: string;
let asked: ImportRow;

/** Fifteen members (and five who are none) have left at once, more than a tenth of them all: their import waits for an answer. */
async function held(): Promise<void> {
  company = `co${Date.now()}`;
  await control(product.simulator.url, 'POST', 'companies', { subdomain: company, apiKey: 'k'.repeat(20), people: 60 });
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(company, programme);
  place = { programme, integration };
  await product.ended(
    await product.publish(integration, { live: LIVE, credential: { subdomain: company, apiKey: 'k'.repeat(20) } }),
    programme,
  );
  await control(product.simulator.url, 'POST', `${company}/bulk`, { leave: 20 });
  asked = await importAgain();
  expect(asked).toMatchObject({ state: 'waiting-for-approval', held: { count: 15, question: asked.id } });
}

const importAgain = async () => product.ended(await product.importNow(place.integration), place.programme);
const decide = (decision: object) =>
  product.command(place.integration, 'decide', { planDigest: asked.held?.planDigest, ...decision });
const rows = <T>(sql: string) => product.rows<T>(sql, [], place.programme);
const states = async () => {
  const counted = await rows<{ state: string; count: number }>(
    'select state, count(*)::int as count from members group by 1',
  );
  return Object.fromEntries(counted.map(({ state, count }) => [state, count]));
};
const runOf = (kind: string): Promise<ImportRow> =>
  until(`the end of a run of the kind ${kind}`, async () => {
    const [run] = await rows<ImportRow>(
      `select * from import_runs where kind = '${kind}' and ended_at is not null order by id desc`,
    );
    return run;
  });
const heldIds = () =>
  rows<{ employee_id: string }>(
    `select m.employee_id from removal_hold_members h join members m on m.id = h.member_id order by 1`,
  );

beforeEach(held, 60_000);

describe('a decision', () => {
  test('to approve removes exactly whom the question named, in a run of its own that reads nothing', async () => {
    const before = await states();
    const requests = async () =>
      ((await control(product.simulator.url, 'GET', `${company}/requests`)) as { total: number }).total;
    const read = await requests();
    expect(await decide({ decision: 'approve' })).toMatchObject({ outcome: 'done', approved: true });
    const run = await runOf('removals');
    expect(run).toMatchObject({ state: 'completed', counts: { leaver: 15 }, proof: null });
    expect(await requests()).toBe(read);
    expect(await states()).toEqual({ active: before.active! - 15, 'closing-down': 15 });
    const reasons = await rows<{ reason_code: string }>(
      `select distinct reason_code from changes where import_id = '${run.id}'`,
    );
    expect(reasons).toEqual([{ reason_code: 'listed-as-leaver' }]);
    const [question] = await rows('select state, decided_by from removal_holds');
    expect(question).toMatchObject({ state: 'approved', decided_by: 'test' });
    expect((await rows<{ state: string }>(`select state from import_runs where id = '${asked.id}'`))[0]?.state).toMatch(
      /^completed/,
    );
    // Given again it is the same answer, and a further import finds nothing to do.
    expect(await decide({ decision: 'approve' })).toMatchObject({ outcome: 'done', approved: false });
    expect((await importAgain()).counts.leaver).toBeUndefined();
    expect(await decide({ decision: 'reject' })).toMatchObject({ outcome: 'refused', code: 'nothing-held' });
  });

  test('to reject removes nobody, and the same is not asked again until more are to go', async () => {
    const before = await states();
    expect(await decide({ decision: 'reject' })).toMatchObject({ outcome: 'done', approved: false });
    const same = await importAgain();
    expect(same).toMatchObject({ held: null, state: expect.stringMatching(/^completed/), counts: { leaver: 15 } });
    expect(await states()).toEqual(before);
    expect((await rows('select id from removal_holds')).length).toBe(1);
  });

  test('about some people leaves the others waiting; an earlier digest still names whom it showed', async () => {
    const ids = (await heldIds()).map(({ employee_id }) => employee_id);
    await decide({ decision: 'approve', only: ids.slice(0, 4) });
    expect((await runOf('removals')).counts).toMatchObject({ leaver: 4 });
    expect(await rows('select state, people from removal_holds')).toEqual([{ state: 'open', people: 11 }]);
    await decide({ decision: 'reject', only: ids.slice(4, 6) });
    const next = await importAgain();
    expect(next.held).toMatchObject({ count: 9, question: asked.id });
    expect(await decide({ decision: 'approve', causes: ['revoked'] })).toMatchObject({
      outcome: 'done',
      approved: false,
    });
    await decide({ decision: 'approve', causes: ['leaver'] });
    await until('the rest to go', async () => (await states())['closing-down'] === 13);
    expect((await rows<{ state: string }>('select state from removal_holds'))[0]?.state).toBe('approved');
    expect((await importAgain()).held).toBeNull();
    expect((await states())['closing-down']).toBe(13);
  });

  test('about nobody that was shown is refused, and whoever is protected or gone meanwhile is left out', async () => {
    expect(await decide({ decision: 'approve', planDigest: 'made-up' })).toMatchObject({ code: 'plan-changed' });
    const [one] = await rows<{ member_id: string }>('select member_id from removal_hold_members limit 1');
    await product.rows(
      'update members set protected = true, version = version + 1 where id = ?',
      [one?.member_id],
      place.programme,
    );
    await decide({ decision: 'approve' });
    expect((await runOf('removals')).counts).toMatchObject({ leaver: 14 });
    expect((await states())['closing-down']).toBe(14);
  });

  test('about new addresses is carried out by an import, and the others go on waiting', async () => {
    const { items } = (await control(product.simulator.url, 'GET', `${company}/people`)) as {
      items: { id: number; email: string | null; lists: string[] }[];
    };
    const staying = items.filter(({ email, lists }) => email !== null && !lists.includes('terminated-employees'));
    for (const { id } of staying.slice(0, 8)) {
      await control(product.simulator.url, 'POST', `${company}/change`, { id, email: `moved${id}@${company}.example` });
    }
    const next = await importAgain();
    expect(next.held).toMatchObject({ count: 23, causes: { leaver: 15, identity: 8 } });
    const moved = () => rows(`select id from members where email like 'moved%'`);
    expect(await moved()).toEqual([]);
    const digest = next.held?.planDigest;
    expect(await decide({ decision: 'approve', causes: ['identity'], planDigest: digest })).toMatchObject({
      byImport: true,
    });
    await until('the new addresses', async () => (await moved()).length === 8);
    expect((await rows<{ people: number }>(`select people from removal_holds where state = 'open'`))[0]?.people).toBe(
      15,
    );
    expect((await states())['closing-down']).toBeUndefined();
  });

  test('is possible while the integration is paused, and not after its access was revoked', async () => {
    await product.command(place.integration, 'pause', {});
    expect(await decide({ decision: 'approve' })).toMatchObject({ approved: true });
    expect((await runOf('removals')).counts).toMatchObject({ leaver: 15 });
    await product.command(place.integration, 'revoke', {});
    expect(await decide({ decision: 'approve' })).toMatchObject({ outcome: 'refused', code: 'illegal-state' });
  });
});

describe('publishing a review', () => {
  test('approves what it showed, in the import that follows, and nothing under another digest', async () => {
    await decide({ decision: 'reject' });
    const reply = await product.command(place.integration, 'review', {});
    const review = await product.ended((reply as { import: string }).import, place.programme);
    expect(review.held).toMatchObject({ count: 15 });
    const publish = (planDigest: string | undefined) =>
      product.command(place.integration, 'publish', { review: review.id, planDigest });
    expect(await publish('another')).toMatchObject({ outcome: 'refused', code: 'plan-changed' });
    const done = await publish(review.held?.planDigest);
    const run = await product.ended((done as { import: string }).import, place.programme);
    expect(run).toMatchObject({ counts: { leaver: 15 }, held: null, state: expect.stringMatching(/^completed/) });
    expect((await states())['closing-down']).toBe(15);
  });

  test('is refused once somebody has saved other settings since, and for a review that is none', async () => {
    const reply = await product.command(place.integration, 'review', {});
    const review = await product.ended((reply as { import: string }).import, place.programme);
    const publish = (id: string) => product.command(place.integration, 'publish', { review: id });
    await product.command(place.integration, 'segment', { segment: { outside: 'leave-alone', rule: null } });
    expect(await publish(review.id)).toMatchObject({
      code: 'plan-changed',
      detail: expect.stringMatching(/\(the segment\); nothing was published/),
    });
    expect(await publish('no-review')).toMatchObject({ code: 'plan-changed' });
    await product.command(place.integration, 'segment', { segment: { outside: 'revoke', rule: null } });
    const done = await publish(review.id);
    await product.ended((done as { import: string }).import, place.programme);
  });
});
