import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Long from 'long';
import { createSchedule } from '../../activities/schedule.js';
import type { Cadence } from '../../domain/cadence.js';
import { inProgramme } from '../../database/transaction.js';
import { integrationWorkflowId, scheduleId } from '../../workflows/messages.js';
import { LIVE, startProduct, type Product } from '../harness/product.js';

/** The Schedule of an integration as the real server understands it: when it fires is asked of the server itself. */
let product: Product;

beforeAll(async () => {
  product = await startProduct('schedule', { people: 1, workers: false });
}, 60_000);
afterAll(async () => {
  await product.stop();
}, 60_000);

async function put(integration: string, set: { state: string; cadence: Cadence; note?: string }): Promise<void> {
  const { db, programme, client } = product;
  await inProgramme(db, programme, (trx) =>
    trx('integrations')
      .where({ id: integration })
      .update({
        state: set.state,
        live: JSON.stringify({ ...LIVE, cadence: set.cadence }),
        pause_note: set.note ?? null,
      }),
  );
  await createSchedule({ db, temporal: () => Promise.resolve(client) })({
    programme,
    integration,
    scheduleId: scheduleId(integration),
    workflowId: integrationWorkflowId(integration),
  });
}

const seconds = (time: string) => ({ seconds: Long.fromNumber(Date.parse(time) / 1000) });

/** Local times, as an admin reads them. */
async function fires(integration: string, from: string, to: string, timeZone: string): Promise<string[]> {
  const { startTime } = await product.temporal.connection.workflowService.listScheduleMatchingTimes({
    namespace: product.namespace,
    scheduleId: scheduleId(integration),
    startTime: seconds(from),
    endTime: seconds(to),
  });
  return startTime.map((time) =>
    new Date(Number(time.seconds) * 1000).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
  );
}

describe('the clocks are put forward and back', () => {
  test.each([
    ['Europe/London', '01:30', '2027-03-27', ['2027-03-27 01:30', '2027-03-28 02:00', '2027-03-29 01:30']],
    ['Europe/Berlin', '02:15', '2027-03-27', ['2027-03-27 02:15', '2027-03-28 03:00', '2027-03-29 02:15']],
    ['America/New_York', '02:30', '2027-03-13', ['2027-03-13 02:30', '2027-03-14 03:00', '2027-03-15 02:30']],
    ['Australia/Lord_Howe', '02:10', '2027-10-02', ['2027-10-02 02:10', '2027-10-03 02:30', '2027-10-04 02:10']],
    ['America/Santiago', '00:20', '2027-09-04', ['2027-09-04 00:20', '2027-09-05 01:00', '2027-09-06 00:20']],
    ['Europe/London', '01:30', '2027-10-30', ['2027-10-30 01:30', '2027-10-31 01:30', '2027-11-01 01:30']],
    ['Australia/Sydney', '02:30', '2027-04-03', ['2027-04-03 02:30', '2027-04-04 02:30', '2027-04-05 02:30']],
  ])('%s at %s from %s on: once a day', async (timeZone, at, from, expected) => {
    const integration = await product.createIntegration(timeZone);
    await put(integration, { state: 'published', cadence: { every: 'day', at, timeZone } });
    const begin = new Date(Date.parse(`${from}T00:00:00Z`) - 16 * 3_600_000).toISOString();
    const end = new Date(Date.parse(`${from}T00:00:00Z`) + 88 * 3_600_000).toISOString();
    const all = await fires(integration, begin, end, timeZone);
    expect(all.filter((time) => time >= from && time <= `${expected.at(-1)}`)).toEqual(expected);
  });
});

test.each<[Cadence, string[]]>([
  [
    { every: 'month', dayOfMonth: 'last', at: '06:00', timeZone: 'UTC' },
    ['2028-01-31 06:00', '2028-02-29 06:00', '2028-03-31 06:00', '2028-04-30 06:00'],
  ],
  [{ every: 'week', weekday: 7, at: '06:00', timeZone: 'UTC' }, ['2028-01-02 06:00', '2028-01-09 06:00']],
  [{ every: 'hour', interval: 5, at: '03:00', timeZone: 'UTC' }, ['2028-01-01 03:00', '2028-01-01 08:00']],
  [{ cron: '30 6 * * MON-TUE', timeZone: 'Asia/Tokyo' }, ['2028-01-03 06:30', '2028-01-04 06:30', '2028-01-10 06:30']],
])('%j fires when it says', async (cadence, expected) => {
  const integration = await product.createIntegration('Cadence');
  await put(integration, { state: 'published', cadence });
  const all = await fires(integration, '2028-01-01T00:30:00Z', '2028-05-15T00:00:00Z', cadence.timeZone ?? 'UTC');
  expect(all.slice(0, expected.length)).toEqual(expected);
});

describe('the schedule of an integration', () => {
  test('keeps its identity and its history when the cadence changes, tells why it is paused, and goes with a revoke', async () => {
    const integration = await product.createIntegration('Changing');
    const daily: Cadence = { every: 'day', at: '03:00', timeZone: 'UTC' };
    await put(integration, { state: 'published', cadence: daily });
    const handle = product.client.schedule.getHandle(scheduleId(integration));
    const { info } = await handle.describe();
    await put(integration, {
      state: 'published',
      cadence: { every: 'week', weekday: 2, at: '04:00', timeZone: 'UTC' },
    });
    const changed = await handle.describe();
    expect(changed.info.createdAt).toEqual(info.createdAt);
    expect(changed.info.nextActionTimes[0]?.getUTCDay()).toBe(2);
    await put(integration, { state: 'paused', cadence: daily, note: 'Stock-taking until Friday.' });
    expect((await handle.describe()).state).toMatchObject({
      paused: true,
      note: 'The integration is paused. Stock-taking until Friday.',
    });
    await put(integration, { state: 'published', cadence: daily });
    expect((await handle.describe()).state).toMatchObject({ paused: false });
    await put(integration, { state: 'revoked', cadence: daily });
    await expect(handle.describe()).rejects.toThrow(/not found/i);
    await put(integration, { state: 'revoked', cadence: daily });
  });

  test('catches up one period and no more, and never runs beside itself', async () => {
    const integration = await product.createIntegration('Hourly');
    await put(integration, { state: 'published', cadence: { every: 'hour', at: '00:10', timeZone: 'UTC' } });
    const { policies, spec } = await product.client.schedule.getHandle(scheduleId(integration)).describe();
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 3_600_000 });
    expect(spec.jitter).toBe(60_000);
  });
});
