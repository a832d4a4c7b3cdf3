import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { integrationQuery } from '../../api/integrations.js';
import { fieldsQuery, suggestionsQuery } from '../../api/mapping.js';
import { programmeQuery } from '../../api/programme.js';
import { providersQuery } from '../../api/providers.js';
import { reviewQuery } from '../../api/reviews.js';
import { ahead } from '../../app/query-client.js';
import { programmeRoute } from '../../app/routes.js';

/** The steps that say what an import makes of the directory, up to the one that makes it live. */
export const mappingRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/mapping',
    loader: ({ params: { programme, integration } }) => {
      ahead(integrationQuery(programme, integration), providersQuery, programmeQuery(programme));
      ahead(fieldsQuery(programme, integration), suggestionsQuery(programme, integration));
    },
    component: lazyRouteComponent(() => import('./mapping-page.js'), 'MappingPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/segment',
    loader: ({ params: { programme, integration } }) => {
      ahead(integrationQuery(programme, integration), providersQuery);
      ahead(fieldsQuery(programme, integration), reviewQuery(programme, integration));
    },
    component: lazyRouteComponent(() => import('../segment/segment-page.js'), 'SegmentPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: '/integrations/$integration/review',
    loader: ({ params: { programme, integration } }) => {
      ahead(integrationQuery(programme, integration), providersQuery, reviewQuery(programme, integration));
    },
    component: lazyRouteComponent(() => import('../review/review-page.js'), 'ReviewPage'),
  }),
] as const;
