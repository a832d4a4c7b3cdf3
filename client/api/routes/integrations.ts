import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listFields, suggest } from '../../operations/fields.js';
import { createIntegration, getIntegration, listIntegrations } from '../../operations/integrations.js';
import { mappingPreview } from '../../operations/mapping-preview.js';
import { asker, idempotencyKey } from '../access.js';
import {
  emptyBodySchema,
  fieldListSchema,
  integrationBodySchema,
  integrationListSchema,
  integrationSchema,
  mappingBodySchema,
  mappingPreviewSchema,
  suggestionListSchema,
} from '../contract/integrations.js';
import { pageQuerySchema } from '../contract/list.js';

const ofProgramme = z.object({ programme: z.string() });
const params = z.object({ programme: z.string(), integration: z.string() });

export const integrationRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes/:programme/integrations',
    {
      schema: {
        summary: 'The integrations of a programme',
        params: ofProgramme,
        querystring: pageQuerySchema,
        response: { 200: integrationListSchema },
      },
    },
    async (request) => listIntegrations(asker(request), request.params.programme, request.query),
  );

  app.post(
    '/programmes/:programme/integrations',
    {
      schema: {
        summary: 'Begin an integration',
        params: ofProgramme,
        body: integrationBodySchema,
        response: { 201: integrationSchema },
      },
    },
    async (request, reply) => {
      const { programme } = request.params;
      const integration = await createIntegration(asker(request), programme, request.body, idempotencyKey(request));
      const location = `/api/v1/programmes/${programme}/integrations/${integration.id}`;
      return reply.status(201).header('Location', location).send(integration);
    },
  );

  app.get(
    '/programmes/:programme/integrations/:integration',
    { schema: { summary: 'One integration', params, response: { 200: integrationSchema } } },
    async (request) => getIntegration(asker(request), request.params),
  );

  app.get(
    '/programmes/:programme/integrations/:integration/fields',
    {
      schema: {
        summary: 'The fields that the HR system really returns, with samples',
        params,
        response: { 200: fieldListSchema },
      },
    },
    async (request) => listFields(asker(request), request.params),
  );

  app.post(
    '/programmes/:programme/integrations/:integration/mapping/suggestions',
    {
      schema: {
        summary: 'Proposals for the mapping, each with its reason',
        params,
        body: emptyBodySchema.optional(),
        response: { 200: suggestionListSchema },
      },
    },
    async (request) => suggest(asker(request), request.params),
  );

  app.post(
    '/programmes/:programme/integrations/:integration/mapping/preview',
    {
      schema: {
        summary: 'What a mapping that is not saved makes of the people whom the last authorization saw',
        params,
        body: mappingBodySchema,
        response: { 200: mappingPreviewSchema },
      },
    },
    async (request) => mappingPreview(asker(request), request.params, request.body),
  );
};
