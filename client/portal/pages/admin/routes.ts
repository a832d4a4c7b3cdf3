import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute, signedInRoute } from '../../app/routes.js';

export const accountRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/me',
  component: lazyRouteComponent(() => import('./account-page.js'), 'AccountPage'),
});

export const adminRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/activity',
    validateSearch: ({ actor }): { actor?: string } => (typeof actor === 'string' ? { actor } : {}),
    component: lazyRouteComponent(() => import('./activity-page.js'), 'ActivityPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('./settings-page.js'), 'SettingsPage'),
  }),
] as const;
