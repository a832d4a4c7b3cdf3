import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { auditEntrySchema, auditListSchema } from '../../api/contract/audit-log.js';
import { ask } from './fetch.js';

export type AuditEntry = z.infer<typeof auditEntrySchema>;
type AuditList = z.infer<typeof auditListSchema>;

const PAGE = 50;

/** @param actor whose doings alone; null: everybody's. */
export const auditLogQuery = (programme: string, actor: string | null) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', programme, actor],
    queryFn: ({ signal, pageParam }) =>
      ask<AuditList>('GET', `/programmes/${programme}/audit-log`, {
        query: { actor, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

/** Tries that were refused are passed over, so many of them. */
const LOOKED_BACK = 20;

/** Who has saved a part of an integration last. */
export const lastSavedQuery = (programme: string, integration: string, action: 'setUp' | 'map' | 'segment') =>
  queryOptions({
    queryKey: ['audit-log', programme, 'last', integration, action],
    queryFn: async ({ signal }) => {
      const query = { subject: integration, action, limit: LOOKED_BACK };
      const { items } = await ask<AuditList>('GET', `/programmes/${programme}/audit-log`, { query, signal });
      return items.find(({ outcome }) => outcome === 'done') ?? null;
    },
    staleTime: 0,
  });
