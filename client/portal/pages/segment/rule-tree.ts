import type { Condition, Operator, SegmentRule } from '../../api/shapes.js';

/** A rule as it is built: each part has a name of its own for as long as it is edited, and may be turned around. */
export interface Group {
  readonly kind: 'group';
  readonly id: string;
  readonly mode: 'all' | 'any';
  readonly negated: boolean;
  readonly parts: readonly Part[];
}
export interface Line extends Condition {
  readonly kind: 'line';
  readonly id: string;
  readonly negated: boolean;
}
export type Part = Group | Line;

/** As deep as the API takes, and no deeper than a person follows. */
export const DEEPEST = 4;

export const WITHOUT_VALUE: readonly Operator[] = ['isEmpty', 'isNotEmpty'];
export const WITH_LIST: readonly Operator[] = ['oneOf', 'notOneOf'];
export const WITH_DATE: readonly Operator[] = ['before', 'after'];
export const WITH_NUMBER: readonly Operator[] = ['withinLastDays', 'greaterThan', 'lessThan'];

/** Every operator, in the order in which they are offered; the compiler tells if one is missing. */
const OFFERED: Readonly<Record<Operator, 'any' | 'text' | 'date'>> = {
  oneOf: 'text',
  notOneOf: 'text',
  equals: 'text',
  notEquals: 'text',
  contains: 'text',
  startsWith: 'text',
  isEmpty: 'any',
  isNotEmpty: 'any',
  before: 'date',
  after: 'date',
  withinLastDays: 'date',
  greaterThan: 'text',
  lessThan: 'text',
};
const OPERATORS = Object.keys(OFFERED) as Operator[];

/** @param kind of the field; null where nobody knows it, as of a field that is not mapped. */
export function operatorsFor(kind: 'date' | 'text' | null): Operator[] {
  return OPERATORS.filter((op) => kind === null || OFFERED[op] === 'any' || OFFERED[op] === kind);
}

let count = 0;
const newId = (): string => `part-${(count += 1)}`;

export const newLine = (field: string): Line => ({
  kind: 'line',
  id: newId(),
  negated: false,
  field,
  op: 'oneOf',
  values: [],
});
export const newGroup = (parts: readonly Part[]): Group => ({
  kind: 'group',
  id: newId(),
  mode: 'all',
  negated: false,
  parts,
});

/** The whole is always a group, so that a line can be added to it. */
export function toTree(rule: SegmentRule | null): Group {
  if (rule === null) return newGroup([]);
  const part = toPart(rule);
  return part.kind === 'group' ? part : newGroup([part]);
}

function toPart(rule: SegmentRule): Part {
  if ('not' in rule) {
    const inner = toPart(rule.not);
    return inner.negated ? { ...newGroup([inner]), negated: true } : { ...inner, negated: true };
  }
  if ('all' in rule || 'any' in rule) {
    const mode = 'all' in rule ? 'all' : 'any';
    return { ...newGroup(('all' in rule ? rule.all : rule.any).map(toPart)), mode };
  }
  return { kind: 'line', id: newId(), negated: false, field: rule.field, op: rule.op, values: rule.values };
}

/** Lines that say nothing yet are left out: somebody is still about to fill them. */
export function toRule(part: Part): SegmentRule | null {
  const rule = part.kind === 'line' ? lineRule(part) : groupRule(part);
  return rule !== null && part.negated ? { not: rule } : rule;
}

function groupRule({ mode, parts }: Group): SegmentRule | null {
  const rules = parts.flatMap((part) => toRule(part) ?? []);
  const [only] = rules;
  if (only === undefined) return null;
  if (rules.length === 1) return only;
  return mode === 'all' ? { all: rules } : { any: rules };
}

function lineRule({ field, op, values }: Line): SegmentRule | null {
  if (field === '') return null;
  if (WITHOUT_VALUE.includes(op)) return { field, op, values: [] };
  const given = values.map((value) => value.trim()).filter((value) => value !== '');
  return given.length === 0 ? null : { field, op, values: given };
}

/** The tree with one part exchanged, or without it. */
export function replacePart(group: Group, id: string, next: Part | null): Group {
  const parts = group.parts.flatMap((part) => {
    if (part.id === id) return next ?? [];
    return part.kind === 'group' ? replacePart(part, id, next) : part;
  });
  return { ...group, parts };
}

/** The lines in the order in which the rule has them: a fault names its line by a pointer into the rule. */
export function lineAt(tree: Group, pointer: string): Line | null {
  const rule = toRule(tree);
  if (rule === null) return null;
  const steps = pointer.split('/').filter((step) => step !== '');
  const paths = new Map<string, Line>();
  collect(tree, [], paths);
  for (let length = steps.length; length >= 0; length -= 1) {
    const found = paths.get(steps.slice(0, length).join('/'));
    if (found !== undefined) return found;
  }
  return null;
}

function collect(part: Part, above: readonly string[], into: Map<string, Line>): void {
  const rule = toRule(part);
  if (rule === null) return;
  const at = part.negated ? [...above, 'not'] : above;
  if (part.kind === 'line') {
    into.set(at.join('/'), part);
    return;
  }
  const full = part.parts.filter((one) => toRule(one) !== null);
  full.forEach((one, index) => {
    // A group of one is written as that one.
    collect(one, full.length === 1 ? at : [...at, part.mode, String(index)], into);
  });
}
