import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';

/** The steps that say what an import makes of the directory, up to the one that makes it live. */
export const mappingRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/mapping',
    component: lazyRouteComponent(() => import('./mapping-page.js'), 'MappingPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/segment',
    component: lazyRouteComponent(() => import('../segment/segment-page.js'), 'SegmentPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/review',
    component: lazyRouteComponent(() => import('../review/review-page.js'), 'ReviewPage'),
  }),
] as const;
