import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  getImport,
  listChanges,
  listImportDays,
  listImports,
  listMails,
  listOutcomes,
  listProblems,
} from '../../operations/imports.js';
import { asker } from '../access.js';
import {
  changeListSchema,
  changeQuerySchema,
  importDayListSchema,
  importDaysQuerySchema,
  importListSchema,
  importOutcomesSchema,
  importProblemListSchema,
  importQuerySchema,
  importSchema,
  mailListSchema,
  mailQuerySchema,
} from '../contract/imports.js';
import { pageQuerySchema } from '../contract/list.js';

const ofIntegration = z.object({ programme: z.string(), integration: z.string() });
const params = ofIntegration.extend({ import: z.string() });
const AT = '/programmes/:programme/integrations/:integration/imports';

export const importRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    AT,
    {
      schema: {
        summary: 'The imports of an integration, newest first',
        params: ofIntegration,
        querystring: importQuerySchema,
        response: { 200: importListSchema },
      },
    },
    async (request) => {
      const { kind, state, ...page } = request.query;
      const filter = { ...(kind === undefined ? {} : { kind }), ...(state === undefined ? {} : { state }) };
      return listImports(asker(request), request.params, filter, page);
    },
  );

  app.get(
    '/programmes/:programme/integrations/:integration/import-days',
    {
      schema: {
        summary: 'Day by day: how many members there were, who joined and who left',
        params: ofIntegration,
        querystring: importDaysQuerySchema,
        response: { 200: importDayListSchema },
      },
    },
    async (request) => listImportDays(asker(request), request.params, request.query),
  );

  app.get(
    `${AT}/:import`,
    { schema: { summary: 'One import, as it stands', params, response: { 200: importSchema } } },
    async (request) => getImport(asker(request), request.params),
  );

  app.get(
    `${AT}/:import/changes`,
    {
      schema: {
        summary: 'What it intends or did for each person, and why',
        params,
        querystring: changeQuerySchema,
        response: { 200: changeListSchema },
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      return listChanges(asker(request), request.params, filter, { limit, after });
    },
  );

  app.get(
    `${AT}/:import/mails`,
    {
      schema: {
        summary: 'What it mails, to whom, and what became of it',
        params,
        querystring: mailQuerySchema,
        response: { 200: mailListSchema },
      },
    },
    async (request) => {
      const { kind, state, repeated, ...page } = request.query;
      const filter = { kind, state, repeated: repeated === undefined ? undefined : repeated === 'true' };
      return listMails(asker(request), request.params, filter, page);
    },
  );

  app.get(
    `${AT}/:import/outcomes`,
    {
      schema: {
        summary: 'What became of its changes, counted by kind',
        params,
        response: { 200: importOutcomesSchema },
      },
    },
    async (request) => listOutcomes(asker(request), request.params),
  );

  for (const severity of ['error', 'warning'] as const) {
    app.get(
      `${AT}/:import/${severity}s`,
      {
        schema: {
          summary: severity === 'error' ? 'Values that kept people as they are' : 'Values that look wrong',
          params,
          querystring: pageQuerySchema,
          response: { 200: importProblemListSchema },
        },
      },
      async (request) => listProblems(asker(request), request.params, severity, request.query),
    );
  }
};
