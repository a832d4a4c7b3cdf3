import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  changeListSchema,
  changeSchema,
  importDayListSchema,
  importListSchema,
  importOutcomesSchema,
  importProblemListSchema,
  importProblemSchema,
  importSchema,
  joinedImportSchema,
  mailListSchema,
} from '../../api/contract/imports.js';
import { address, ask } from './fetch.js';
import { integrationPath } from './integrations.js';

export type Import = z.infer<typeof importSchema>;
export type ImportState = Import['state'];
export type ImportKind = Import['kind'];
export type ImportList = z.infer<typeof importListSchema>;
export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = Change['kind'];
export type ChangeOutcome = NonNullable<Change['outcome']>;
export type ImportProblem = z.infer<typeof importProblemSchema>;
export type ImportDay = z.infer<typeof importDayListSchema>['items'][number];
export type Outcomes = z.infer<typeof importOutcomesSchema>['items'];
type ChangeList = z.infer<typeof changeListSchema>;
type ProblemList = z.infer<typeof importProblemListSchema>;

/** Where an import stands: the parameters of its page's address. */
export interface ImportPlace {
  readonly programme: string;
  readonly integration: string;
  readonly import: string;
}

export const importsPath = (programme: string, integration: string) =>
  `${integrationPath(programme, integration)}/imports`;
export const importPath = (programme: string, integration: string, id: string) =>
  `${importsPath(programme, integration)}/${id}`;
const pathOf = (place: ImportPlace) => importPath(place.programme, place.integration, place.import);

export const importQuery = (programme: string, integration: string, id: string) =>
  queryOptions({
    queryKey: ['import', programme, integration, id],
    queryFn: ({ signal }) => ask<Import>('GET', importPath(programme, integration, id), { signal }),
  });

const PAGE = 25;
/** Where the first page of a list begins. */
const FIRST: { readonly after: string | null } = { after: null };

export interface ImportFilter {
  readonly kind: ImportKind | null;
  readonly state: ImportState | null;
}

/** Of an integration, newest first. */
export const importListQuery = (programme: string, integration: string, filter: ImportFilter) =>
  infiniteQueryOptions({
    queryKey: ['imports', programme, integration, filter],
    queryFn: ({ signal, pageParam }) =>
      ask<ImportList>('GET', importsPath(programme, integration), {
        query: { ...filter, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: FIRST.after,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

const ENDED_WELL: readonly ImportState[] = ['completed', 'completed-with-errors', 'waiting-for-approval'];
/** So many failed or cancelled ones in a row are looked over. */
const LOOKED_BACK = 20;

/** The import that came through before this one, to be compared with it; null: there was none. */
export const importBeforeQuery = (place: ImportPlace) =>
  queryOptions({
    queryKey: ['import-before', place],
    queryFn: async ({ signal }) => {
      const query = { kind: 'import', after: place.import, limit: LOOKED_BACK };
      const list = await ask<ImportList>('GET', importsPath(place.programme, place.integration), { query, signal });
      return list.items.find(({ state }) => ENDED_WELL.includes(state)) ?? null;
    },
  });

export const importDaysQuery = (programme: string, integration: string, days: number) =>
  queryOptions({
    queryKey: ['import-days', programme, integration, days],
    queryFn: async ({ signal }) => {
      const path = `${integrationPath(programme, integration)}/import-days`;
      const { items } = await ask<{ items: ImportDay[] }>('GET', path, { query: { days }, signal });
      return items;
    },
    placeholderData: keepPreviousData,
  });

/** What became of its changes, counted by kind; of an ended import it changes only by decisions. */
export const outcomesQuery = (place: ImportPlace) =>
  queryOptions({
    queryKey: ['import-outcomes', place],
    queryFn: async ({ signal }) =>
      (await ask<{ items: Outcomes }>('GET', `${pathOf(place)}/outcomes`, { signal })).items,
  });

export interface ChangeFilter {
  readonly kind: ChangeKind | null;
  readonly outcome: ChangeOutcome | null;
  readonly search: string | null;
}

export const changesQuery = (place: ImportPlace, filter: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ['import-changes', place, filter],
    queryFn: ({ signal, pageParam }) =>
      ask<ChangeList>('GET', `${pathOf(place)}/changes`, {
        query: { ...filter, limit: PAGE, after: pageParam },
        signal,
      }),
    initialPageParam: FIRST.after,
    getNextPageParam: (last) => last.next,
    placeholderData: keepPreviousData,
  });

type MailList = z.infer<typeof mailListSchema>;
export type Mail = MailList['items'][number];

/** So many of each are shown; who was sent another one makes room. */
const UNSENT_SHOWN = 100;

/** Invitations that may not have arrived and were not sent again since. */
export const unsentInvitationsQuery = (place: ImportPlace) =>
  queryOptions({
    queryKey: ['import-unsent', place],
    queryFn: async ({ signal }) => {
      const of = async (state: 'unknown' | 'refused') => {
        const query = { kind: 'invitation', state, repeated: 'false', limit: UNSENT_SHOWN };
        return (await ask<MailList>('GET', `${pathOf(place)}/mails`, { query, signal })).items;
      };
      return [...(await of('unknown')), ...(await of('refused'))];
    },
  });

export type Severity = 'error' | 'warning';

export const problemsQuery = (place: ImportPlace, severity: Severity) =>
  infiniteQueryOptions({
    queryKey: ['import-problems', place, severity],
    queryFn: ({ signal, pageParam }) =>
      ask<ProblemList>('GET', `${pathOf(place)}/${severity}s`, { query: { limit: PAGE, after: pageParam }, signal }),
    initialPageParam: FIRST.after,
    getNextPageParam: (last) => last.next,
  });

/** Files that the browser fetches by itself, with the session's cookie. */
export const problemsFile = (place: ImportPlace, severity: Severity, form: 'csv' | 'json') =>
  address(`${pathOf(place)}/${severity}s.${form}`);
export const changesFile = (place: ImportPlace, kind: ChangeKind | null) =>
  address(`${pathOf(place)}/changes.csv`, { kind });
export const eventsAddress = (place: ImportPlace) => address(`${pathOf(place)}/events`);

export const startImport = (programme: string, integration: string) =>
  ask<z.infer<typeof joinedImportSchema>>('POST', importsPath(programme, integration));
export const cancelImport = (place: ImportPlace) => ask<Import>('POST', `${pathOf(place)}/cancel`);
export const retryErrors = (place: ImportPlace) => ask<Import>('POST', `${pathOf(place)}/retry-errors`);

export interface UndoWish {
  readonly only?: 'removals';
  readonly review?: boolean;
  readonly planDigest?: string;
}
export const undoImport = (place: ImportPlace, body: UndoWish) =>
  ask<Import>('POST', `${pathOf(place)}/undo`, { body });
