import { MutationCache, QueryCache, QueryClient, type QueryKey } from '@tanstack/react-query';
import { Problem } from '../api/fetch.js';

let leave: () => void = () => undefined;

/** What happens when the session has ended while a page was open. */
export function onSignedOut(handle: () => void): void {
  leave = handle;
}

/** What the server refused is not asked again; a lost connection is, until it is back. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 3 && !(error instanceof Problem && error.status < 500),
    },
  },
  // Who is signed in is asked before a page, by its route, which knows what to do without.
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => (queryKey[0] === 'session' ? undefined : tell(error)),
  }),
  mutationCache: new MutationCache({ onError: (error) => tell(error) }),
});

/** Asks for what a page will need while its own script is still on the way. What fails is asked, and told, by the page. */
export function ahead(...queries: readonly { readonly queryKey: QueryKey }[]): void {
  for (const query of queries) void queryClient.query(query).catch(() => undefined);
}

function tell(error: Error): void {
  if (error instanceof Problem && error.status === 401) leave();
}
