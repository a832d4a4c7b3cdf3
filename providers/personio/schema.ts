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
const tokenSchema = z.object({
  data: z.object({ token: z.string().min(1), expires_in: z.number().positive().nullish() }),
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
