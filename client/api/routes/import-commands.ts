import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { cancelImport, decide, importNow, importPerson, retryErrors, review, undo } from '../../operations/commands.js';
import { getReview } from '../../operations/reviews.js';
import { asked, asker, stillRunning } from '../access.js';
import {
  decidedSchema,
  decisionBodySchema,
  importSchema,
  joinedImportSchema,
  reviewImportSchema,
  undoBodySchema,
} from '../contract/imports.js';
import { emptyBodySchema, reviewBodySchema } from '../contract/integrations.js';
import { operationReferenceSchema } from '../contract/operations.js';

const params = z.object({ programme: z.string(), integration: z.string() });
const headers = z.looseObject({ 'idempotency-key': z.string().optional() });
const late = operationReferenceSchema;
const AT = '/programmes/:programme/integrations/:integration';

/** What is answered with an import. */
export const importCommandRoutes: FastifyPluginAsyncZod = async (app) => {
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

  app.post(
    `${AT}/review`,
    {
      schema: {
        summary: 'Work out what an import would change now, and change nothing',
        params,
        headers,
        body: reviewBodySchema.optional(),
        response: { 202: z.union([importSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await review(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.get(
    `${AT}/review`,
    { schema: { summary: 'The newest review', params, response: { 200: reviewImportSchema } } },
    async (request) => getReview(asker(request), request.params),
  );

  app.post(
    `${AT}/people/:employeeId/import`,
    {
      schema: {
        summary: 'Import one person now',
        params: params.extend({ employeeId: z.string() }),
        headers,
        body: emptyBodySchema.optional(),
        response: { 202: z.union([importSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await importPerson(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/imports/:import/retry-errors`,
    {
      schema: {
        summary: 'Import those again with whom an import had trouble',
        params: params.extend({ import: z.string() }),
        headers,
        body: emptyBodySchema.optional(),
        response: { 202: z.union([importSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await retryErrors(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/imports/:import/undo`,
    {
      schema: {
        summary: 'Put back what an import has done, as far as nothing has changed since; or look at what that would be',
        params: params.extend({ import: z.string() }),
        headers,
        body: undoBodySchema.optional(),
        response: { 202: z.union([importSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await undo(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/imports/:import/removals`,
    {
      schema: {
        summary: 'Approve or reject what an import holds, all of it, one cause or some people',
        params: params.extend({ import: z.string() }),
        headers,
        body: decisionBodySchema,
        response: { 200: decidedSchema, 202: late },
      },
    },
    async (request, reply) => {
      const answer = await decide(asker(request), request.params, asked(request));
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );

  app.post(
    `${AT}/imports/:import/cancel`,
    {
      schema: {
        summary: 'End a running or waiting import; what it applied stays',
        params: params.extend({ import: z.string() }),
        headers,
        body: emptyBodySchema.optional(),
        response: { 202: z.union([importSchema, late]) },
      },
    },
    async (request, reply) => {
      const answer = await cancelImport(asker(request), request.params, asked(request));
      void reply.status(202);
      return answer.pending ? stillRunning(reply, answer.operation) : answer.body;
    },
  );
};
