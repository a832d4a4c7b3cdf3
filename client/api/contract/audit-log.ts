import { z } from 'zod';
import { after, limit, listOf, time } from './list.js';

export const auditEntrySchema = z
  .object({
    id: z.string(),
    at: time,
    actor: z.object({
      id: z.string().describe('For ?actor='),
      kind: z.enum(['admin', 'token', 'operator', 'system', 'temporal']),
      name: z.string(),
    }),
    action: z.string(),
    outcome: z.enum(['done', 'refused', 'pending']),
    subject: z.object({
      id: z.string().describe('For ?subject='),
      kind: z.enum(['programme', 'integration', 'credential', 'member', 'admin', 'token', 'audience']).nullable(),
      name: z.string().nullable().describe('null: erased or deleted since'),
    }),
    sentence: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export const auditListSchema = listOf(auditEntrySchema, 'AuditList');
export const auditQuerySchema = z.strictObject({
  limit,
  after,
  actor: z.string().max(200).optional(),
  subject: z.string().max(200).optional(),
  action: z.string().max(200).optional(),
});
