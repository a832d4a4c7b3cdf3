import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { getOperation } from '../../operations/carry-out.js';
import { resolveOwner } from '../../operations/programmes.js';
import { asker } from '../access.js';
import { operationSchema } from '../contract/operations.js';

export const operationRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/operations/:operation',
    {
      schema: {
        summary: 'How a command that was not answered in time has ended',
        params: z.object({ operation: z.string() }),
        response: { 200: operationSchema },
      },
    },
    async (request) => {
      const call = asker(request);
      const { operation } = request.params;
      return getOperation(call, await resolveOwner(call, 'operation', operation), operation);
    },
  );
};
