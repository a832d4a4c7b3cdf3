import { z } from 'zod';
import { readCron } from './cron.js';

/** When an integration imports by itself. The schedule's shape for Temporal is made from this and nothing else. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day like "03:00"');
export const timeZoneSchema = z.string().refine(isTimeZone, 'must be an IANA time zone like "Europe/Berlin"');

const everySchema = z
  .strictObject({
    every: z.enum(['hour', 'day', 'week', 'month']),
    interval: z.int().min(1).max(24).optional(),
    at: timeOfDay.optional(),
    weekday: z.int().min(1).max(7).optional(),
    dayOfMonth: z.union([z.int().min(1).max(28), z.literal('last')]).optional(),
    timeZone: timeZoneSchema.optional(),
  })
  .check((context) => {
    const { every, interval, weekday, dayOfMonth } = context.value;
    const only = (given: unknown, name: string, unit: string) => {
      if (given !== undefined && every !== unit) {
        context.issues.push({
          code: 'custom',
          path: [name],
          input: given,
          message: `is only for every "${unit}", not "${every}"`,
          continue: true,
        });
      }
    };
    only(interval, 'interval', 'hour');
    only(weekday, 'weekday', 'week');
    only(dayOfMonth, 'dayOfMonth', 'month');
  });

const cronSchema = z.strictObject({
  cron: z
    .string()
    .max(200)
    .check((context) => {
      const read = readCron(context.value);
      if ('fault' in read) {
        context.issues.push({ code: 'custom', input: context.value, message: read.fault, continue: true });
      }
    }),
  timeZone: timeZoneSchema.optional(),
});

/** A fault that is `continue`d is told as it is; of others a union says no more than that none of its kinds fits. */
export const cadenceSchema = z.union([everySchema, cronSchema]);
export type Cadence = z.infer<typeof cadenceSchema>;

/** A cadence with every default filled in, as it is kept. */
export function completeCadence(cadence: Cadence | undefined, integrationId: string, programmeZone: string): Cadence {
  const given = cadence ?? { every: 'day' };
  if ('cron' in given) return { cron: given.cron, timeZone: given.timeZone ?? programmeZone };
  const complete = {
    every: given.every,
    at: given.at ?? spreadTime(integrationId),
    timeZone: given.timeZone ?? programmeZone,
  };
  if (given.every === 'hour') return { ...complete, interval: given.interval ?? 1 };
  if (given.every === 'week') return { ...complete, weekday: given.weekday ?? 1 };
  if (given.every === 'month') return { ...complete, dayOfMonth: given.dayOfMonth ?? 1 };
  return complete;
}

/** 03:00 plus minutes taken from the id, so that ten thousand daily integrations do not start at once. */
function spreadTime(integrationId: string): string {
  const minutes = Number.parseInt(integrationId.slice(-6), 16) % 60;
  return `03:${String(minutes).padStart(2, '0')}`;
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
