import { startVendor, type Site, type Vendor, type VendorOptions, type VendorSimulator } from './directories.js';
import { formOf, type Incoming, type Reply } from './serve.js';
import { answerSoql, idOf, numberOf, pageOfQuery, seenBy } from './sage-people-soql.js';
import type { Directory, Employee } from './directory.js';

/**
 * Sage People's own API (`spapi`) behind Salesforce's token, as the vendor describes it, and Salesforce's queries beside
 * it. `hide: ["spapi"]` at the control endpoint: that API is not installed; hidden objects and fields of Salesforce are
 * not described.
 */
const A_PAGE = 100;
const ORGANISATION = '00D7E000000DemoUAS';

export function startSagePeople(options: VendorOptions = {}): Promise<VendorSimulator> {
  return startVendor(SAGE_PEOPLE, options);
}

const SAGE_PEOPLE: Vendor = {
  basePath: '',
  demo: { account: '3MVG9demo.consumer.key', secret: 'demo-consumer-secret' },
  stranger: { status: 401, body: [{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }] },
  find: (sites, incoming) => {
    if (isToken(incoming)) return sites.get(formOf(incoming).client_id ?? '') ?? sites.values().next().value;
    const token = /^Bearer (\S+)$/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
    return [...sites.values()].find((site) => site.tokens.has(token));
  },
  pageOf: ({ directory }, { query }) => {
    const soql = query.get('q');
    if (soql !== null) return pageOfQuery(directory, soql);
    return Math.floor(placeOf(directory, query.get('marker')) / A_PAGE) + 1;
  },
  answer: (site, incoming) => {
    if (isToken(incoming)) return token(site, incoming);
    const found = answerSoql(site.directory, incoming);
    if (found !== null) return found;
    const [own, id] = /^services\/apexrest\/spapi\/v4\/employees(?:\/(\w+))?$/.exec(incoming.path.join('/')) ?? [];
    if (own === undefined || site.directory.hides('spapi')) return NOT_FOUND;
    if (incoming.headers.accept !== 'application/json') return { status: 406, body: [] };
    return id === undefined ? page(site.directory, incoming.query.get('marker')) : one(site.directory, id);
  },
};

const NOT_FOUND: Reply = {
  status: 404,
  body: [{ errorCode: 'NOT_FOUND', message: 'Could not find a match for URL' }],
};

const isToken = ({ method, path }: Incoming) => method === 'POST' && path.join('/') === 'services/oauth2/token';

function token(site: Site, incoming: Incoming): Reply {
  const form = formOf(incoming);
  const { account, secret } = site.directory;
  const error = (code: string, description: string): Reply => ({
    status: 400,
    body: { error: code, error_description: description },
  });
  if (form.grant_type !== 'client_credentials') return error('unsupported_grant_type', 'grant type not supported');
  if (form.client_id !== account) return error('invalid_client_id', 'client identifier invalid');
  if (form.client_secret !== secret) return error('invalid_client', 'invalid client credentials');
  const access = `${ORGANISATION.slice(0, 15)}!${Math.random().toString(36).slice(2)}`;
  site.tokens.add(access);
  return {
    status: 200,
    body: {
      access_token: access,
      instance_url: 'https://acme.my.salesforce.com',
      id: `https://login.salesforce.com/id/${organisationOf(account)}/0057E000000ApiUQAS`,
      token_type: 'Bearer',
      issued_at: '1700000000000',
      signature: 'c2lnbmF0dXJl',
    },
  };
}

/** Each company is an organisation of its own. */
const organisationOf = (account: string) => `00D${Buffer.from(account).toString('hex').slice(-15)}`;

/** After whom the page begins, even if that one is gone. */
function placeOf(directory: Directory, marker: string | null): number {
  return marker === null ? 0 : directory.placeAfter(numberOf(marker));
}

function page(directory: Directory, marker: string | null): Reply {
  const place = placeOf(directory, marker);
  const people = directory.employees().slice(place, place + A_PAGE);
  if (people.length === 0) return { status: 204 };
  return { status: 200, body: { data: people.map((employee) => record(directory, employee)), version: '4.8' } };
}

function one(directory: Directory, id: string): Reply {
  const employee = seenBy(directory, id);
  return employee === undefined
    ? NOT_FOUND
    : { status: 200, body: { data: record(directory, employee), version: '4.8' } };
}

function record(directory: Directory, employee: Employee): Record<string, unknown> {
  const manager = employee.managerId === null ? undefined : directory.get(employee.managerId);
  const custom = (name: string, source: string, value: unknown) => ({ name, value, source });
  return {
    id: idOf(employee),
    hrDepartment: employee.team,
    fullName: `${employee.firstName} ${employee.lastName}`,
    firstName: employee.firstName,
    lastName: employee.lastName,
    emailAddress: employee.email,
    currentEmployment: {
      startDate: employee.startsOn,
      name: `${employee.startsOn.slice(0, 7)} #${employee.id}`,
      jobTitle: employee.position,
      endDate: employee.endsOn,
      active: directory.standing(employee) !== 'left',
    },
    workAddress: {
      name: `${employee.city} office`,
      line1: employee.street,
      line2: null,
      line3: null,
      city: employee.city,
      region: null,
      postalCode: employee.postCode,
      country: employee.country,
    },
    additionalFields: [
      custom('Unique Id', 'fHCM2__Unique_Id__c', `E${String(employee.id).padStart(4, '0')}`),
      custom('Manager', 'fHCM2__Manager__c', manager === undefined ? null : idOf(manager)),
      custom('T-shirt size', 'Shirt__c', employee.custom['T-shirt size'] ?? null),
      custom('Gender', 'fHCM2__Gender__c', employee.gender),
    ],
    ...employee.raw,
  };
}
