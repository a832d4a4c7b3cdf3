import type { JsonRecord, JsonValue } from './employee.js';

/**
 * The small language of a mapping's `from`: a path `{{response.address["post-code"]}}` or a constant `{{"UK"}}`.
 * It is not evaluated: a path is a list of own-property names and array indexes, nothing else can be reached by it.
 */
export const MAX_FROM_LENGTH = 256;

export type From =
  | { readonly kind: 'path'; readonly steps: readonly (string | number)[] }
  | { readonly kind: 'constant'; readonly value: string };

export type FromResult = { readonly ok: true; readonly from: From } | { readonly ok: false; readonly detail: string };

const ROOT = 'response';
const STEP = /\.([A-Za-z_$][\w$-]*)|\[(\d{1,6})\]|\["((?:[^"\\]|\\[\s\S])*)"\]/y;
const CONSTANT = /^"((?:[^"\\]|\\[\s\S])*)"$/;

/** Understands one `from`; the refusal says what was given and what is allowed. */
export function parseFrom(text: string): FromResult {
  if (text.length > MAX_FROM_LENGTH) {
    return refuse(`is ${text.length} characters long; at most ${MAX_FROM_LENGTH} are allowed`);
  }
  const inner = /^\s*\{\{\s*([\s\S]*?)\s*\}\}\s*$/.exec(text)?.[1];
  if (inner === undefined) {
    return refuse(`"${text}" is bare text; write a path like {{response.email}} or a constant like {{"UK"}}`);
  }
  const constant = CONSTANT.exec(inner);
  if (constant) return { ok: true, from: { kind: 'constant', value: unescape(constant[1] ?? '') } };
  if (!inner.startsWith(ROOT)) {
    return refuse(`"${text}" must start with {{response or be a constant in quotes`);
  }
  const steps: (string | number)[] = [];
  let at = ROOT.length;
  while (at < inner.length) {
    STEP.lastIndex = at;
    const step = STEP.exec(inner);
    if (!step) return refuse(`"${text}" is not understood from "${inner.slice(at)}" on`);
    const [whole, name, index, quoted] = step;
    if (name !== undefined) steps.push(name);
    else if (index !== undefined) steps.push(Number(index));
    else steps.push(unescape(quoted ?? ''));
    at += whole.length;
  }
  if (steps.length === 0) return refuse(`"${text}" names no field of the response`);
  return { ok: true, from: { kind: 'path', steps } };
}

/** A reader for one `from`, made once and run for each person. */
export function compileFrom(from: From): (response: JsonRecord) => JsonValue {
  if (from.kind === 'constant') return () => from.value;
  const steps = from.steps;
  const [only = '', ...others] = steps;
  // Most paths are one name, and a loop over one costs as much again as looking it up.
  if (others.length === 0) return (response) => (Object.hasOwn(response, only) ? (response[only] ?? null) : null);
  return (response) => {
    let value: JsonValue | undefined = response;
    for (const step of steps) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
      value = (value as Readonly<Record<string | number, JsonValue | undefined>>)[step];
    }
    return value ?? null;
  };
}

/** How a path is written between the braces: the form in which fields are offered for mapping. */
export function formatPath(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `${text}.${step}` : `${text}["${escape(step)}"]`;
  }, ROOT);
}

function refuse(detail: string): FromResult {
  return { ok: false, detail };
}

/** Only what would end the quotes: the reading side knows no other escapes, so a line break stands as itself. */
function escape(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}
