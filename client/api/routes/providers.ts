import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { offerProvider, offerProviders } from '../../operations/providers.js';
import { asker } from '../access.js';
import { providerListSchema, providerQuerySchema, providerSchema } from '../contract/providers.js';

export const providerRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/providers',
    {
      schema: {
        summary: 'The HR systems that can be connected',
        querystring: providerQuerySchema,
        response: { 200: providerListSchema },
      },
    },
    async (request) => offerProviders(asker(request).context.environment, request.query.search),
  );

  app.get(
    '/providers/:provider',
    {
      schema: {
        summary: 'One HR system: its form, and what is read and never read',
        params: z.object({ provider: z.string() }),
        response: { 200: providerSchema },
      },
    },
    async (request) => offerProvider(asker(request).context.environment, request.params.provider),
  );
};
