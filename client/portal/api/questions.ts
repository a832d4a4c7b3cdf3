import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { decisionBodySchema, decidedSchema } from '../../api/contract/imports.js';
import type { heldPersonListSchema, heldPersonSchema, questionSchema } from '../../api/contract/questions.js';
import { ask } from './fetch.js';
import { importPath, type ImportPlace } from './imports.js';

export type Question = z.infer<typeof questionSchema>;
export type HeldPerson = z.infer<typeof heldPersonSchema>;
export type Cause = HeldPerson['cause'];
export type Decision = z.input<typeof decisionBodySchema>;
type HeldPersonList = z.infer<typeof heldPersonListSchema>;

const pathOf = (place: ImportPlace) => `${importPath(place.programme, place.integration, place.import)}/question`;
/** Somebody else may be deciding, or an import may change who waits. */
const LIVE_MS = 5_000;
const PAGE = 100;
/** Where the first page of a list begins. */
const FIRST: { readonly after: string | null } = { after: null };

/** What an import asks, and how that differs from what was shown before (its digest). */
export const questionQuery = (place: ImportPlace, seen: string | null) =>
  queryOptions({
    queryKey: ['question', place, seen],
    queryFn: ({ signal }) => ask<Question>('GET', pathOf(place), { query: { seen }, signal }),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });

export interface HeldFilter {
  readonly cause: Cause | null;
  readonly decision: 'waiting' | 'approved' | 'rejected' | null;
  readonly search: string | null;
}

export const heldPeopleQuery = (place: ImportPlace, filter: HeldFilter) =>
  infiniteQueryOptions({
    queryKey: ['held-people', place, filter],
    queryFn: ({ signal, pageParam }) =>
      ask<HeldPersonList>('GET', `${pathOf(place)}/people`, {
        query: { ...filter, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: FIRST.after,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

export const decide = (place: ImportPlace, body: Decision) =>
  ask<z.infer<typeof decidedSchema>>(
    'POST',
    `${importPath(place.programme, place.integration, place.import)}/removals`,
    {
      body,
    },
  );

/** Never again by a sync, whatever the HR system says: until somebody takes the protection away. */
export const protectMember = (programme: string, member: string) =>
  ask('PATCH', `/programmes/${programme}/members/${member}`, { body: { protected: true } });
