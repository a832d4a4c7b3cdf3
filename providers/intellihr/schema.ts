import { z } from 'zod';
import { isObject } from '../record.js';
import type { JsonRecord } from '../../domain/employee.js';

/** The envelopes of intelliHR's answers; people themselves are copied by employee.ts. */
export interface Envelope {
  /** Unfiltered: not to leave this folder before employee.ts has copied them. */
  readonly data: readonly JsonRecord[];
  readonly page: number | null;
  readonly pages: number;
  readonly total: number | null;
}

const count = z.int().min(0);
const pageSchema = z.object({
  data: z.array(z.custom<JsonRecord>(isObject)),
  meta: z.object({
    pagination: z.object({ total: count.nullish(), current_page: count.nullish(), total_pages: count }),
  }),
});
const definitionSchema = z.object({ apiName: z.string(), isSensitive: z.boolean().nullish() });

/** A page of a list, or null for an answer that is none. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) return null;
  const { total, current_page, total_pages } = parsed.data.meta.pagination;
  return { data: parsed.data.data, page: current_page ?? null, pages: total_pages, total: total ?? null };
}

const oneSchema = z.object({ data: z.object({ id: z.string() }) });

/** Whom an answer about one person describes; null for an answer that describes nobody. */
export function idOfOne(body: unknown): string | null {
  const parsed = oneSchema.safeParse(body);
  return parsed.success ? parsed.data.data.id : null;
}

/** The name of a custom field that its owner marked as sensitive; null for any other one. */
export function sensitiveName(definition: JsonRecord): string | null {
  const parsed = definitionSchema.safeParse(definition);
  return parsed.success && parsed.data.isSensitive === true ? parsed.data.apiName : null;
}
