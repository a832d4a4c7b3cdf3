import { z } from 'zod';
import { addDays } from './eligibility.js';

/**
 * Who is eligible among the employed: a tree of conditions on fields. Text is compared trimmed and without case; accents
 * count. A person without a value satisfies `isEmpty` and the negative operators alone.
 */
export const OPERATORS = [
  'equals',
  'notEquals',
  'oneOf',
  'notOneOf',
  'contains',
  'startsWith',
  'isEmpty',
  'isNotEmpty',
  'before',
  'after',
  'withinLastDays',
  'greaterThan',
  'lessThan',
] as const;
export type Operator = (typeof OPERATORS)[number];

/** Before the name of a custom field. */
export const CUSTOM = 'custom.';

export interface Condition {
  /** A member field, `custom.<name>` or a path `{{response.team}}`. */
  readonly field: string;
  readonly op: Operator;
  readonly values: readonly string[];
}
export type SegmentRule =
  | Condition
  | { readonly all: readonly SegmentRule[] }
  | { readonly any: readonly SegmentRule[] }
  | { readonly not: SegmentRule };

export interface Segment {
  readonly outside: 'revoke' | 'leave-alone';
  readonly rule: SegmentRule | null;
}

const LISTS: readonly Operator[] = ['oneOf', 'notOneOf'];
const WITHOUT_VALUES: readonly Operator[] = ['isEmpty', 'isNotEmpty'];
export const DATE_OPERATORS: readonly Operator[] = ['before', 'after', 'withinLastDays'];
const MOST_VALUES = 1000;
const DEEPEST = 8;
const MOST_CONDITIONS = 100;
const MOST_FIELDS = 20;
const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const WHOLE = /^\d{1,5}$/;
const NUMBER = /^-?\d{1,15}(\.\d{1,9})?$/;

const conditionSchema = z
  .strictObject({
    field: z.string().min(1).max(256),
    op: z.enum(OPERATORS),
    values: z.array(z.string().max(256)).max(MOST_VALUES).default([]),
  })
  .check((context) => {
    const { op, values } = context.value;
    const fault = valuesFault(op, values);
    if (fault !== null) context.issues.push({ code: 'custom', path: ['values'], input: values, message: fault });
  });

/** What is wrong with the values of a condition, or null. */
function valuesFault(op: Operator, values: readonly string[]): string | null {
  const [value = ''] = values;
  if (WITHOUT_VALUES.includes(op)) return values.length === 0 ? null : `must be left out with "${op}"`;
  if (LISTS.includes(op)) return values.length > 0 ? null : `must have at least one value with "${op}"`;
  if (values.length !== 1)
    return `must have one value with "${op}", not ${values.length}${op === 'equals' ? '; "oneOf" takes several' : ''}`;
  if ((op === 'before' || op === 'after') && !DATE.test(value)) return `must be a date like 2026-03-31 with "${op}"`;
  if (op === 'withinLastDays' && !WHOLE.test(value)) return 'must be a number of days with "withinLastDays"';
  if ((op === 'greaterThan' || op === 'lessThan') && !NUMBER.test(value)) return `must be a number with "${op}"`;
  return null;
}

type Path = readonly (string | number)[];
interface RuleIssue {
  readonly path: Path;
  readonly message: string;
}

/**
 * The tree, read step by step: a library's recursion has no limit to its depth, and its refusal of alternatives names
 * none of them.
 */
const ruleSchema = z
  .unknown()
  .transform((given, context): SegmentRule => {
    const issues: (RuleIssue | z.core.$ZodIssue)[] = [];
    const rule = readRule(given, { path: [], depth: 0 }, issues);
    if (rule !== null) issues.push(...sizeIssues(rule));
    for (const issue of issues) {
      const whole = { code: 'custom', ...issue, path: [...issue.path], input: given };
      context.issues.push(whole as (typeof context.issues)[number]);
    }
    return rule ?? z.NEVER;
  })
  .meta({
    description: 'A condition, or a tree of them by all, any and not; at most 8 deep, with 100 conditions on 20 fields',
    examples: [
      {
        all: [
          { field: 'country', op: 'oneOf', values: ['GB', 'DE'] },
          { not: { field: 'team', op: 'equals', values: ['Interns'] } },
        ],
      },
    ],
  });

