import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { authorize, importNow, map, pause, publish, resume, segment, setUp } from '../../operations/commands.js';
import type { Asked } from '../../operations/idempotency.js';
import { asker, idempotencyKey, stillRunning } from '../access.js';
import { joinedImportSchema } from '../contract/imports.js';
import {
  authorizeBodySchema,
  emptyBodySchema,
  integrationSchema,
  mappingBodySchema,
  pauseBodySchema,
  publishBodySchema,
  publishedIntegrationSchema,
  seenSchema,
  segmentBodySchema,
  setupBodySchema,
} from '../contract/integrations.js';
import { operationReferenceSchema } from '../contract/operations.js';

const params = z.object({ programme: z.string(), integration: z.string() });
const headers = z.looseObject({ 'idempotency-key': z.string().optional() });
const late = operationReferenceSchema;
const AT = '/programmes/:programme/integrations/:integration';

const plain = { 200: integrationSchema, 202: late };
/** Each of the plain commands: the integration is its answer. */
const PLAIN = [
  { method: 'PUT', path: 'setup', run: setUp, body: setupBodySchema, summary: 'Replace the setup' },
  { method: 'PUT', path: 'mapping', run: map, body: mappingBodySchema, summary: 'Replace the mapping' },
  { method: 'PUT', path: 'segment', run: segment, body: segmentBodySchema, summary: 'Replace the segment' },
  { method: 'POST', path: 'pause', run: pause, body: pauseBodySchema.optional(), summary: 'Stop scheduled imports' },
  { method: 'POST', path: 'resume', run: resume, body: emptyBodySchema.optional(), summary: 'Start them again' },
] as const;

export const commandRoutes: FastifyPluginAsyncZod = async (app) => {
  for (const { method, path, run, body, summary } of PLAIN) {
    app.route({
      method,
      url: `${AT}/${path}`,
      schema: { summary, params, headers, body, response: plain },
      handler: async (request, reply) => {
        const answer = await run(asker(request), request.params, asked(request));
        return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
      },
    });
  }

  app.post(
    `${AT}/authorize`,
    {
      schema: {
        summary: 'Probe credentials and use them from now on',
        params,
        headers,
        body: authorizeBodySchema,
        response: {
          200: integrationSchema.extend({ seen: seenSchema }).meta({ id: 'AuthorizedIntegration' }),
          202: late,
        },
      },
    },
    async (request, reply) => {
      const answer = await authorize(asker(request), request.params, asked(request));
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/publish`,
    {
      schema: {
        summary: 'Make it live and start an import',
        params,
        headers,
        body: publishBodySchema.optional(),
        response: { 200: publishedIntegrationSchema, 202: late },
      },
    },
    async (request, reply) => {
      const answer = await publish(asker(request), request.params, asked(request));
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/imports`,
    {
      schema: {
        summary: 'Import now, or join the import that is running',
        params,
        headers,
        body: emptyBodySchema.optional(),
        response: { 202: z.union([joinedImportSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await importNow(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );
};

function asked(request: FastifyRequest): Asked {
  return { body: request.body, key: idempotencyKey(request) };
}
