import { createRouter } from '@tanstack/react-router';
import { Waiting } from '../parts/waiting.js';
import { accountRoute, adminRoutes } from '../pages/admin/routes.js';
import { connectRoutes } from '../pages/connect/routes.js';
import { importRoutes } from '../pages/imports/routes.js';
import { integrationRoutes } from '../pages/integrations/routes.js';
import { mappingRoutes } from '../pages/mapping/routes.js';
import { peopleRoutes } from '../pages/people/routes.js';
import { homeRoute, programmeHomeRoute, programmeRoute, rootRoute, signedInRoute, signInRoute } from './routes.js';

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    homeRoute,
    accountRoute,
    programmeRoute.addChildren([
      programmeHomeRoute,
      ...integrationRoutes,
      ...connectRoutes,
      ...mappingRoutes,
      ...peopleRoutes,
      ...adminRoutes,
      ...importRoutes,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPendingComponent: Waiting,
  scrollRestoration: true,
  trailingSlash: 'never',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
