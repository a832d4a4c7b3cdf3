import { parseForm, readSecret } from '../form.js';
import type { AuthorizationForm, FormField } from '../provider.js';

const WHERE = 'in Personio from Settings > Integrations > API credentials';

const fields: readonly FormField[] = [
  {
    name: 'clientId',
    label: 'Client ID',
    help:
      'How do I find my client ID? Sign in to Personio as an admin, open Settings > Integrations > API credentials and ' +
      'create credentials with the permission to read employees. Tick every attribute that Rollcall shall read, ' +
      'Status, Hire date, Last day of work and Email among them: what is not ticked cannot be seen.',
    secret: false,
    example: 'papi-1f0c9a52-7c1d',
  },
  {
    name: 'clientSecret',
    label: 'Client secret',
    help: 'It is shown once, when the credentials are created in Personio. Lost it? Create new credentials.',
    secret: true,
    example: 'papi-NjE1ZDQ4',
  },
];

export const form: AuthorizationForm = {
  kind: 'client-credentials',
  fields,
  parse: (input) => parseForm(fields, { clientId: readSecret(WHERE), clientSecret: readSecret(WHERE) }, input),
};
