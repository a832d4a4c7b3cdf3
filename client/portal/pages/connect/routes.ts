import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';

export const connectRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/setup',
    component: lazyRouteComponent(() => import('./setup-page.js'), 'SetupPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/authorize',
    component: lazyRouteComponent(() => import('./authorize-page.js'), 'AuthorizePage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/link',
    component: lazyRouteComponent(() => import('./link-page.js'), 'LinkPage'),
  }),
] as const;
