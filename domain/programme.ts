import { z } from 'zod';
import { timeZoneSchema } from './cadence.js';

/** What a programme (one client company) is set to. */
const MAX_GRACE_DAYS = 3650;
const MAX_ROLES = 50;

const name = z.string().trim().min(1, 'must not be empty').max(200);
const graceDays = z.int().min(0).max(MAX_GRACE_DAYS);
const roles = z
  .array(z.string().trim().min(1).max(80))
  .min(1, 'must name at least one role')
  .max(MAX_ROLES)
  .refine((names) => new Set(names).size === names.length, 'must not name a role twice');
const signInUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address like "https://app.acme.example"' })
  .nullable();

/** They go in waves, a quarter of it each quarter of an hour. */
const invitationsPerHour = z.int().min(100).max(1_000_000);

export const programmeSchema = z.strictObject({
  name,
  timeZone: timeZoneSchema,
  graceDays: graceDays.default(60),
  roles: roles.default(['member']),
  signInUrl: signInUrl.default(null),
  invitationsPerHour: invitationsPerHour.default(20_000),
});
export type ProgrammeSettings = z.infer<typeof programmeSchema>;

/** What is left out stays as it is. */
export const programmePatchSchema = z
  .strictObject({ name, timeZone: timeZoneSchema, graceDays, roles, signInUrl, invitationsPerHour })
  .partial();
