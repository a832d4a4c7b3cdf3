import { z } from 'zod';
import type { JsonRecord } from '../../domain/employee.js';

/**
 * The envelopes of Sage HR's answers. Only what steers the reading is checked here, once a page; people are not
 * passed through zod (five times the cost of the copy in employee.ts, which lets nothing unknown through anyway). The
 * vendor's description derives its types from single examples, so null and absence are taken wherever they may come.
 */
export interface Envelope {
  /** Objects, unfiltered: not to leave this folder before employee.ts has copied them. */
  readonly data: readonly JsonRecord[];
  /** The page it says it is. */
  readonly page: number | null;
  readonly next: number | null;
  readonly lastPage: number | null;
  readonly total: number | null;
}

export interface CustomField {
  readonly id: number | string;
  readonly label: string;
  readonly value?: unknown;
}

const count = z.int().min(0).nullish();
const pageSchema = z.object({
  data: z.custom<readonly JsonRecord[]>((data) => Array.isArray(data) && data.every(isObject)),
  meta: z.object({ current_page: count, next_page: count, total_pages: count, total_entries: count }),
});

const customFieldsSchema = z.object({
  data: z.array(
    z.object({ id: z.union([z.number(), z.string()]), label: z.string().nullish(), value: z.unknown().optional() }),
  ),
});

/** A page of a list, or null for an answer that is none. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) return null;
  const { data, meta } = parsed.data;
  return {
    data,
    page: meta.current_page ?? null,
    next: meta.next_page ?? null,
    lastPage: meta.total_pages ?? null,
    total: meta.total_entries ?? null,
  };
}

/** The custom fields of one person, or null for an answer that is none. A field without a label is known by its id. */
export function readCustomFields(body: unknown): readonly CustomField[] | null {
  const parsed = customFieldsSchema.safeParse(body);
  if (!parsed.success) return null;
  return parsed.data.data.map((field) => ({
    id: field.id,
    label: field.label?.trim() === '' ? String(field.id) : (field.label?.trim() ?? String(field.id)),
    value: field.value,
  }));
}

const oneSchema = z.object({ data: z.object({ id: z.union([z.number(), z.string()]) }) });
const notFoundSchema = z.object({ error_code: z.literal('not_found') });

/** Whom an answer about one person describes, by id as text; null for an answer that describes nobody. */
export function idOfOne(body: unknown): string | null {
  const parsed = oneSchema.safeParse(body);
  return parsed.success ? String(parsed.data.data.id) : null;
}

/** The vendor's own "no such person", as its description has it. */
export const saysNotFound = (body: unknown): boolean => notFoundSchema.safeParse(body).success;

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
