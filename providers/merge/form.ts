import { parseForm, readSecret } from '../form.js';
import type { AuthorizationForm, FormField } from '../provider.js';

const fields: readonly FormField[] = [
  {
    name: 'publicToken',
    label: 'Public token',
    help:
      'Ask for a link (…/authorize/link), open it in Merge Link, choose your HR system there and sign in to it. Merge ' +
      'Link then gives the public token, which is good for one use.',
    secret: true,
    example: '9kF2-public-token',
  },
];

export const form: AuthorizationForm = {
  kind: 'link',
  fields,
  parse: (input) => parseForm(fields, { publicToken: readSecret('from Merge Link') }, input),
};
