import { z } from 'zod';
import { listOf, time } from './list.js';

const role = z.enum(['admin', 'viewer']);

export const adminSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role,
    lastSignInAt: time.nullable().describe('null: the invitation was not taken up yet'),
    invitedAt: time,
  })
  .meta({ id: 'Admin' });
export const adminListSchema = listOf(adminSchema, 'AdminList');
export const adminBodySchema = z.strictObject({ email: z.email(), name: z.string(), role }).meta({ id: 'AdminBody' });
export const adminPatchBodySchema = z.strictObject({ role }).meta({ id: 'AdminPatch' });
export const adminRemovalQuerySchema = z.strictObject({
  last: z.enum(['true', 'false']).optional().describe('true: also the last admin of the programme'),
});
