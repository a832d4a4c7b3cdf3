import { hostOf, parseForm, readName, readSecret } from '../form.js';
import type { AuthorizationForm, FormField } from '../provider.js';

const WHERE = 'in Salesforce Setup from the external client app (or connected app) made for Rollcall';
const MY_DOMAIN = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:--[a-z0-9]+)?(?:\.sandbox|\.develop)?\.my\.salesforce\.com$/;

const fields: readonly FormField[] = [
  {
    name: 'hostname',
    label: 'My Domain',
    help:
      'How do I find my domain? Sign in to Sage People and look at the address bar: it begins with your My Domain, ' +
      'such as acme.my.salesforce.com. An address that ends in lightning.force.com is shown in Setup > My Domain as ' +
      'the one that is needed. The whole address may be pasted.',
    secret: false,
    example: 'acme.my.salesforce.com',
  },
  {
    name: 'consumerKey',
    label: 'Consumer key',
    help:
      'In Setup, make an external client app with the client credentials flow, let it run as an API user who has the ' +
      'permission set "Sage People Employees API" and "View All" on Team Members, and copy its consumer key. A new ' +
      'app needs up to 20 minutes before it works.',
    secret: false,
    example: '3MVG9pRzvMkjMb6l',
  },
  {
    name: 'consumerSecret',
    label: 'Consumer secret',
    help: 'It stands beside the consumer key in Setup. Whoever rotates it there has to enter the new one here.',
    secret: true,
    example: '1955279925675241571',
  },
];

/** Only hosts of Salesforce are understood: the secret is sent there. */
export const form: AuthorizationForm = {
  kind: 'client-credentials',
  fields,
  parse: (input) =>
    parseForm(
      fields,
      {
        hostname: readName(
          readHost,
          'My Domain of Salesforce',
          'enter the host that ends in .my.salesforce.com, such as acme.my.salesforce.com',
        ),
        consumerKey: readSecret(WHERE),
        consumerSecret: readSecret(WHERE),
      },
      input,
    ),
};

function readHost(given: string): string | null {
  const host = hostOf(given);
  return host !== null && MY_DOMAIN.test(host) ? host : null;
}

/** Where a token says that the organisation lives: a host of Salesforce, or nothing that a token may be sent to. */
export function isSalesforceHost(address: string): boolean {
  const { protocol, hostname, port } = new URL(address);
  return protocol === 'https:' && port === '' && hostname.endsWith('.salesforce.com');
}
