import { createContext, useContext } from 'react';
import type { ProviderField, Suggestion } from '../../api/mapping.js';
import type { Mapping } from '../../api/shapes.js';

/** What all parts of the mapping page know: the mapping as it is edited, and what it can be made of. */
export interface MappingEditor {
  readonly mapping: Mapping;
  readonly change: (next: Mapping) => void;
  readonly fields: readonly ProviderField[];
  readonly suggestions: readonly Suggestion[];
  /** What is wrong with a field, by `memberField`, `custom.<name>`, `role`, `status` or `syncKey`. */
  readonly faults: ReadonlyMap<string, string>;
  /** The HR system's name. */
  readonly provider: string;
  readonly roles: readonly string[];
  readonly mayWrite: boolean;
  /** Custom fields of a live integration stay as they are. */
  readonly customLocked: boolean;
}

const Editor = createContext<MappingEditor | null>(null);
export const MappingEditorProvider = Editor.Provider;

export function useMappingEditor(): MappingEditor {
  const editor = useContext(Editor);
  if (editor === null) throw new Error('There is no mapping to edit here.');
  return editor;
}

export const fromPath = (path: string): string => `{{${path}}}`;

/** The provider's field that a `from` means; null for a constant or a path that nobody offered. */
export function fieldOf(fields: readonly ProviderField[], from: string): ProviderField | null {
  return fields.find(({ path }) => fromPath(path) === from) ?? null;
}

/** What is dragged is the `from` itself. */
export const DRAGGED = 'application/x-rollcall-field';
