import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { authorize, map, pause, publish, remove, resume, revoke, segment, setUp } from '../../operations/commands.js';
import { inviteToAuthorize } from '../../operations/authorize-invites.js';
import { beginLink } from '../../operations/linking.js';
import { asked, asker, stillRunning } from '../access.js';
import {
  authorizeBodySchema,
  authorizeInviteBodySchema,
  emptyBodySchema,
  integrationSchema,
  linkSchema,
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
/** For what replaces a part of the configuration. */
const replacing = headers.extend({
  'if-match': z.string().optional().describe('`versions.<part>` of the integration as it was seen; another is refused'),
});
const late = operationReferenceSchema;
const AT = '/programmes/:programme/integrations/:integration';

const plain = { 200: integrationSchema, 202: late };
/** Each of the plain commands: the integration is its answer. */
const PLAIN = [
  { method: 'PUT', path: 'setup', run: setUp, body: setupBodySchema, headers: replacing, summary: 'Replace the setup' },
  {
    method: 'PUT',
    path: 'mapping',
    run: map,
    body: mappingBodySchema,
    headers: replacing,
    summary: 'Replace the mapping',
  },
  {
    method: 'PUT',
    path: 'segment',
    run: segment,
    body: segmentBodySchema,
    headers: replacing,
    summary: 'Replace the segment',
  },
  {
    method: 'POST',
    path: 'pause',
    run: pause,
    body: pauseBodySchema.optional(),
    headers,
    summary: 'Stop scheduled imports',
  },
  {
    method: 'POST',
    path: 'resume',
    run: resume,
    body: emptyBodySchema.optional(),
    headers,
    summary: 'Start them again',
  },
  {
    method: 'POST',
    path: 'revoke',
    run: revoke,
    body: emptyBodySchema.optional(),
    headers,
    summary: 'Destroy the credentials and end what runs; members stay',
  },
] as const;

export const commandRoutes: FastifyPluginAsyncZod = async (app) => {
  for (const { method, path, run, body, headers: sent, summary } of PLAIN) {
    app.route({
      method,
      url: `${AT}/${path}`,
      schema: { summary, params, headers: sent, body, response: plain },
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
    `${AT}/authorize/link`,
    {
      schema: {
        summary: 'Open the linking page of an HR system that has one',
        params,
        headers,
        body: emptyBodySchema.optional(),
        response: { 200: linkSchema },
      },
    },
    (request) => beginLink(asker(request), request.params),
  );

  app.post(
    `${AT}/authorize/invite`,
    {
      schema: {
        summary: 'Mail a colleague a one-time link that opens only this step',
        params,
        headers,
        body: authorizeInviteBodySchema,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await inviteToAuthorize(asker(request), request.params, asked(request));
      return reply.status(204).send(null);
    },
  );

  app.delete(
    AT,
    {
      schema: {
        summary: 'Remove an integration that is not live; members stay',
        params,
        headers,
        response: { 204: z.null(), 202: late },
      },
    },
    async (request, reply) => {
      const answer = await remove(asker(request), request.params, asked(request));
      if (answer.pending) return stillRunning(reply, answer.operation);
      return reply.status(204).send(null);
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
};
