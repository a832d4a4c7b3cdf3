import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  credentialListSchema,
  fieldListSchema,
  linkSchema,
  setupBodySchema,
} from '../../api/contract/integrations.js';
import type { joinedImportSchema } from '../../api/contract/imports.js';
import type { memberListSchema } from '../../api/contract/members.js';
import { ask } from './fetch.js';
import { integrationPath, integrationsPath, over, type Integration } from './integrations.js';

/** What an admin tells an integration to do, and what they need to know before. */
export type SetupBody = z.input<typeof setupBodySchema>;
export type Seen = NonNullable<Integration['seen']>;

/** @param key the same for a repetition after a lost connection, so that nothing is made twice. */
export const createIntegration = (programme: string, body: { provider: string; name: string }, key: string) =>
  ask<Integration>('POST', integrationsPath(programme), { body, headers: { 'Idempotency-Key': key } });

export const setUp = (programme: string, integration: string, body: SetupBody, seen: string) =>
  ask<Integration>('PUT', `${integrationPath(programme, integration)}/setup`, { body, headers: over(seen) });

export const authorize = (programme: string, integration: string, body: Readonly<Record<string, string>>) =>
  ask<Integration & { seen: Seen }>('POST', `${integrationPath(programme, integration)}/authorize`, { body });

export const askColleague = (programme: string, integration: string, email: string) =>
  ask('POST', `${integrationPath(programme, integration)}/authorize/invite`, { body: { email } });

export const beginLink = (programme: string, integration: string) =>
  ask<z.infer<typeof linkSchema>>('POST', `${integrationPath(programme, integration)}/authorize/link`);

export const pause = (programme: string, integration: string, note: string) =>
  ask<Integration>('POST', `${integrationPath(programme, integration)}/pause`, {
    body: note.trim() === '' ? {} : { note },
  });

export const resume = (programme: string, integration: string) =>
  ask<Integration>('POST', `${integrationPath(programme, integration)}/resume`);

export const revoke = (programme: string, integration: string) =>
  ask<Integration>('POST', `${integrationPath(programme, integration)}/revoke`);

export const removeIntegration = (programme: string, integration: string) =>
  ask('DELETE', integrationPath(programme, integration));

export const importNow = (programme: string, integration: string) =>
  ask<z.infer<typeof joinedImportSchema>>('POST', `${integrationPath(programme, integration)}/imports`);

export const credentialsQuery = (programme: string) =>
  queryOptions({
    queryKey: ['credentials', programme],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof credentialListSchema>>('GET', `/programmes/${programme}/credentials`, {
        query: { limit: 1000 },
        signal,
      }),
    select: (list) => list.items,
  });

/** What the HR system really returns, with the names that people know. */
export const fieldsQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['fields', programme, integration],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof fieldListSchema>>('GET', `${integrationPath(programme, integration)}/fields`, { signal }),
    select: (list) => list.items,
  });

/** How many accounts an integration looks after now; what a consequence is told with. */
export const memberCountQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['member-count', programme, integration],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof memberListSchema>>('GET', `/programmes/${programme}/members`, {
        query: { integration, state: 'active', limit: 1 },
        signal,
      }),
    select: (list) => list.total,
  });
