import { QueryClient } from '@tanstack/react-query';
import { Problem } from '../api/fetch.js';

/** What the server refused is not asked again; a lost connection is, until it is back. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < 3 && !(error instanceof Problem && error.status < 500),
    },
  },
});
