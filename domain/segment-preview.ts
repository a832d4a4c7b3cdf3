import { distance } from 'fastest-levenshtein';
import {
  canonicalText,
  compileRule,
  conditionsOf,
  fieldsOf,
  type Operator,
  type RuleOptions,
  type SegmentRule,
} from './segment.js';

/** What a rule would mean for a directory whose people are grouped by what they have in the rule's fields. */
export interface ValueGroup {
  /** In the order of `fieldsOf(rule)`. */
  readonly values: readonly (string | null)[];
  readonly people: number;
  readonly members: number;
}

export interface SegmentCounts {
  readonly employed: number;
  readonly inside: number;
  readonly outside: number;
  /** Members with an active account who would be outside. */
  readonly members: number;
}

export function countSegment(rule: SegmentRule, groups: readonly ValueGroup[], options: RuleOptions): SegmentCounts {
  const isInside = compileRule(rule, options);
  let [inside, outside, members] = [0, 0, 0];
  for (const group of groups) {
    if (isInside((field) => group.values[field] ?? null)) inside += group.people;
    else {
      outside += group.people;
      members += group.members;
    }
  }
  return { employed: inside + outside, inside, outside, members };
}

export interface UnknownValue {
  /** A JSON pointer into the rule. */
  readonly pointer: string;
  readonly field: string;
  readonly value: string;
  /** What people really have that looks like it, most of them first. */
  readonly didYouMean: readonly { readonly value: string; readonly people: number }[];
}

const WHOLE_VALUES: readonly Operator[] = ['equals', 'notEquals', 'oneOf', 'notOneOf'];
const MOST_PROPOSED = 3;
/** Of a word's letters so many may differ: one in three, at least one. */
const LETTERS_PER_SLIP = 3;

/** Values of the rule that nobody has: mostly a slip of the pen, or a name that HR has changed. */
export function unknownValues(rule: SegmentRule, groups: readonly ValueGroup[]): UnknownValue[] {
  const known = fieldsOf(rule).map((_, at) => countValues(groups, at));
  const fields = fieldsOf(rule);
  return conditionsOf(rule).flatMap(({ condition, path }) => {
    if (!WHOLE_VALUES.includes(condition.op)) return [];
    const people = known[fields.indexOf(condition.field)] ?? new Map<string, Known>();
    return condition.values.flatMap((value, at) => {
      if (people.has(canonicalText(value))) return [];
      const pointer = [...path, 'values', at].map((step) => `/${step}`).join('');
      return [{ pointer, field: condition.field, value, didYouMean: similar(value, people) }];
    });
  });
}

interface Known {
  readonly value: string;
  readonly people: number;
}

/** By the form in which they are compared, each as most people have it written. */
export function countValues(groups: readonly ValueGroup[], field: number): Map<string, Known> {
  const counts = new Map<string, Known & { readonly most: number }>();
  for (const { values, people } of groups) {
    const value = values[field] ?? null;
    if (value === null) continue;
    const key = canonicalText(value);
    const { value: before = value, people: others = 0, most = 0 } = counts.get(key) ?? {};
    const isUsual = people > most || (people === most && value < before);
    counts.set(key, {
      value: isUsual ? value : before,
      people: others + people,
      most: Math.max(most, people),
    });
  }
  return counts;
}

function similar(value: string, known: ReadonlyMap<string, Known>): Known[] {
  const wanted = canonicalText(value);
  const most = Math.max(1, Math.floor(wanted.length / LETTERS_PER_SLIP));
  return [...known]
    .map(([key, one]) => ({ one, slips: distance(wanted, key) }))
    .filter(({ slips }) => slips <= most)
    .sort((a, b) => a.slips - b.slips || b.one.people - a.one.people)
    .slice(0, MOST_PROPOSED)
    .map(({ one: { value: name, people } }) => ({ value: name, people }));
}
