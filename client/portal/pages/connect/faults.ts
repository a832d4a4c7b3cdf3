import type { UseFormReturnType } from '@mantine/form';
import { Problem } from '../../api/fetch.js';

/**
 * Puts what the server found wrong next to its fields and leads to the first of them.
 * @param fieldOf the field of a JSON pointer; null: none, then the page tells it.
 * @returns the fields, and whether every fault has one.
 */
export function showFaults<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  error: unknown,
  fieldOf: (pointer: string) => string | null,
): { fields: string[]; isComplete: boolean } {
  if (!(error instanceof Problem) || error.errors.length === 0) return { fields: [], isComplete: false };
  const faults = error.errors.map(({ pointer, detail }) => [fieldOf(pointer), detail] as const);
  const placed = faults.flatMap(([field, detail]) => (field === null ? [] : [[field, sentence(detail)] as const]));
  form.setErrors(Object.fromEntries(placed));
  const [first] = placed;
  if (first !== undefined) setTimeout(() => form.getInputNode(first[0])?.focus());
  return { fields: placed.map(([field]) => field), isComplete: placed.length === faults.length };
}

/** The server's sentences go on after the field's name; at the field itself they stand alone. */
export function sentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
