import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { Context } from '../../operations/context.js';
import { checkHealth } from '../../operations/health.js';
import { healthSchema, readinessSchema } from '../contract/health.js';

/** Who balances load asks every few seconds and takes another instance for one that is slow. */
const PATIENCE_MS = 3000;

/** For load balancers and for whoever waits for a start; without a token. */
export const healthRoutes: FastifyPluginAsyncZod<{ context: Context }> = async (app, { context }) => {
  app.get(
    '/healthz',
    { schema: { summary: 'HTTP listens', security: [], response: { 200: healthSchema } } },
    async () => ({ status: 'ok' as const }),
  );

  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Everything that an import needs is there',
        security: [],
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_, reply) => {
      const checks = await checkHealth(context, PATIENCE_MS);
      const ready = checks.every((check) => check.ok);
      return reply.status(ready ? 200 : 503).send({ ready, checks });
    },
  );
};
