import { labelBelow, parseForm, readName, readSecret } from '../form.js';
import type { AuthorizationForm, FormField } from '../provider.js';

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
export const form: AuthorizationForm = {
  kind: 'api-key',
  fields,
  parse: (input) =>
    parseForm(
      fields,
      {
        subdomain: readName(
          labelBelow('.sage.hr'),
          'subdomain of sage.hr',
          'enter the first part of your address at Sage HR, such as acme of https://acme.sage.hr',
        ),
        apiKey: readSecret('in Sage HR from Settings > Integrations > API'),
      },
      input,
    ),
};
