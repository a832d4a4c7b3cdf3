import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';

export const integrationRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations',
    component: lazyRouteComponent(() => import('./integrations-page.js'), 'IntegrationsPage'),
  }),
] as const;
