import { z } from 'zod';

/** Lists are `{ items, next }`; `next` is the `after` of the following page, null at the end. */
export const time = z.iso.datetime({ offset: true });
export const date = z.iso.date();

export const limit = z
  .string()
  .regex(/^\d{1,4}$/, 'must be a whole number from 1 to 1000')
  .transform(Number)
  .pipe(z.int().min(1).max(1000))
  .optional();

export const after = z.string().max(200).optional();

export const search = z.string().trim().min(1, 'must not be empty').max(200);

export const pageQuerySchema = z.strictObject({ limit, after });

export function listOf<T extends z.ZodType>(item: T, id: string) {
  return z.object({ items: z.array(item), next: z.string().nullable() }).meta({ id });
}

export const nothing = z.null().describe('No body');
