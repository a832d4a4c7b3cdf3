import type { Mapping } from './mapping.js';
import { EMPLOYEE_ID, memberField } from './member.js';
import { parseFrom } from './paths.js';
import { isSensitivePath } from './privacy.js';
import { conditionsOf, CUSTOM, DATE_OPERATORS, type Condition, type SegmentRule } from './segment.js';

/**
 * What is wrong with the fields of a segment's rule. A rule on a member field that is not mapped would find every value
 * empty and revoke everybody, so it is refused before anything is planned.
 */
export interface RuleFault {
  /** A JSON pointer into the rule. */
  readonly pointer: string;
  readonly detail: string;
}

/** @param mapping null before there is one: then fields are judged when it comes. */
export function ruleFaults(rule: SegmentRule | null, mapping: Mapping | null): RuleFault[] {
  if (rule === null) return [];
  return conditionsOf(rule).flatMap(({ condition, path }) => {
    const at = path.map((step) => `/${step}`).join('');
    const wrong = fieldFault(condition.field, mapping);
    if (wrong !== null) return [{ pointer: `${at}/field`, detail: wrong }];
    const unfit = operatorFault(condition);
    return unfit === null ? [] : [{ pointer: `${at}/op`, detail: unfit }];
  });
}

function fieldFault(field: string, mapping: Mapping | null): string | null {
  if (field === EMPLOYEE_ID) return null;
  if (memberField(field) !== undefined) {
    const mapped = field === 'username' || (mapping?.fields.some((one) => one.member === field) ?? true);
    return mapped ? null : `uses "${field}", which is not mapped`;
  }
  if (field.startsWith(CUSTOM)) {
    const custom = field.slice(CUSTOM.length);
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

/** A field that never holds a date would put everybody outside. */
function operatorFault({ field, op }: Condition): string | null {
  const kind = memberField(field)?.kind;
  if (kind === undefined || !DATE_OPERATORS.includes(op) || kind === 'date') return null;
  return `is "${op}", which needs a date; "${field}" is none`;
}
