import { z } from 'zod';

/** A command that was not answered in time: where to ask again. */
export const operationReferenceSchema = z.object({ operation: z.string() }).meta({ id: 'OperationReference' });

export const operationSchema = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    status: z.int().nullable().describe('The HTTP status of the answer; null while it runs'),
    answer: z.unknown().describe('The body of the answer; null while it runs, and a day after it was asked for'),
  })
  .meta({ id: 'Operation' });
