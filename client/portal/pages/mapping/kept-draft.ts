import { useCallback, useState } from 'react';

/**
 * Edits that are not saved yet, kept in the tab: they survive a reload and a lost connection. What was saved when the
 * editing began is kept beside them, so that it is noticed when somebody else saves in between.
 */
export interface KeptDraft<T> {
  readonly draft: T;
  readonly change: (next: T) => void;
  readonly isDirty: boolean;
  /** What was saved when the editing began. */
  readonly base: T;
  /** What somebody else has saved since this editing began; null: nobody has. */
  readonly theirs: T | null;
  /** Goes on with what is saved. */
  readonly discard: () => void;
  /** Goes on with one's own, knowing of theirs. */
  readonly keepMine: () => void;
  /** What was just saved is what editing starts from. */
  readonly saved: (value: T) => void;
}

interface Kept<T> {
  /** What was saved when the editing began. */
  readonly base: T;
  readonly draft: T;
}

/** @param saved as the server has it now; asked for anew every few seconds. */
export function useKeptDraft<T>(key: string, saved: T): KeptDraft<T> {
  const [kept, setKept] = useState<Kept<T> | null>(() => read<T>(key));
  const keep = useCallback(
    (next: Kept<T> | null) => {
      setKept(next);
      if (next === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(next));
    },
    [key],
  );
  const base = kept?.base ?? saved;
  const isDirty = kept !== null && !isSame(kept.draft, saved);
  return {
    draft: isDirty ? kept.draft : saved,
    isDirty,
    base,
    theirs: isDirty && !isSame(base, saved) ? saved : null,
    change: (next) => keep(isSame(next, saved) ? null : { base, draft: next }),
    discard: () => keep(null),
    keepMine: () => kept !== null && keep({ base: saved, draft: kept.draft }),
    saved: () => keep(null),
  };
}

function read<T>(key: string): Kept<T> | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as Kept<T>);
  } catch {
    // Written by an older version or by hand: what is saved is still there.
    return null;
  }
}

/** By content: the order of properties does not count, `undefined` is no property. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
