import { z } from 'zod';
import { programmePatchSchema, programmeSchema as settingsSchema } from '../../../domain/programme.js';
import { listOf, time } from './list.js';

export const programmeSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    timeZone: z.string(),
    graceDays: z.int(),
    roles: z.array(z.string()),
    signInUrl: z.string().nullable(),
    invitationsPerHour: z.int(),
    createdAt: time,
    warnings: z.array(z.string()).describe('What this change has brought about that somebody should know'),
  })
  .meta({ id: 'Programme' });

export const programmeListSchema = listOf(programmeSchema, 'ProgrammeList');
export const programmeBodySchema = settingsSchema.meta({ id: 'ProgrammeBody' });
export const programmePatchBodySchema = programmePatchSchema.meta({ id: 'ProgrammePatch' });
