import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Context } from '../../operations/context.js';
import { receiveWebhook } from '../../operations/webhooks.js';

/** Vendors have no token; they sign what they post, so the body is kept as it came. */
export const webhookRoutes: FastifyPluginAsyncZod<{ context: Context }> = async (app, { context }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(
    '/webhooks/:provider',
    {
      schema: {
        summary: 'A vendor tells that something has changed; its signature stands for a token',
        security: [],
        params: z.object({ provider: z.string() }),
        response: { 202: z.object({ import: z.string().nullable() }) },
      },
    },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const started = await receiveWebhook(context, request.params.provider, { body, headers: request.headers });
      return reply.status(202).send({ import: started });
    },
  );
};
