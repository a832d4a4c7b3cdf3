import { intelliHr } from './intellihr/index.js';
import { personio } from './personio/index.js';
import { sageHr } from './sage-hr/index.js';
import { sagePeople } from './sage-people/index.js';
import type { Provider } from './provider.js';

/** The only list of HR systems: what is not here does not exist for the catalogue, the API or an import. */
export const PROVIDERS: readonly Provider[] = [sageHr, intelliHr, personio, sagePeople];

export function findProvider(id: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.id === id);
}
