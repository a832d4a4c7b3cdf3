import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { deleteCredential, listCredentials } from '../../operations/credentials.js';
import { asker } from '../access.js';
import { credentialListSchema } from '../contract/integrations.js';
import { nothing, pageQuerySchema } from '../contract/list.js';

export const credentialRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes/:programme/credentials',
    {
      schema: {
        summary: "The programme's credentials, never their secrets",
        params: z.object({ programme: z.string() }),
        querystring: pageQuerySchema,
        response: { 200: credentialListSchema },
      },
    },
    async (request) => listCredentials(asker(request), request.params.programme, request.query),
  );

  app.delete(
    '/programmes/:programme/credentials/:credential',
    {
      schema: {
        summary: 'Destroy a credential that no integration uses',
        params: z.object({ programme: z.string(), credential: z.string() }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { programme, credential } = request.params;
      await deleteCredential(asker(request), programme, credential);
      return reply.status(204).send(null);
    },
  );
};
