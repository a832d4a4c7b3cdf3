import { labelBelow, parseForm, readName, readSecret } from '../form.js';
import type { AuthorizationForm, FormField } from '../provider.js';

const fields: readonly FormField[] = [
  {
    name: 'subdomain',
    label: 'Subdomain',
    help:
      'How do I find my subdomain? Sign in to intelliHR and look at the address bar: in https://acme.intellihr.net the ' +
      'subdomain is acme. The whole address may be pasted.',
    secret: false,
    example: 'acme',
  },
  {
    name: 'apiKey',
    label: 'Access key',
    help:
      'How do I find my access key? Sign in to intelliHR as an administrator, open Settings > Public API Access Keys ' +
      'and create an access key. It is shown once, and it can do whatever an administrator can: keep it nowhere else.',
    secret: true,
    example: 'ihr_7c2f0e6b1d9a4835',
  },
];

export const form: AuthorizationForm = {
  kind: 'api-key',
  fields,
  parse: (input) =>
    parseForm(
      fields,
      {
        subdomain: readName(
          labelBelow('.intellihr.net'),
          'subdomain of intellihr.net',
          'enter the first part of your address at intelliHR, such as acme of https://acme.intellihr.net',
        ),
        apiKey: readSecret('in intelliHR from Settings > Public API Access Keys'),
      },
      input,
    ),
};
