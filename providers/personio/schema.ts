import { z } from 'zod';
import { isObject } from '../record.js';
import type { JsonRecord } from '../../domain/employee.js';

/** The envelopes of Personio's answers; people themselves are copied by employee.ts. */
export interface Attribute {
  readonly label: string;
  readonly universalId: string | null;
}

export interface Envelope {
  /** The attributes of each employee, unfiltered: not to leave this folder before employee.ts has copied them. */
  readonly people: readonly JsonRecord[];
  readonly total: number | null;
}

const pageSchema = z.object({
  data: z.array(z.object({ attributes: z.custom<JsonRecord>(isObject) })),
  metadata: z.object({ total_elements: z.int().min(0).nullish() }).nullish(),
});
/** v1 wraps it, v2 does not. */
const tokenSchema = z.union([
  z.object({ data: z.object({ token: z.string().min(1), expires_in: z.number().positive().nullish() }) }),
  z
    .object({ access_token: z.string().min(1), expires_in: z.number().positive().nullish() })
    .transform(({ access_token: token, expires_in }) => ({ data: { token, expires_in } })),
]);
const listSchema = z.object({
  _data: z.array(z.custom<JsonRecord>(isObject)),
  _meta: z.object({ links: z.object({ next: z.object({ href: z.string() }).nullish() }).nullish() }).nullish(),
});
const attributesSchema = z.object({
  data: z.array(z.object({ key: z.string(), label: z.string().nullish(), universal_id: z.string().nullish() })),
});

/** A page of employees, or null for an answer that is none. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) return null;
  return {
    people: parsed.data.data.map(({ attributes }) => attributes),
    total: parsed.data.metadata?.total_elements ?? null,
  };
}

/** A page of a list of v2, its records unfiltered. */
export interface ListPage {
  readonly data: readonly JsonRecord[];
  /** The cursor that the link to the next page names; null: this was the last. */
  readonly next: string | null;
}

/**
 * A page, or null for an answer that is none. Of the link to the next one only the cursor is taken: its host, path and
 * limit are not to be relied on.
 */
export function readList(body: unknown): ListPage | null {
  const parsed = listSchema.safeParse(body);
  if (!parsed.success) return null;
  const href = parsed.data._meta?.links?.next?.href;
  if (href === undefined) return { data: parsed.data._data, next: null };
  const next = URL.canParse(href) ? new URL(href).searchParams.get('cursor') : null;
  return next === null ? null : { data: parsed.data._data, next };
}

const plainId = z.union([z.number(), z.string()]).transform(String);
const employeeSchema = z.object({ data: z.object({ attributes: z.object({ id: z.object({ value: plainId }) }) }) });
const noEmployeeSchema = z.object({ success: z.literal(false), error: z.object({ message: z.string() }) });
const personSchema = z.object({ id: plainId });
const noPersonSchema = z.object({ errors: z.array(z.object({ title: z.string() })).min(1) });

/** Whom v1's answer about one employee describes; null for an answer that describes nobody. */
export function idOfEmployee(body: unknown): string | null {
  const parsed = employeeSchema.safeParse(body);
  return parsed.success ? parsed.data.data.attributes.id.value : null;
}

/** The same of v2's answer about one person. */
export function idOfPerson(body: unknown): string | null {
  const parsed = personSchema.safeParse(body);
  return parsed.success ? parsed.data.id : null;
}

/** Whether what came with a 404 is the vendor's own refusal, of v1. */
export const saysNoEmployee = (body: unknown): boolean => noEmployeeSchema.safeParse(body).success;

/** And of v2. */
export const saysNoPerson = (body: unknown): boolean => noPersonSchema.safeParse(body).success;

export function readToken(body: unknown): { value: string; seconds: number | null } | null {
  const parsed = tokenSchema.safeParse(body);
  return parsed.success ? { value: parsed.data.data.token, seconds: parsed.data.data.expires_in ?? null } : null;
}

/** The attributes that these credentials may read, by their key; null for an answer that is no list of such. */
export function readAttributes(body: unknown): ReadonlyMap<string, Attribute> | null {
  const parsed = attributesSchema.safeParse(body);
  if (!parsed.success) return null;
  return new Map(
    parsed.data.data.map(({ key, label, universal_id }) => [
      key,
      { label: label ?? key, universalId: universal_id ?? null },
    ]),
  );
}
