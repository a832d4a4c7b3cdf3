import type { Environment } from '../config/environment.js';
import { csv } from './csv/index.js';
import { intelliHr } from './intellihr/index.js';
import { merge } from './merge/index.js';
import { personio } from './personio/index.js';
import { sageHr } from './sage-hr/index.js';
import { sagePeople } from './sage-people/index.js';
import type { Provider, ProviderContext } from './provider.js';

export { FileRefused } from './errors.js';
export type { Files, SourceFile, UploadedRecords } from './provider.js';

/** The only list of HR systems: what is not here does not exist for the catalogue, the API or an import. */
export const PROVIDERS: readonly Provider[] = [sageHr, intelliHr, personio, sagePeople, merge, csv];

export function findProvider(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}

/** Requests to one account under way at once; more does not help and vendors count them. */
const CONCURRENCY = 4;

const SETTINGS: Readonly<Record<string, (environment: Environment) => Partial<ProviderContext>>> = {
  'sage-hr': (environment) => ({ baseUrl: environment.ROLLCALL_SAGE_HR_URL ?? null }),
  intellihr: (environment) => ({ baseUrl: environment.ROLLCALL_INTELLIHR_URL ?? null }),
  personio: (environment) => ({ baseUrl: environment.ROLLCALL_PERSONIO_URL ?? null }),
  'sage-people': (environment) => ({ baseUrl: environment.ROLLCALL_SAGE_PEOPLE_URL ?? null }),
  merge: (environment) => ({
    baseUrl: environment.ROLLCALL_MERGE_URL ?? null,
    platformKey: environment.ROLLCALL_MERGE_API_KEY ?? null,
    webhookKey: environment.ROLLCALL_MERGE_WEBHOOK_KEY ?? null,
  }),
};

/** What an operator has configured for that provider. */
export function contextFor(environment: Environment, { id }: Provider): ProviderContext {
  return {
    baseUrl: null,
    platformKey: null,
    webhookKey: null,
    file: null,
    pace: null,
    concurrency: CONCURRENCY,
    ...SETTINGS[id]?.(environment),
  };
}
