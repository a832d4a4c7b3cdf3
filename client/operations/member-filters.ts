import { z } from 'zod';
import { isId } from '../../database/ids.js';
import type { MemberFilter } from '../../database/member-views.js';
import { MAPPABLE_FIELDS, MEMBER_STATES } from '../../domain/member.js';
import type { PageRequest } from './context.js';
import { faultsDetail, readQuery, Refusal } from './refusals.js';

/** The filters of members: field names themselves, and a few words of their own; several values mean any of them. */
const repeated = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one), one]).transform((given) => (Array.isArray(given) ? given : [given]) as z.output<T>[]);
const id = z.string().refine(isId, 'must be the id of an integration');
const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min).max(max));

const filters = z
  .strictObject({
    integration: repeated(id),
    state: repeated(z.enum(MEMBER_STATES)),
    joinedWithinDays: whole(0, 36_500),
    birthdayMonth: repeated(whole(1, 12)),
    search: z.string().max(200),
  })
  .partial();
const withPage = filters.extend({ limit: whole(1, 1000).optional(), after: z.string().optional() });
const values = z.record(z.string(), repeated(z.string().max(1000)));
const CUSTOM = /^custom\.[a-z][A-Za-z0-9]{0,39}$/;
const FIELDS: readonly string[] = [...MAPPABLE_FIELDS, 'role'];
type FilterField = MemberFilter['fields'][number]['field'];

/** What members can be filtered by. */
export function isFilterField(name: string): boolean {
  return FIELDS.includes(name) || CUSTOM.test(name);
}

/** Whatever is neither a field nor another parameter is refused by its name. */
export function readMemberQuery(query: unknown): { filter: MemberFilter; page: PageRequest } {
  const entries = Object.entries(query ?? {}) as [string, unknown][];
  const given = readQuery(withPage, Object.fromEntries(entries.filter(([name]) => !isFilterField(name))));
  const fields = readQuery(values, Object.fromEntries(entries.filter(([name]) => isFilterField(name))));
  return { filter: toFilter(given, fields), page: { limit: given.limit, after: given.after } };
}

/** Those that one value is asked of; the others take a list. */
const SINGLE: readonly string[] = ['joinedWithinDays', 'search'];
const savedSchema = z.record(
  z.string(),
  z
    .array(z.union([z.string(), z.number().transform(String)]))
    .min(1, 'must have at least one value')
    .max(1000),
);

/** The filter of an audience, each with a list of values; a page is nothing one saves. */
export function readSavedFilter(given: unknown): Record<string, string[]> {
  const parsed = savedSchema.safeParse(given);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => ({
      pointer: `/filter${path.map((step) => `/${String(step)}`).join('')}`,
      detail: /^(Invalid|Too)/.test(message) ? 'must be a list of texts, like ["Sales"]' : message,
    }));
    throw new Refusal('invalid-body', faultsDetail(faults), faults);
  }
  toSavedFilter(parsed.data);
  return parsed.data;
}

/** The same as a search; what a later version does not know any more is refused, not ignored. */
export function toSavedFilter(saved: Readonly<Record<string, readonly string[]>>): MemberFilter {
  const query = Object.entries(saved).map(([name, wanted]) => [
    name,
    SINGLE.includes(name) && wanted.length === 1 ? wanted[0] : wanted,
  ]);
  try {
    const entries = Object.fromEntries(query) as Record<string, unknown>;
    if ('limit' in entries || 'after' in entries) readQuery(filters, entries);
    return readMemberQuery(entries).filter;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults = error.faults.map(({ pointer, detail }) => ({ pointer: `/filter/${pointer.slice(1)}`, detail }));
    throw new Refusal('invalid-body', faultsDetail(faults), faults);
  }
}

function toFilter(given: z.output<typeof filters>, fields: Record<string, string[]>): MemberFilter {
  const { integration, state, joinedWithinDays, birthdayMonth, search } = given;
  return {
    fields: Object.entries(fields).map(([field, wanted]) => ({ field: field as FilterField, values: wanted })),
    integrations: integration ?? [],
    states: state ?? ['active', 'closing-down'],
    joinedWithinDays: joinedWithinDays ?? null,
    birthdayMonths: birthdayMonth ?? [],
    search: search === undefined || search.trim() === '' ? null : search.trim(),
  };
}
