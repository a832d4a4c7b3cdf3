import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { listAuditLog } from '../../operations/audit-log.js';
import { asker } from '../access.js';
import { auditListSchema, auditQuerySchema } from '../contract/audit-log.js';

export const auditLogRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes/:programme/audit-log',
    {
      schema: {
        summary: 'Who did what when, newest first: from portal, API, command line and Temporal alike',
        params: z.object({ programme: z.string() }),
        querystring: auditQuerySchema,
        response: { 200: auditListSchema },
      },
    },
    async (request) => listAuditLog(asker(request), request.params.programme, request.query),
  );
};
