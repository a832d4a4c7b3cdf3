import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { ask, keepCsrfToken } from './fetch.js';

export interface ProgrammeOfSession {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly role: 'operator' | 'admin' | 'viewer';
}

export interface Session {
  readonly admin: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly operator: boolean;
    readonly hasPassword: boolean;
  };
  readonly programmes: readonly ProgrammeOfSession[];
  readonly csrfToken: string;
  readonly expiresAt: string;
  readonly links: { readonly temporalUi: string | null; readonly mail: string | null };
}

/** Who is signed in; refused (401) when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => remember(await ask<Session>('GET', '/session', { signal })),
  staleTime: 60_000,
});

export const useSession = () => useSuspenseQuery(sessionQuery).data;

export function remember(session: Session): Session {
  keepCsrfToken(session.csrfToken);
  return session;
}

export const signIn = (body: { email: string; password: string }) => ask<Session>('POST', '/session', { body });
export const signInByLink = (token: string) => ask<Session>('POST', '/session/link', { body: { token } });
export const requestLink = (email: string) => ask('POST', '/session/link/request', { body: { email } });
export const signOut = () => ask('DELETE', '/session');

/** The programme of the address, with what the viewer may do in it; null: none of theirs. */
export function useProgramme(id: string): ProgrammeOfSession | null {
  return useQuery(sessionQuery).data?.programmes.find((programme) => programme.id === id) ?? null;
}

/** Whether the viewer may change things in a programme; a viewer sees the same pages without the buttons. */
export function useMayWrite(programme: string): boolean {
  const role = useProgramme(programme)?.role;
  return role === 'admin' || role === 'operator';
}
