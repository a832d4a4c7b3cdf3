import type { FormField, FormResult } from './provider.js';

/** What the forms of providers have in common: every fault at once, and no secret in any of them. */
export type FieldReading = { readonly value: string } | { readonly fault: string };
export type FieldReader = (given: unknown) => FieldReading;

/** What an HTTP header can carry: visible ASCII, so a pasted line break cannot make a header of its own. */
const SECRET = /^[\x21-\x7e]{1,512}$/;
const MOST_QUOTED = 80;

/** @param readers one for each field of the form. */
export function parseForm(
  fields: readonly FormField[],
  readers: Readonly<Record<string, FieldReader>>,
  input: Readonly<Record<string, unknown>>,
): FormResult {
  const names = fields.map(({ name }) => name);
  const faults = Object.keys(input)
    .filter((name) => !names.includes(name))
    .map((name) => ({
      field: name.slice(0, MOST_QUOTED),
      detail: `is no field of this form; it has ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`,
    }));
  const credential: Record<string, string> = {};
  for (const name of names) {
    const reading = readers[name]?.(input[name]) ?? { fault: 'cannot be read' };
    if ('value' in reading) credential[name] = reading.value;
    else faults.push({ field: name, detail: reading.fault });
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, credential };
}

/** @param where it is found, as the end of a sentence; what was given is never quoted. */
export const readSecret =
  (where: string): FieldReader =>
  (given) => {
    if (given !== undefined && given !== null && typeof given !== 'string') return { fault: 'must be text' };
    const text = given?.trim() ?? '';
    if (text === '') return { fault: `is missing; copy it ${where}` };
    if (SECRET.test(text)) return { value: text };
    return {
      fault: 'holds blanks or characters that no key has, or is longer than 512 characters; copy the key alone',
    };
  };

/** @param understand gives what is kept, or null for what it does not understand. @param allowed an advice. */
export const readName =
  (understand: (text: string) => string | null, what: string, allowed: string): FieldReader =>
  (given) => {
    if (given === undefined || given === null || given === '') return { fault: `is missing; ${allowed}` };
    if (typeof given !== 'string') return { fault: `must be text; ${allowed}` };
    const value = understand(given.trim());
    return value === null ? { fault: `"${given.trim().slice(0, MOST_QUOTED)}" is no ${what}; ${allowed}` } : { value };
  };

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** The host of a pasted address, without a port or a user; null for what is none. */
export function hostOf(given: string): string | null {
  const text = given.toLowerCase();
  const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (/[\s@\\]/.test(text) || !URL.canParse(address)) return null;
  const { hostname, port } = new URL(address);
  return port === '' ? hostname : null;
}

/** For `.sage.hr`: `acme` out of `acme`, ` Acme `, `acme.sage.hr` and any page of it; null out of all else. */
export const labelBelow =
  (domain: string) =>
  (given: string): string | null => {
    const text = given.toLowerCase();
    if (LABEL.test(text)) return text;
    const host = hostOf(text);
    const label = host?.endsWith(domain) ? host.slice(0, -domain.length) : '';
    return LABEL.test(label) ? label : null;
  };
