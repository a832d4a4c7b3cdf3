import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { programmeSchema } from '../../api/contract/programmes.js';
import type { providerSchema } from '../../api/contract/providers.js';
import { ask } from './fetch.js';

const SELDOM_MS = 5 * 60_000;

/** The programme's own settings, such as the roles that its members may have. */
export const programmeQuery = (programme: string) =>
  queryOptions({
    queryKey: ['programme', programme],
    queryFn: ({ signal }) => ask<z.infer<typeof programmeSchema>>('GET', `/programmes/${programme}`, { signal }),
    staleTime: SELDOM_MS,
  });

export const providerQuery = (provider: string) =>
  queryOptions({
    queryKey: ['provider', provider],
    queryFn: ({ signal }) => ask<z.infer<typeof providerSchema>>('GET', `/providers/${provider}`, { signal }),
    staleTime: SELDOM_MS,
  });
