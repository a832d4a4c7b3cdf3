import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { fieldListSchema, mappingPreviewSchema, suggestionListSchema } from '../../api/contract/integrations.js';
import { ask, Problem } from './fetch.js';
import { integrationPath, over, type Integration } from './integrations.js';
import type { Mapping } from './shapes.js';

export type ProviderField = z.infer<typeof fieldListSchema>['items'][number];
export type Suggestion = z.infer<typeof suggestionListSchema>['items'][number];
export type MappingPreview = z.infer<typeof mappingPreviewSchema>;
export type PreviewedPerson = MappingPreview['items'][number];

/** What the probe saw does not change while one edits. */
const SEEN_MS = 5 * 60_000;

export const fieldsQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['fields', programme, integration],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof fieldListSchema>>('GET', `${integrationPath(programme, integration)}/fields`, { signal }),
    select: (list) => list.items,
    staleTime: SEEN_MS,
  });

export const suggestionsQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['suggestions', programme, integration],
    queryFn: ({ signal }) =>
      ask<z.infer<typeof suggestionListSchema>>(
        'POST',
        `${integrationPath(programme, integration)}/mapping/suggestions`,
        { signal },
      ),
    select: (list) => list.items,
    staleTime: SEEN_MS,
  });

/** What a mapping that is not saved makes of real people, or what is wrong with it: both are answers. */
export type Previewed =
  | { readonly ok: true; readonly preview: MappingPreview }
  | { readonly ok: false; readonly problem: Problem };

export const mappingPreviewQuery = (programme: string, integration: string, mapping: Mapping) =>
  queryOptions({
    queryKey: ['mapping-preview', programme, integration, mapping],
    queryFn: async ({ signal }): Promise<Previewed> => {
      try {
        const path = `${integrationPath(programme, integration)}/mapping/preview`;
        return { ok: true, preview: await ask<MappingPreview>('POST', path, { body: mapping, signal }) };
      } catch (error) {
        if (error instanceof Problem && (error.status === 422 || error.status === 409)) {
          return { ok: false, problem: error };
        }
        throw error;
      }
    },
    gcTime: 30_000,
  });

export const saveMapping = (programme: string, integration: string, mapping: Mapping, seen: string) =>
  ask<Integration>('PUT', `${integrationPath(programme, integration)}/mapping`, { body: mapping, headers: over(seen) });

interface Credential {
  readonly id: string;
  readonly usedBy: readonly string[];
}

/** The people whom the authorization saw are kept for a day: the same credentials see them again. */
export async function seeAgain(programme: string, integration: string): Promise<void> {
  const { items } = await ask<{ items: Credential[] }>('GET', `/programmes/${programme}/credentials`);
  const credential = items.find(({ usedBy }) => usedBy.includes(integration));
  if (credential === undefined) throw new Problem(404, 'not-found', '');
  await ask('POST', `${integrationPath(programme, integration)}/authorize`, { body: { credential: credential.id } });
}
