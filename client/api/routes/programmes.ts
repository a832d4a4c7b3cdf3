import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeProgramme, createProgramme, getProgramme, listProgrammes } from '../../operations/programmes.js';
import { asker } from '../access.js';
import { pageQuerySchema } from '../contract/list.js';
import {
  programmeBodySchema,
  programmeListSchema,
  programmePatchBodySchema,
  programmeSchema,
} from '../contract/programmes.js';

const params = z.object({ programme: z.string() });

export const programmeRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes',
    {
      schema: {
        summary: 'All programmes (operators)',
        querystring: pageQuerySchema,
        response: { 200: programmeListSchema },
      },
    },
    async (request) => listProgrammes(asker(request), request.query),
  );

  app.post(
    '/programmes',
    {
      schema: {
        summary: 'Make a programme (operators)',
        body: programmeBodySchema,
        response: { 201: programmeSchema },
      },
    },
    async (request, reply) => {
      const programme = await createProgramme(asker(request), request.body);
      return reply.status(201).header('Location', `/api/v1/programmes/${programme.id}`).send(programme);
    },
  );

  app.get(
    '/programmes/:programme',
    { schema: { summary: 'One programme', params, response: { 200: programmeSchema } } },
    async (request) => getProgramme(asker(request), request.params.programme),
  );

  app.patch(
    '/programmes/:programme',
    {
      schema: {
        summary: 'Change the settings of a programme',
        params,
        body: programmePatchBodySchema,
        response: { 200: programmeSchema },
      },
    },
    async (request) => changeProgramme(asker(request), request.params.programme, request.body),
  );
};