interface Place {
  readonly path: Path;
  /** Groups around it. */
  readonly depth: number;
}

function readRule(
  given: unknown,
  { path, depth }: Place,
  issues: (RuleIssue | z.core.$ZodIssue)[],
): SegmentRule | null {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    issues.push({ path, message: 'must be a condition { field, op, values } or one of { all }, { any }, { not }' });
    return null;
  }
  const group = (['all', 'any', 'not'] as const).find((name) => Object.hasOwn(given, name));
  if (group === undefined) {
    const parsed = conditionSchema.safeParse(given);
    if (parsed.success) return parsed.data;
    issues.push(...parsed.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
    return null;
  }
  if (depth >= DEEPEST) {
    issues.push({ path, message: `must be at most ${DEEPEST} deep` });
    return null;
  }
  for (const other of Object.keys(given)) {
    if (other !== group) issues.push({ path: [...path, other], message: `is not a property beside "${group}"` });
  }
  const inner: unknown = (given as Record<string, unknown>)[group];
  const below = (...steps: Path): Place => ({ path: [...path, group, ...steps], depth: depth + 1 });
  if (group === 'not') {
    const rule = readRule(inner, below(), issues);
    return rule === null ? null : { not: rule };
  }
  if (!Array.isArray(inner) || inner.length === 0 || inner.length > MOST_CONDITIONS) {
    issues.push({ path: [...path, group], message: `must be a list of 1 to ${MOST_CONDITIONS} rules` });
    return null;
  }
  const rules = inner.flatMap((one, at) => readRule(one, below(at), issues) ?? []);
  return group === 'all' ? { all: rules } : { any: rules };
}

function sizeIssues(rule: SegmentRule): RuleIssue[] {
  const conditions = conditionsOf(rule).length;
  if (conditions > MOST_CONDITIONS)
    return [{ path: [], message: `has ${conditions} conditions; at most ${MOST_CONDITIONS} are allowed` }];
  const fields = fieldsOf(rule).length;
  return fields > MOST_FIELDS
    ? [{ path: [], message: `is about ${fields} fields; at most ${MOST_FIELDS} are allowed` }]
    : [];
}

export const segmentSchema = z.strictObject({
  outside: z.enum(['revoke', 'leave-alone']).default('revoke'),
  rule: ruleSchema.nullable(),
});

export const EVERYBODY: Segment = { outside: 'revoke', rule: null };

/** The conditions of a tree in the order in which they are written, each with its place in it. */
export function conditionsOf(rule: SegmentRule, path: Path = []): { condition: Condition; path: Path }[] {
  if ('all' in rule) return rule.all.flatMap((one, at) => conditionsOf(one, [...path, 'all', at]));
  if ('any' in rule) return rule.any.flatMap((one, at) => conditionsOf(one, [...path, 'any', at]));
  if ('not' in rule) return conditionsOf(rule.not, [...path, 'not']);
  return [{ condition: rule, path }];
}

/** The fields that a rule is about, each once, in the order in which they are first named. */
export function fieldsOf(rule: SegmentRule | null): string[] {
  return rule === null ? [] : [...new Set(conditionsOf(rule).map(({ condition }) => condition.field))];
}

/** Text of a rule is compared trimmed and without case. */
export function canonicalText(text: string): string {
  return text.trim().normalize('NFC').toLowerCase().normalize('NFC');
}

/** Gives a person's value in the field at that place of `fieldsOf`, as text; null where there is none. */
export type ValueAt = (field: number) => string | null;

