import { z } from 'zod';
import { isObject } from '../record.js';
import type { JsonRecord } from '../../domain/employee.js';

/** The envelopes of Merge's answers; people themselves are copied by employee.ts. */
export interface Envelope {
  /** Unfiltered: not to leave this folder before employee.ts has copied them. */
  readonly people: readonly JsonRecord[];
  readonly next: string | null;
}

const pageSchema = z.object({ next: z.string().nullish(), results: z.array(z.custom<JsonRecord>(isObject)) });
const linkSchema = z.object({ link_token: z.string().min(1), magic_link_url: z.string().nullish() });
const accountSchema = z.object({ account_token: z.string().min(1) });
const statusesSchema = z.object({
  results: z.array(
    z.object({
      model_name: z.string().nullish(),
      model_id: z.string().nullish(),
      status: z.string().nullish(),
      is_initial_sync: z.boolean().nullish(),
      last_sync_start: z.string().nullish(),
      last_sync_finished: z.string().nullish(),
    }),
  ),
});

/** A page of employees, or null for an answer that is none. */
export function readEnvelope(body: unknown): Envelope | null {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) return null;
  return { people: parsed.data.results, next: cursorOf(parsed.data.next ?? null) };
}

/** A cursor, or an address that holds one: the vendor's texts show both. */
function cursorOf(next: string | null): string | null {
  if (next === null || next === '') return null;
  return URL.canParse(next) ? new URL(next).searchParams.get('cursor') : next;
}

export function readLink(body: unknown): { token: string; url: string | null } | null {
  const parsed = linkSchema.safeParse(body);
  return parsed.success ? { token: parsed.data.link_token, url: parsed.data.magic_link_url ?? null } : null;
}

export function readAccountToken(body: unknown): string | null {
  const parsed = accountSchema.safeParse(body);
  return parsed.success ? parsed.data.account_token : null;
}

const OVER: readonly string[] = ['DONE', 'PARTIALLY_SYNCED'];

export interface SyncStatus {
  /** True while Merge reads the employees for the first time: what it gives until then is only a part of them. */
  readonly isFirst: boolean;
  /** The same before and after as long as no sync begins or ends. */
  readonly stamp: string;
}

export function readSyncStatus(body: unknown): SyncStatus | null {
  const parsed = statusesSchema.safeParse(body);
  const employees = parsed.data?.results.find(
    ({ model_id, model_name }) => model_id === 'hris.Employee' || model_name === 'Employee',
  );
  if (employees === undefined) return null;
  const { is_initial_sync: isInitial, status, last_sync_start: start, last_sync_finished: finished } = employees;
  return {
    isFirst: isInitial === true && !OVER.includes(status ?? ''),
    stamp: [status, start, finished].map((part) => part ?? '').join(' '),
  };
}
