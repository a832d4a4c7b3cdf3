import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';

export const integrationRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations',
    component: lazyRouteComponent(() => import('./integrations-page.js'), 'IntegrationsPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/new',
    component: lazyRouteComponent(() => import('./catalogue-page.js'), 'CataloguePage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration',
    component: lazyRouteComponent(() => import('./integration-page.js'), 'IntegrationPage'),
  }),
] as const;