export interface RuleOptions {
  /** The day from which days are counted, `YYYY-MM-DD`. */
  readonly today: string;
  /** Understands a date that is not `YYYY-MM-DD`; null for what is none. */
  readonly readDate: (text: string) => string | null;
}

/** Compiled once, asked for each person: is this one inside? */
export function compileRule(rule: SegmentRule, options: RuleOptions): (valueAt: ValueAt) => boolean {
  const fields = fieldsOf(rule);
  return compileNode(rule, (field) => fields.indexOf(field), options);
}

function compileNode(
  rule: SegmentRule,
  placeOf: (field: string) => number,
  options: RuleOptions,
): (valueAt: ValueAt) => boolean {
  if ('not' in rule) {
    const inner = compileNode(rule.not, placeOf, options);
    return (valueAt) => !inner(valueAt);
  }
  if ('all' in rule || 'any' in rule) {
    const isAll = 'all' in rule;
    const parts = (isAll ? rule.all : rule.any).map((one) => compileNode(one, placeOf, options));
    return isAll ? (valueAt) => parts.every((part) => part(valueAt)) : (valueAt) => parts.some((part) => part(valueAt));
  }
  const holds = compileCondition(rule, options);
  const place = placeOf(rule.field);
  return (valueAt) => holds(valueAt(place));
}

function compileCondition({ op, values }: Condition, options: RuleOptions): (value: string | null) => boolean {
  const [first = ''] = values;
  const wanted = canonicalText(first);
  const list = new Set(values.map(canonicalText));
  const text = (test: (value: string) => boolean) => (value: string | null) =>
    value !== null && test(canonicalText(value));
  switch (op) {
    case 'equals':
    case 'oneOf':
      return text((value) => list.has(value));
    case 'notEquals':
    case 'notOneOf':
      return (value) => value === null || !list.has(canonicalText(value));
    case 'contains':
      return text((value) => value.includes(wanted));
    case 'startsWith':
      return text((value) => value.startsWith(wanted));
    case 'isEmpty':
      return (value) => value === null;
    case 'isNotEmpty':
      return (value) => value !== null;
    case 'before':
      return date(options, (value) => value < first);
    case 'after':
      return date(options, (value) => value > first);
    case 'withinLastDays': {
      const since = addDays(options.today, -Number(first));
      return date(options, (value) => value >= since && value <= options.today);
    }
    case 'greaterThan':
      return number((value) => value > Number(first));
    case 'lessThan':
      return number((value) => value < Number(first));
  }
}

function date({ readDate }: RuleOptions, test: (value: string) => boolean): (value: string | null) => boolean {
  return (value) => {
    const day = value === null ? null : DATE.test(value) ? value : readDate(value);
    return day !== null && test(day);
  };
}

function number(test: (value: number) => boolean): (value: string | null) => boolean {
  return (value) => value !== null && NUMBER.test(value.trim()) && test(Number(value));
}

/** The rule in words, for the reasons that people read. */
export function describeRule(rule: SegmentRule, isInside = false): string {
  if ('not' in rule) return `not (${describeRule(rule.not)})`;
  if ('all' in rule || 'any' in rule) {
    const [parts, word] = 'all' in rule ? [rule.all, ' and '] : [rule.any, ' or '];
    const text = parts.map((part) => describeRule(part, parts.length > 1)).join(word);
    return isInside && parts.length > 1 ? `(${text})` : text;
  }
  const { field, op, values } = rule;
  return `${field} ${WORDS[op].replace('%', values.join(', '))}`;
}

const WORDS: Readonly<Record<Operator, string>> = {
  equals: 'is %',
  notEquals: 'is not %',
  oneOf: 'is one of %',
  notOneOf: 'is none of %',
  contains: 'contains %',
  startsWith: 'begins with %',
  isEmpty: 'is empty',
  isNotEmpty: 'is not empty',
  before: 'is before %',
  after: 'is after %',
  withinLastDays: 'is within the last % days',
  greaterThan: 'is greater than %',
  lessThan: 'is less than %',
};
