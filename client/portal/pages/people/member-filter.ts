import { MEMBER_FIELDS, MEMBER_STATES } from '../../../api/contract/member-fields.js';
import type { MemberFilter } from '../../api/members.js';

/**
 * A filter as it stands in the address of the page, so that reload, back and a shared link lead to the same people.
 * It is the API's own: each parameter is a filter of members. What the address has besides is dropped.
 */
export const FIELD_FILTERS = ['department', 'team', 'location', 'managerId', 'jobTitle', 'role'] as const;
const OTHER_FILTERS = ['search', 'state', 'integration', 'joinedWithinDays', 'birthdayMonth'];
const CUSTOM = /^custom\.[a-z][A-Za-z0-9]{0,39}$/;
const FIELDS: readonly string[] = [...MEMBER_FIELDS.map(({ id }) => id), 'role', 'employeeId'];

export function readFilter(search: Record<string, unknown>): MemberFilter {
  const filter: Record<string, string[]> = {};
  for (const [name, given] of Object.entries(search)) {
    if (!OTHER_FILTERS.includes(name) && !FIELDS.includes(name) && !CUSTOM.test(name)) continue;
    const values = (Array.isArray(given) ? given : [given])
      .filter((value) => typeof value === 'string' || typeof value === 'number')
      .map(String)
      .filter((value) => isAllowed(name, value));
    if (values.length > 0) filter[name] = values;
  }
  return filter;
}

/** An address that somebody mistyped shows all members rather than a refusal. */
function isAllowed(name: string, value: string): boolean {
  if (name === 'state') return MEMBER_STATES.some((state) => state === value);
  if (name === 'birthdayMonth') return /^([1-9]|1[0-2])$/.test(value);
  if (name === 'joinedWithinDays') return /^\d{1,4}$/.test(value);
  return value !== '';
}

export function withFilter(filter: MemberFilter, name: string, values: readonly string[]): MemberFilter {
  const others = Object.entries(filter).filter(([other]) => other !== name);
  return Object.fromEntries(values.length === 0 ? others : [...others, [name, values]]);
}
