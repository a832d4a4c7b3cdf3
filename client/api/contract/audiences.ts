import { z } from 'zod';
import { listOf } from './list.js';

const filter = z
  .record(z.string(), z.array(z.string()).readonly())
  .describe('The filters of members, each with a list of values: { department: ["Sales"], joinedWithinDays: ["30"] }');
const filterBody = z.record(z.string(), z.array(z.union([z.string(), z.number()])));

export const audienceSchema = z
  .object({ id: z.string(), name: z.string(), filter, count: z.int().describe('Members who match now') })
  .meta({ id: 'Audience' });
export const audienceListSchema = listOf(audienceSchema, 'AudienceList');
export const audienceBodySchema = z.strictObject({ name: z.string(), filter: filterBody }).meta({ id: 'AudienceBody' });
export const audiencePatchBodySchema = z
  .strictObject({ name: z.string(), filter: filterBody })
  .partial()
  .meta({ id: 'AudiencePatch' });
