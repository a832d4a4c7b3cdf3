import { z } from 'zod';
import { listOf } from './list.js';

export const providerSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    authorization: z.object({
      kind: z.string(),
      fields: z.array(
        z.object({
          name: z.string(),
          label: z.string(),
          help: z.string(),
          secret: z.boolean(),
          example: z.string(),
        }),
      ),
    }),
    permissions: z.array(z.string()),
    neverRead: z.array(z.string()),
    needsDateFormat: z.boolean(),
    installations: z.array(z.enum(['cloud', 'local'])),
    saasUserFacts: z.array(z.string()),
    systems: z.array(z.string()),
    configured: z.boolean().describe('False: an operator has to give what this platform is known by at the vendor'),
  })
  .meta({ id: 'Provider' });

export const providerListSchema = listOf(providerSchema, 'ProviderList');
export const providerQuerySchema = z.strictObject({ search: z.string().max(200).optional() });
