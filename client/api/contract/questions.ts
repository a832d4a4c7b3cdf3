import { z } from 'zod';
import { HOLD_CAUSES, HOLD_DECISIONS } from '../../../domain/import.js';
import { after, limit, listOf, search, time } from './list.js';

const count = z.int().min(0);

export const questionSchema = z
  .object({
    import: z.string().describe('The import that asked'),
    state: z.enum(['open', ...HOLD_DECISIONS]),
    planDigest: z.string(),
    askedAt: time,
    expiresAt: time,
    waiting: z
      .object(
        Object.fromEntries(HOLD_CAUSES.map((cause) => [cause, count])) as Record<
          (typeof HOLD_CAUSES)[number],
          typeof count
        >,
      )
      .describe('Who waits still, by what holds them'),
    limit: z
      .object({ members: count, removals: z.number().nullable(), identity: z.number().nullable() })
      .describe('How many pass without a decision, of so many members; null: no limit'),
    decisions: z
      .array(
        z.object({
          decision: z.enum(['approved', 'rejected']),
          at: time,
          by: z.object({ kind: z.enum(['admin', 'operator', 'program']), name: z.string().nullable() }),
          people: count,
          import: z.string().nullable().describe('The run that carries it out'),
        }),
      )
      .readonly()
      .describe('Newest first'),
    open: z.string().nullable().describe('The import whose question is open now; null: none'),
    since: z
      .object({ added: count, gone: count })
      .nullable()
      .describe('How the open question differs from the one of ?seen'),
  })
  .meta({ id: 'Question' });
export const questionQuerySchema = z.strictObject({
  seen: z.string().min(1).max(200).optional().describe('A planDigest that was shown before'),
});

export const heldPersonSchema = z
  .object({
    member: z.string(),
    name: z.string().nullable(),
    employeeId: z.string().nullable(),
    email: z.string().nullable(),
    cause: z.enum(HOLD_CAUSES),
    reason: z.string(),
    fields: z
      .array(z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
      .readonly(),
    decision: z.enum(['approved', 'rejected']).nullable(),
    protected: z.boolean(),
    gone: z.boolean().describe('The account is not active any more'),
  })
  .meta({ id: 'HeldPerson' });
export const heldPersonListSchema = listOf(heldPersonSchema, 'HeldPersonList');
export const heldPersonQuerySchema = z.strictObject({
  cause: z.enum(HOLD_CAUSES).optional(),
  decision: z.enum(['waiting', 'approved', 'rejected']).optional(),
  search: search.optional().describe('A part of a name, an address or an employee ID'),
  limit,
  after,
});
