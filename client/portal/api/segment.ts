import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { segmentPreviewSchema, segmentValueListSchema } from '../../api/contract/integrations.js';
import { ask, Problem } from './fetch.js';
import { integrationPath, over, type Integration } from './integrations.js';
import type { Segment } from './shapes.js';

export type SegmentPreview = z.infer<typeof segmentPreviewSchema>;
export type SegmentPeople = NonNullable<SegmentPreview['people']>;

/** So many of each are named beside the numbers. */
export const NAMES_SHOWN = 12;

export type PreviewedSegment =
  | { readonly ok: true; readonly preview: SegmentPreview }
  /** The rule is wrong, or no directory is kept from which it could be answered. */
  | { readonly ok: false; readonly problem: Problem };

export const segmentPreviewQuery = (programme: string, integration: string, segment: Segment) =>
  queryOptions({
    queryKey: ['segment-preview', programme, integration, segment],
    queryFn: async ({ signal }): Promise<PreviewedSegment> => {
      try {
        const path = `${integrationPath(programme, integration)}/segment/preview`;
        const query = { names: NAMES_SHOWN };
        return { ok: true, preview: await ask<SegmentPreview>('POST', path, { body: segment, query, signal }) };
      } catch (error) {
        if (error instanceof Problem && (error.status === 422 || error.status === 409)) {
          return { ok: false, problem: error };
        }
        throw error;
      }
    },
    gcTime: 30_000,
  });

/** What people have in a field, most frequent first; nothing where no directory is kept or the field is not mapped. */
export const segmentValuesQuery = (programme: string, integration: string, field: string) =>
  queryOptions({
    queryKey: ['segment-values', programme, integration, field],
    queryFn: async ({ signal }) => {
      try {
        const path = `${integrationPath(programme, integration)}/segment/values`;
        const query = { field, limit: 200 };
        return (await ask<z.infer<typeof segmentValueListSchema>>('GET', path, { query, signal })).items;
      } catch (error) {
        if (error instanceof Problem && error.status < 500) return [];
        throw error;
      }
    },
    enabled: field !== '',
    staleTime: 60_000,
  });

export const saveSegment = (programme: string, integration: string, segment: Segment, seen: string) =>
  ask<Integration>('PUT', `${integrationPath(programme, integration)}/segment`, { body: segment, headers: over(seen) });
