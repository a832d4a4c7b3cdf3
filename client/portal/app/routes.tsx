import { createRootRoute, createRoute, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { Problem } from '../api/fetch.js';
import { sessionQuery } from '../api/session.js';
import { Broken, NotFound } from './exceptions.js';
import { queryClient } from './query-client.js';
import { Shell } from './shell.js';

/** The walls that every part's routes stand in: the root, whoever is signed in, and one programme. */
export const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Broken,
});

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { next?: string } => (isOwnPath(search.next) ? { next: search.next } : {}),
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.js'), 'SignInPage'),
});

export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  component: Shell,
  errorComponent: Broken,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.query({ ...sessionQuery, staleTime: 'static' });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
});

export const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home/home-page.js'), 'HomePage'),
});

export const programmeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/programmes/$programme',
  beforeLoad: async ({ params }) => {
    const { programmes } = await queryClient.query({ ...sessionQuery, staleTime: 'static' });
    // Nobody learns whether somebody else's programme exists.
    if (!programmes.some(({ id }) => id === params.programme)) throw redirect({ to: '/' });
  },
});

export const programmeHomeRoute = createRoute({
  getParentRoute: () => programmeRoute,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/programmes/$programme/integrations', params });
  },
});

/** Only into the portal itself: an address elsewhere would make the sign-in page a door to it. */
function isOwnPath(next: unknown): next is string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next);
}
