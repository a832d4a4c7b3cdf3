import {
  makeSite,
  rollcall,
  startInstallation,
  type Installation,
  type Outcome,
  type Site,
} from '../harness/installation.js';
import { startSageHr, type SageHrSimulator } from '../../simulators/sage-hr.js';
import { startSimulators } from '../../simulators/start.js';
import { control } from '../simulators/control.js';
import { Api, type Body } from './api.js';

/** A running product without the demo, and a simulated Sage HR whose companies each journey founds for itself. */
export interface Stage {
  readonly installation: Installation;
  readonly site: Site;
  readonly sageHr: SageHrSimulator;
  /** The simulated vendor of a provider; undefined where there is none. */
  readonly vendorOf: (provider: string) => { readonly url: string } | undefined;
  /** With an operator's token, made by the command line. */
  readonly api: Api;
  readonly cli: (words: readonly string[], input?: string) => Promise<Outcome>;
  /** What happens at a company; see simulators/README.md. */
  readonly happens: (path: string, body?: unknown) => Promise<unknown>;
  readonly people: (company: string) => Promise<Person[]>;
  /** A programme with an integration of a company of its own that has made its first import. */
  readonly connect: (company: Company) => Promise<Connected>;
  readonly stop: () => Promise<void>;
}

export interface Company {
  readonly subdomain: string;
  readonly people: number;
  readonly apiKey: string;
  /** Hired before the first import. */
  readonly hires?: readonly object[];
}

export interface Connected {
  readonly programme: string;
  readonly integration: string;
  /** The integration's path. */
  readonly place: string;
  readonly first: Body;
}

/** Everybody at a company as the simulator's control endpoint tells. */
export interface Person {
  readonly id: number;
  readonly email: string | null;
  readonly first_name: string;
  readonly last_name: string;
  readonly employment_start_date: string;
  readonly termination_date: string | null;
  readonly country: string;
  readonly team: string;
  readonly lists: readonly string[];
}

export const PATIENCE_SECONDS = 6;

export const MAPPING = {
  fields: [
    { member: 'email', from: '{{response.email}}' },
    { member: 'firstName', from: '{{response.first_name}}' },
    { member: 'lastName', from: '{{response.last_name}}' },
    { member: 'team', from: '{{response.team}}' },
    { member: 'country', from: '{{response.country}}' },
    { member: 'phone', from: '{{response.work_phone}}' },
    { member: 'startDate', from: '{{response.employment_start_date}}' },
  ],
};

export async function openStage(): Promise<Stage> {
  const [site, sageHr, vendors] = await Promise.all([makeSite(), startSageHr(), startSimulators({ people: 12 })]);
  const addresses: readonly (readonly [string, string])[] = vendors.all.flatMap(({ variable, baseUrl, more }) => [
    [variable, baseUrl] as const,
    ...Object.entries(more),
  ]);
  const installation = await startInstallation(site, {
    words: ['--no-demo'],
    variables: {
      ...Object.fromEntries(addresses),
      ROLLCALL_SAGE_HR_URL: sageHr.baseUrl,
      ROLLCALL_PROVIDER_PATIENCE_SECONDS: String(PATIENCE_SECONDS),
      ROLLCALL_LOG_LEVEL: 'debug',
    },
  });
  const cli = (words: readonly string[], input = '') => rollcall(site, words, input);
  const token = await cli(['tokens', 'create', '--operator']);
  const api = new Api((await installation.run()).url, token.out.trim());
  const happens = (path: string, body: unknown = {}) => control(sageHr.url, 'POST', path, body);
  return {
    installation,
    site,
    sageHr,
    vendorOf: (id) => (id === 'sage-hr' ? sageHr : vendors.all.find((vendor) => vendor.id === id)),
    api,
    cli,
    happens,
    people: async (company) => ((await control(sageHr.url, 'GET', `${company}/people`)) as { items: Person[] }).items,
    connect: (company) => connect(api, happens, company),
    async stop() {
      await installation.stop();
      await Promise.all([sageHr.close(), vendors.close()]);
      await site.remove();
    },
  };
}

async function connect(api: Api, happens: Stage['happens'], company: Company): Promise<Connected> {
  const { subdomain, people, apiKey } = company;
  await happens('companies', { subdomain, people, apiKey });
  for (const hire of company.hires ?? []) await happens(`${subdomain}/hire`, hire);
  const programme = (await api.done('POST', '/programmes', { body: { name: subdomain, timeZone: 'Europe/London' } }))
    .id;
  const body = { provider: 'sage-hr', name: `Sage HR of ${subdomain}` };
  const integration = (await api.done('POST', `/programmes/${programme}/integrations`, { body })).id;
  const place = `/programmes/${programme}/integrations/${integration}`;
  await api.done('PUT', `${place}/setup`, { body: { reportTo: [`hr@${subdomain}.example`] } });
  await api.done('POST', `${place}/authorize`, { body: { subdomain, apiKey } });
  await api.done('PUT', `${place}/mapping`, { body: MAPPING });
  const published = await api.done('POST', `${place}/publish`);
  return { programme, integration, place, first: await api.ended(place, published.firstImport.id) };
}
