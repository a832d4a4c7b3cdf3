import type { UseFormReturnType } from '@mantine/form';
import { Problem } from '../api/fetch.js';

interface Naming {
  /** What a field of the form is called. */
  readonly label: (path: string) => string;
  /** Where the form keeps what the body has at a path; absent: at the same. */
  readonly path?: (given: string) => string;
}

/**
 * Puts the faults of a refused body to the fields of a form, each as a sentence that begins with the field's name, and
 * leads to the first of them. What was typed stays.
 * @returns what no field shows, for an alert; null: the fields show all of it.
 */
export function showFaults<Values extends object>(
  form: UseFormReturnType<Values>,
  error: unknown,
  { label, path = (given) => given }: Naming,
): unknown {
  const faults = faultsByPath(error).map(([given, detail]) => [path(given), detail] as const);
  const shown = faults.filter(([at]) => form.getInputNode(at) !== null);
  form.setErrors(Object.fromEntries(shown.map(([at, detail]) => [at, `${label(at)} ${detail}.`])));
  const [first] = shown;
  if (first !== undefined) form.getInputNode(first[0])?.focus();
  return faults.length > 0 && shown.length === faults.length ? null : error;
}

/** By path into the body: `/custom/shirt` is `custom.shirt`. */
function faultsByPath(error: unknown): (readonly [string, string])[] {
  if (!(error instanceof Problem)) return [];
  return error.errors
    .filter(({ pointer }) => pointer.startsWith('/'))
    .map(({ pointer, detail }) => [pointer.slice(1).replaceAll('/', '.'), detail]);
}
