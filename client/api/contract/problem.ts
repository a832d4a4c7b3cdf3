import { z } from 'zod';

/** Errors as RFC 9457 problem details; `pointer` is a JSON pointer into the body, or `?name` of a parameter. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  })
  .meta({ id: 'Problem' });
