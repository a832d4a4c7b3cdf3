import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { passwordBodySchema, sessionListSchema, sessionSchema } from '../../api/contract/sessions.js';
import { ask, keepCsrfToken } from './fetch.js';

export type Session = z.infer<typeof sessionSchema>;
type ProgrammeOfSession = Session['programmes'][number];

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

export type SessionItem = z.infer<typeof sessionListSchema>['items'][number];

/** Where one is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => ask<z.infer<typeof sessionListSchema>>('GET', '/sessions', { signal }),
  select: (list) => list.items,
});

export const endSession = (session: string) => ask('DELETE', `/sessions/${session}`);

export const changePassword = (body: z.input<typeof passwordBodySchema>) => ask('PUT', '/session/password', { body });
