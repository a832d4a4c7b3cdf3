import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { programmeSchema } from '../../api/contract/programmes.js';
import { ask } from './fetch.js';

/** How long an account can be opened again, and so how long a run can be undone. */
export const graceDaysQuery = (programme: string) =>
  queryOptions({
    queryKey: ['programme', programme],
    queryFn: ({ signal }) => ask<z.infer<typeof programmeSchema>>('GET', `/programmes/${programme}`, { signal }),
    select: ({ graceDays }) => graceDays,
    staleTime: 60_000,
  });
