import { useState } from 'react';
import type { Integration } from '../../api/integrations.js';
import type { CustomField, Segment } from '../../api/shapes.js';
import { isSame, useKeptDraft, type KeptDraft } from '../mapping/kept-draft.js';
import { newLine, toRule, toTree, WITHOUT_VALUE, type Group, type Line, type Part } from './rule-tree.js';

/** How somebody says who is in: most need one of the first two. */
export const WAYS = ['everybody', 'simple', 'rule'] as const;
export type Way = (typeof WAYS)[number];

export const EVERYBODY: Segment = { outside: 'revoke', rule: null };

export interface SegmentForm {
  readonly mayWrite: boolean;
  readonly custom: readonly CustomField[];
  readonly way: Way;
  readonly line: Line;
  readonly tree: Group;
  readonly segment: Segment;
  /** The id of the part that says nothing yet; null: it is complete. */
  readonly missing: string | null;
  readonly kept: KeptDraft<Segment>;
  readonly choose: (way: Way) => void;
  readonly changeLine: (line: Line) => void;
  readonly changeTree: (tree: Group) => void;
  readonly setOutside: (outside: Segment['outside']) => void;
  /** Goes on with one's own, knowing of what somebody else has saved. */
  readonly keepMine: () => void;
  readonly discard: () => void;
}

interface Shape {
  readonly way: Way;
  readonly line: Line;
  readonly tree: Group;
}

/** The segment in the form in which it is edited; what is changed is kept like any draft. */
export function useSegmentForm(integration: Integration, mayWrite: boolean): SegmentForm {
  const saved = integration.segment ?? EVERYBODY;
  const kept = useKeptDraft<Segment>(`rollcall.segment.${integration.id}`, saved);
  const [shape, setShape] = useState<Shape>(() => shapeOf(kept.draft));
  const [shown, setShown] = useState(saved);
  if (!isSame(shown, saved)) {
    setShown(saved);
    // Nothing of one's own is lost: what somebody else has saved is what is here now.
    if (!kept.isDirty) setShape(shapeOf(saved));
  }
  const custom = integration.mapping?.custom ?? [];
  const update = (next: Shape, outside = kept.draft.outside) => {
    setShape(next);
    kept.change({ outside, rule: ruleOf(next) });
  };
  return {
    ...shape,
    mayWrite,
    custom,
    kept,
    segment: { outside: kept.draft.outside, rule: ruleOf(shape) },
    missing: missingIn(shape),
    choose: (way) =>
      update({
        ...shape,
        way,
        tree: way === 'rule' && shape.tree.parts.length === 0 ? toTree(toRule(shape.line)) : shape.tree,
      }),
    changeLine: (line) => update({ ...shape, line }),
    changeTree: (tree) => update({ ...shape, tree }),
    setOutside: (outside) => update(shape, outside),
    keepMine: kept.keepMine,
    discard: () => {
      kept.discard();
      setShape(shapeOf(saved));
    },
  };
}

/** A rule that is one field with some values is shown as the simple form it could have come from. */
function shapeOf({ rule }: Segment): Shape {
  const tree = toTree(rule);
  const [only] = tree.parts;
  if (rule === null) return { way: 'everybody', line: newLine(''), tree };
  const isSimple =
    tree.parts.length === 1 &&
    !tree.negated &&
    only?.kind === 'line' &&
    !only.negated &&
    ['oneOf', 'equals'].includes(only.op);
  return isSimple ? { way: 'simple', line: { ...only, op: 'oneOf' }, tree } : { way: 'rule', line: newLine(''), tree };
}

function ruleOf({ way, line, tree }: Shape): Segment['rule'] {
  if (way === 'everybody') return null;
  return way === 'simple' ? toRule(line) : toRule(tree);
}

function missingIn({ way, line, tree }: Shape): string | null {
  if (way === 'everybody') return null;
  if (way === 'simple') return toRule(line) === null ? (line.field === '' ? 'simple-field' : 'simple-values') : null;
  return tree.parts.length === 0 ? 'add-line' : firstEmpty(tree);
}

function firstEmpty(part: Part): string | null {
  if (part.kind === 'group') return part.parts.map(firstEmpty).find((id) => id !== null) ?? null;
  if (part.field === '') return `${part.id}-field`;
  if (WITHOUT_VALUE.includes(part.op) || toRule(part) !== null) return null;
  return `${part.id}-values`;
}
