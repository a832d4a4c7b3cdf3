import type { Mapping } from './mapping.js';
import { memberField } from './member.js';
import { parseFrom } from './paths.js';
import { isSensitivePath } from './privacy.js';
import type { SegmentRule } from './segment.js';

/**
 * What is wrong with the field of a segment's rule, or null. A rule on a member field that is not mapped would find
 * every value empty and revoke everybody, so it is refused before anything is planned.
 *
 * @param mapping null before there is one: then the field is judged when it comes.
 */
export function segmentFieldFault(rule: SegmentRule | null, mapping: Mapping | null): string | null {
  if (rule === null) return null;
  const { field } = rule;
  if (memberField(field) !== undefined) {
    const mapped = field === 'username' || (mapping?.fields.some((one) => one.member === field) ?? true);
    return mapped ? null : `uses "${field}", which is not mapped`;
  }
  const custom = /^custom\.(.+)$/.exec(field)?.[1];
  if (custom !== undefined) {
    const known = mapping?.custom.some((one) => one.name === custom) ?? true;
    return known ? null : `uses the custom field "${custom}", which is not in the mapping`;
  }
  const parsed = parseFrom(field);
  if (!parsed.ok) return `is "${field}"; allowed are a member field, custom.<name> or a path like {{response.team}}`;
  if (parsed.from.kind === 'constant') return `is a constant, which is the same for everybody; name a field`;
  if (isSensitivePath(parsed.from.steps)) {
    return `is ${field}, sensitive data, which is never read`;
  }
  return null;
}
