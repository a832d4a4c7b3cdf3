import type { AuthorizationForm, FormField, FormResult } from '../provider.js';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DOMAIN = '.sage.hr';
/** What an HTTP header can carry: visible ASCII, so a pasted line break cannot make a header of its own. */
const KEY = /^[\x21-\x7e]{1,512}$/;
const MOST_QUOTED = 80;

const fields: readonly FormField[] = [
  {
    name: 'subdomain',
    label: 'Subdomain',
    help:
      'How do I find my subdomain? Sign in to Sage HR and look at the address bar: in https://acme.sage.hr the ' +
      'subdomain is acme. The whole address may be pasted.',
    secret: false,
    example: 'acme',
  },
  {
    name: 'apiKey',
    label: 'API key',
    help:
      'How do I find my API key? Sign in to Sage HR as an admin, open Settings > Integrations > API, enable API access ' +
      'and copy the key. It belongs to your user: it stops working when you are no longer an admin, and everybody ' +
      'gets a new key when API access is disabled and enabled again.',
    secret: true,
    example: '7c2f0e6b1d9a48350e6f',
  },
];

/** Tells an address of Sage HR from any other, because the key is sent to the host that is understood here. */
export const form: AuthorizationForm = { kind: 'api-key', fields, parse };

function parse(input: Readonly<Record<string, unknown>>): FormResult {
  const faults: { field: string; detail: string }[] = [];
  for (const name of Object.keys(input)) {
    if (!fields.some((field) => field.name === name)) {
      faults.push({
        field: name.slice(0, MOST_QUOTED),
        detail: 'is no field of this form; it has subdomain and apiKey',
      });
    }
  }
  const subdomain = readSubdomain(input.subdomain);
  if (subdomain === null) faults.push({ field: 'subdomain', detail: subdomainFault(input.subdomain) });
  const apiKey = typeof input.apiKey === 'string' ? input.apiKey.trim() : '';
  if (!KEY.test(apiKey)) faults.push({ field: 'apiKey', detail: keyFault(input.apiKey, apiKey) });
  if (subdomain === null || faults.length > 0) return { ok: false, faults };
  return { ok: true, credential: { subdomain, apiKey } };
}

/** `acme` out of `acme`, ` Acme `, `acme.sage.hr` and any page of `https://acme.sage.hr/`; null out of all else. */
function readSubdomain(given: unknown): string | null {
  if (typeof given !== 'string') return null;
  const text = given.trim().toLowerCase();
  if (LABEL.test(text)) return text;
  const address = /^https?:\/\//.test(text) ? text : `https://${text}`;
  if (/[\s@\\]/.test(text) || !URL.canParse(address)) return null;
  const { hostname, port } = new URL(address);
  const label = hostname.endsWith(DOMAIN) ? hostname.slice(0, -DOMAIN.length) : '';
  return port === '' && LABEL.test(label) ? label : null;
}

function subdomainFault(given: unknown): string {
  const allowed = 'enter the first part of your address at Sage HR, such as acme of https://acme.sage.hr';
  if (given === undefined || given === null || given === '') return `is missing; ${allowed}`;
  if (typeof given !== 'string') return `must be text; ${allowed}`;
  return `"${given.trim().slice(0, MOST_QUOTED)}" is no subdomain of sage.hr; ${allowed}`;
}

/** Never quotes what was given. */
function keyFault(given: unknown, key: string): string {
  if (given !== undefined && given !== null && typeof given !== 'string') return 'must be text';
  if (key === '') return 'is missing; copy it in Sage HR from Settings > Integrations > API';
  return 'holds blanks or characters that no key has, or is longer than 512 characters; copy the key alone';
}
