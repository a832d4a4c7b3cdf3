import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runWorkflowId } from '../../workflows/messages.js';
import { installBreakpoints, type Point } from '../harness/breakpoints.js';
import { startProduct, type ImportRow, type Product } from '../harness/product.js';
import { startWorkerProcess, type WorkerProcess } from '../harness/worker-process.js';

/**
 * One worker process, killed with SIGKILL while it stands in the middle of every phase at once, each of another
 * integration; then a new one. Every run must end as the undisturbed one did.
 */
const POINTS: readonly Point[] = ['fetch', 'map', 'segment', 'plan', 'provision'];
const WITH_MAIL = ['invitation', 'report'] as const;
type Case = Point | (typeof WITH_MAIL)[number];
const CASES: readonly Case[] = [...POINTS, ...WITH_MAIL];
/** Stands in the plan, too, and is told to stop before the worker dies. */
const CANCELLED = 'cancelled';

let product: Product;
let calm: { run: ImportRow; members: string[] };
const places = new Map<Case | typeof CANCELLED, { integration: string; programme: string; import: string }>();
const runs = new Map<Case | typeof CANCELLED, ImportRow>();
let worker: WorkerProcess;

beforeAll(async () => {
  product = await startProduct('killed-worker', { people: 60, workers: false });
  worker = startWorkerProcess(product.variables);
  const undisturbed = await product.createIntegration('calm');
  const first = await product.publish(undisturbed);
  calm = { run: await product.ended(first), members: await membersOf(product.programme) };

  const breakpoints = await installBreakpoints(product);
  const inHands = holdMails();
  await Promise.all(([...CASES, CANCELLED] as const).map((one) => publishFor(one, breakpoints.set)));
  await Promise.all([breakpoints.reached(POINTS.length + 1), inHands.reached]);
  await untilOthersAreSent();
  await product.client.workflow.getHandle(runWorkflowId(places.get(CANCELLED)!.integration, 'write')).cancel();

  worker.kill('SIGKILL');
  await worker.ended();
  inHands.release();
  await breakpoints.release();
  worker = startWorkerProcess(product.variables);
  for (const [one, place] of places) runs.set(one, await product.ended(place.import, place.programme));
  await breakpoints.close();
}, 120_000);

afterAll(async () => {
  worker.kill('SIGTERM');
  await worker.ended();
  await product.stop();
}, 60_000);

async function publishFor(
  one: Case | typeof CANCELLED,
  stopAt: (integration: string, point: Point) => Promise<void>,
): Promise<void> {
  const programme = await product.createProgramme();
  const integration = await product.createIntegration(one, programme);
  const point = one === CANCELLED ? 'plan' : POINTS.find((known) => known === one);
  if (point !== undefined) await stopAt(integration, point);
  const id = await product.publish(integration, { live: { reportTo: [`${one}@reports.example`] } });
  places.set(one, { integration, programme, import: id });
}

/** Keeps one invitation and one report in SMTP's hands: taken, but not answered. */
function holdMails(): { reached: Promise<unknown>; release: () => void } {
  const wanted = new Map(WITH_MAIL.map((kind) => [kind as string, resolvers()]));
  const open = resolvers();
  const held = new Set<string>();
  product.sink.onMessage((mail) => {
    const one = [...places].find(([, place]) => place.integration === mail.integration)?.[0] ?? soon(mail.to[0]);
    const known = wanted.get(mail.kind ?? '');
    if (one !== mail.kind || held.has(mail.kind) || known === undefined) return undefined;
    held.add(mail.kind);
    known.resolve();
    return open.promise;
  });
  return { reached: Promise.all([...wanted.values()].map(({ promise }) => promise)), release: () => open.resolve() };
}

const soon = (address: string | undefined): string => address?.split('@')[0] ?? '';

function resolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

async function untilOthersAreSent(): Promise<void> {
  const place = places.get('invitation')!;
  for (;;) {
    const [left] = await product.rows<{ count: number }>(
      "select count(*) as count from outbox where kind = 'invitation' and state in ('pending', 'sending')",
      [],
      place.programme,
    );
    if (left?.count === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function membersOf(programme: string): Promise<string[]> {
  const members = await product.rows<{ email: string; state: string }>(
    'select email, state from members order by email',
    [],
    programme,
  );
  return members.map((member) => `${member.email} ${member.state}`);
}

describe('after SIGKILL of the worker', () => {
  test.each(CASES)('in %s, the run completes with the same members and counts as an undisturbed one', async (one) => {
    const place = places.get(one)!;
    const run = runs.get(one)!;
    expect(run).toMatchObject({ state: calm.run.state, failure_code: null, counts: calm.run.counts, proof: 'proven' });
    expect(await membersOf(place.programme)).toEqual(calm.members);
    const claims = await product.rows<{ value: string }>(
      "select value from member_keys where kind = 'email' order by value",
      [],
      place.programme,
    );
    expect(claims).toHaveLength(calm.members.length);
  });

  test.each(CASES)('in %s, nobody is invited twice', async (one) => {
    const mails = await product.sink.mails('kind=invitation&limit=1000');
    const of = mails.items.filter((mail) => mail.integration === places.get(one)!.integration);
    const addresses = of.map((mail) => mail.to[0]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).toHaveLength(calm.members.length);
  });

  test('an invitation that was in the hands of SMTP is shown as unknown, and not sent again', async () => {
    const rows = await product.rows<{ state: string; count: number }>(
      "select state, count(*) as count from outbox where kind = 'invitation' group by state order by state",
      [],
      places.get('invitation')!.programme,
    );
    expect(rows).toEqual([
      { state: 'sent', count: calm.members.length - 1 },
      { state: 'unknown', count: 1 },
    ]);
  });

  test('a run that was told to stop before is cancelled, not failed', () => {
    expect(runs.get(CANCELLED)).toMatchObject({ state: 'cancelled', failure_code: null });
  });

  test('a report that was in the hands of SMTP is sent again with the same Message-ID', async () => {
    const mails = await product.sink.mails('kind=report&to=report@reports.example');
    expect(mails.items.length).toBeGreaterThanOrEqual(2);
    const ids = mails.items.map((mail) => mail.headers['message-id']);
    expect(ids[0]).toMatch(/@/);
    expect(new Set(ids).size).toBe(1);
  });
});
