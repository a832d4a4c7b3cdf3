import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { programmeRoute } from '../../app/routes.js';

const AT = '/integrations/$integration/imports';

export const importRoutes = [
  createRoute({
    getParentRoute: () => programmeRoute,
    path: AT,
    component: lazyRouteComponent(() => import('./history-page.js'), 'HistoryPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: `${AT}/$import`,
    component: lazyRouteComponent(() => import('./import-page.js'), 'ImportPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: `${AT}/$import/decision`,
    component: lazyRouteComponent(() => import('./decision-page.js'), 'DecisionPage'),
  }),
  createRoute({
    getParentRoute: () => programmeRoute,
    path: `${AT}/$import/undo`,
    validateSearch: ({ review }): { review?: string } => (typeof review === 'string' ? { review } : {}),
    component: lazyRouteComponent(() => import('./undo-page.js'), 'UndoPage'),
  }),
] as const;
