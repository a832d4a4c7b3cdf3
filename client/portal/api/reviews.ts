import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { changeListSchema, importProblemListSchema, reviewImportSchema } from '../../api/contract/imports.js';
import type { publishedIntegrationSchema } from '../../api/contract/integrations.js';
import { ask, Problem } from './fetch.js';
import { importPath, type ChangeKind, type Import } from './imports.js';
import { integrationPath } from './integrations.js';
import type { Segment } from './shapes.js';

export type Review = z.infer<typeof reviewImportSchema>;
export type ImportProblem = z.infer<typeof importProblemListSchema>['items'][number];

const RUNNING_MS = 1_000;
const PAGE = 25;

/** The newest review, as it goes on; null: there was none yet. */
export const reviewQuery = (programme: string, integration: string) =>
  queryOptions({
    queryKey: ['review', programme, integration],
    queryFn: async ({ signal }): Promise<Review | null> => {
      try {
        return await ask<Review>('GET', `${integrationPath(programme, integration)}/review`, { signal });
      } catch (error) {
        if (error instanceof Problem && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data?.endedAt === null ? RUNNING_MS : RUNNING_MS * 10),
  });

/** Reads the HR system and works out what would change; with a segment of its own: what would be, saved nowhere. */
export const startReview = (programme: string, integration: string, body: { segment?: Segment } = {}) =>
  ask<Import>('POST', `${integrationPath(programme, integration)}/review`, { body });

interface OfImport {
  readonly programme: string;
  readonly integration: string;
  readonly id: string;
}

export const changesQuery = (of: OfImport, filter: { kind?: ChangeKind | undefined; search?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['changes', of.programme, of.integration, of.id, filter],
    queryFn: ({ pageParam, signal }) =>
      ask<z.infer<typeof changeListSchema>>('GET', `${importPath(of.programme, of.integration, of.id)}/changes`, {
        query: { kind: filter.kind, search: filter.search, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const problemsQuery = (of: OfImport, severity: 'error' | 'warning') =>
  infiniteQueryOptions({
    queryKey: ['problems', of.programme, of.integration, of.id, severity],
    queryFn: ({ pageParam, signal }) =>
      ask<z.infer<typeof importProblemListSchema>>(
        'GET',
        `${importPath(of.programme, of.integration, of.id)}/${severity}s`,
        { query: { limit: PAGE, after: pageParam }, signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const publish = (programme: string, integration: string, body: { review: string; planDigest?: string }) =>
  ask<z.infer<typeof publishedIntegrationSchema>>('POST', `${integrationPath(programme, integration)}/publish`, {
    body,
  });
