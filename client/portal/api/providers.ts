import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { providerListSchema, providerSchema } from '../../api/contract/providers.js';
import { ask } from './fetch.js';

export type Provider = z.infer<typeof providerSchema>;
export type ProviderField = Provider['authorization']['fields'][number];

/** The catalogue changes only with the product. */
export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: ({ signal }) => ask<z.infer<typeof providerListSchema>>('GET', '/providers', { signal }),
  select: (list) => list.items,
  staleTime: Infinity,
});

export const providerQuery = (provider: string) =>
  queryOptions({ ...providersQuery, select: (list) => list.items.find(({ id }) => id === provider) ?? null });
