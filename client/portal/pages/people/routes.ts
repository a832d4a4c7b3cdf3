import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';
import { readFilter } from './member-filter.js';

const getParentRoute = () => programmeRoute;

export const peopleRoutes = [
  createRoute({
    getParentRoute,
    path: '/members',
    validateSearch: readFilter,
    component: lazyRouteComponent(() => import('./members-page.js'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/members/new',
    component: lazyRouteComponent(() => import('./new-member-page.js'), 'NewMemberPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/members/explain',
    validateSearch: ({ integration, employeeId }): { integration?: string; employeeId?: string } => ({
      ...(typeof integration === 'string' ? { integration } : {}),
      // An ID of figures alone comes out of the address as a number.
      ...(typeof employeeId === 'string' || typeof employeeId === 'number' ? { employeeId: String(employeeId) } : {}),
    }),
    component: lazyRouteComponent(() => import('./explain-page.js'), 'ExplainPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/members/$member',
    component: lazyRouteComponent(() => import('./member-page.js'), 'MemberPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/audiences',
    component: lazyRouteComponent(() => import('./audiences-page.js'), 'AudiencesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/audiences/$audience',
    component: lazyRouteComponent(() => import('./audience-page.js'), 'AudiencePage'),
  }),
] as const;
