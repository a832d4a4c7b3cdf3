import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { integrationListSchema, integrationSchema } from '../../api/contract/integrations.js';
import { ask } from './fetch.js';

export type Integration = z.infer<typeof integrationSchema>;
export type IntegrationState = Integration['state'];
type IntegrationList = z.infer<typeof integrationListSchema>;

/** Only over the version that was seen: what somebody else has saved meanwhile is not lost. */
export const over = (seen: string) => ({ 'If-Match': `"${seen}"` });

/** While something runs or waits its state changes without anybody's doing. */
const LIVE_MS = 5_000;

export const integrationsPath = (programme: string) => `/programmes/${programme}/integrations`;
export const integrationPath = (programme: string, integration: string) =>
  `${integrationsPath(programme)}/${integration}`;

export const integrationsQuery = (programme: string) =>
  queryOptions({
    queryKey: ['integrations', programme],
    queryFn: ({ signal }) =>
      ask<IntegrationList>('GET', integrationsPath(programme), { query: { limit: 1000 }, signal }),
    select: (list) => list.items,
    refetchInterval: LIVE_MS,
  });

export const integrationQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['integration', programme, integration],
    queryFn: ({ signal }) => ask<Integration>('GET', integrationPath(programme, integration), { signal }),
    refetchInterval: LIVE_MS,
  });
