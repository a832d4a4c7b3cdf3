import type { Provider } from '../../api/providers.js';

/** A provider that fits what was searched for, with those of the systems behind it that do. */
export interface Found {
  readonly provider: Provider;
  readonly systems: readonly string[];
}

const MOST_SYSTEMS_NAMED = 3;

/** Who is a provider of that name comes before who is a door to it. */
export function findProviders(providers: readonly Provider[], search: string): Found[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '') return providers.map((provider) => ({ provider, systems: [] }));
  const fits = (text: string) => text.toLowerCase().includes(wanted);
  const found = providers.map((provider) => ({
    provider,
    isItself: fits(provider.name) || fits(provider.id),
    systems: provider.systems.filter(fits).slice(0, MOST_SYSTEMS_NAMED),
  }));
  return [
    ...found.filter(({ isItself }) => isItself).map(({ provider }) => ({ provider, systems: [] })),
    ...found.filter(({ isItself, systems }) => !isItself && systems.length > 0),
  ];
}
