import { z } from 'zod';
import { cadenceSchema, timeZoneSchema, type Cadence } from './cadence.js';
import { DEFAULT_REMOVAL_LIMIT, removalLimitSchema, type RemovalLimit } from './removal-limit.js';

/** The initial setup of an integration. Part of it is live at once, the rest is versioned with mapping and segment. */
const email = z.email({ error: 'must be an e-mail address' });

export const setupSchema = z.strictObject({
  cadence: cadenceSchema.optional(),
  dateFormat: z
    .string()
    .regex(
      /^(?=[^y]*y{4}[^y]*$)(?=[^M]*M{2}[^M]*$)(?=[^d]*d{2}[^d]*$)[yMd/.\- ]{8,12}$/,
      'must hold yyyy, MM and dd once each, like "dd/MM/yyyy"',
    )
    .optional(),
  dataTimeZone: timeZoneSchema.optional(),
  leadDays: z.int().min(0).max(365).default(0),
  welcomeEmail: z.boolean().default(true),
  preference: z.enum(['create-and-update', 'create-only', 'update-only']).default('create-and-update'),
  recordType: z.enum(['user', 'user-and-saas-user']).default('user'),
  installation: z.enum(['cloud', 'local']).default('cloud'),
  removalLimit: removalLimitSchema.default(DEFAULT_REMOVAL_LIMIT),
  reportTo: z.array(email).max(20).default([]),
  reportOn: z.enum(['always', 'changes', 'problems']).default('always'),
});
export type SetupInput = z.infer<typeof setupSchema>;

/** Live at once, kept with the integration. */
export interface LiveSettings {
  readonly cadence: Cadence;
  readonly welcomeEmail: boolean;
  readonly removalLimit: RemovalLimit;
  readonly reportTo: readonly string[];
  readonly reportOn: 'always' | 'changes' | 'problems';
}

/** Versioned: takes effect when published. */
export interface VersionedSetup {
  readonly dateFormat: string | null;
  readonly dataTimeZone: string | null;
  readonly leadDays: number;
  readonly preference: 'create-and-update' | 'create-only' | 'update-only';
  readonly recordType: 'user' | 'user-and-saas-user';
  readonly installation: 'cloud' | 'local';
}

export function splitSetup(setup: SetupInput, cadence: Cadence): { live: LiveSettings; versioned: VersionedSetup } {
  const { welcomeEmail, removalLimit, reportTo, reportOn, ...rest } = setup;
  return {
    live: { cadence, welcomeEmail, removalLimit, reportTo, reportOn },
    versioned: {
      dateFormat: rest.dateFormat ?? null,
      dataTimeZone: rest.dataTimeZone ?? null,
      leadDays: rest.leadDays,
      preference: rest.preference,
      recordType: rest.recordType,
      installation: rest.installation,
    },
  };
}
