import { createContext, useContext } from 'react';
import type { Integration } from '../../api/integrations.js';
import type { ProviderField } from '../../api/mapping.js';
import { MEMBER_FIELDS } from '../../../api/contract/member-fields.js';
import { fromPath } from '../mapping/editor.js';
import { isDateField, labelOf } from '../mapping/mapping-draft.js';

/** What all parts of the segment page know. */
export interface SegmentEditor {
  readonly programme: string;
  readonly integration: Integration;
  /** The HR system's name and fields. */
  readonly provider: string;
  readonly fields: readonly ProviderField[];
  readonly mayWrite: boolean;
  /** What is wrong, by the place in the rule. */
  readonly faults: readonly { readonly pointer: string; readonly detail: string }[];
}

const Editor = createContext<SegmentEditor | null>(null);
export const SegmentEditorProvider = Editor.Provider;

export function useSegmentEditor(): SegmentEditor {
  const editor = useContext(Editor);
  if (editor === null) throw new Error('There is no segment to edit here.');
  return editor;
}

/** Fields that a rule can be about: what is mapped first, then everything else the HR system returns. */
export function useFieldChoices(): readonly { group: string; items: { value: string; label: string }[] }[] {
  const { integration, fields, provider } = useSegmentEditor();
  const { mapping } = integration;
  const mapped = new Set(mapping?.fields.map(({ member }) => member));
  const froms = new Set([...(mapping?.fields ?? []), ...(mapping?.custom ?? [])].map(({ from }) => from));
  const own = MEMBER_FIELDS.filter(({ id }) => mapped.has(id)).map(({ id }) => ({ value: id, label: labelOf(id) }));
  const custom = (mapping?.custom ?? []).map(({ name, label }) => ({ value: `custom.${name}`, label }));
  const others = fields
    .filter(({ path }) => !froms.has(fromPath(path)))
    .map(({ path, label }) => ({ value: fromPath(path), label }));
  return [
    { group: 'Rollcall', items: [...own, { value: 'employeeId', label: labelOf('employeeId') }, ...custom] },
    ...(others.length === 0 ? [] : [{ group: provider, items: others }]),
  ];
}

export function kindOf(field: string): 'date' | 'text' | null {
  if (field.startsWith('{{') || field.startsWith('custom.') || field === '') return null;
  return isDateField(field) ? 'date' : 'text';
}
