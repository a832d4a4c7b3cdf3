import { z } from 'zod';
import { isObject } from '../record.js';
import type { JsonRecord } from '../../domain/employee.js';

/** The envelopes of Sage People's and Salesforce's answers; people themselves are copied by employee.ts. */
const pageSchema = z.object({ data: z.array(z.custom<JsonRecord>(isObject)) });
const tokenSchema = z.object({
  access_token: z.string().min(1),
  instance_url: z.url().optional(),
  /** `https://login.salesforce.com/id/<organisation>/<user>` */
  id: z.string().optional(),
});

const descriptionSchema = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      custom: z.boolean(),
      length: z.number().default(0),
      referenceTo: z.array(z.string()).default([]),
      relationshipName: z.string().nullish().default(null),
    }),
  ),
});
const answerSchema = z.object({
  totalSize: z.int().min(0),
  done: z.boolean(),
  records: z.array(z.custom<JsonRecord>(isObject)),
});

/** What Salesforce says of an object: the fields that whoever asks may see. */
export type ObjectDescription = z.infer<typeof descriptionSchema>;
export type SalesforceField = ObjectDescription['fields'][number];

export function readDescription(body: unknown): ObjectDescription | null {
  const parsed = descriptionSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

/** The answer to a query; its records are unfiltered. */
export type QueryAnswer = z.infer<typeof answerSchema>;

export function readAnswer(body: unknown): QueryAnswer | null {
  const parsed = answerSchema.safeParse(body);
  return parsed.success ? parsed.data : null;
}

/** Unfiltered: not to leave this folder before employee.ts has copied them. Null for an answer that is no page. */
export function readPage(body: unknown): readonly JsonRecord[] | null {
  // 204, the end, has no body.
  if (body === null) return [];
  const parsed = pageSchema.safeParse(body);
  return parsed.success ? parsed.data.data : null;
}

const oneSchema = z.object({ data: z.object({ id: z.string() }) });

/** Whom an answer about one employee describes; null for an answer that describes nobody. */
export function idOfOne(body: unknown): string | null {
  const parsed = oneSchema.safeParse(body);
  return parsed.success ? parsed.data.data.id : null;
}

export interface Access {
  readonly token: string;
  readonly instance: string | null;
  readonly organisation: string | null;
}

export function readAccess(body: unknown): Access | null {
  const parsed = tokenSchema.safeParse(body);
  if (!parsed.success) return null;
  const { access_token: token, instance_url: instance, id } = parsed.data;
  return { token, instance: instance ?? null, organisation: /\/id\/([^/]+)\//.exec(id ?? '')?.[1] ?? null };
}
