import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { getQuestion, listHeldPeople } from '../../operations/questions.js';
import { asker } from '../access.js';
import {
  heldPersonListSchema,
  heldPersonQuerySchema,
  questionQuerySchema,
  questionSchema,
} from '../contract/questions.js';

const params = z.object({ programme: z.string(), integration: z.string(), import: z.string() });
const AT = '/programmes/:programme/integrations/:integration/imports/:import/question';

export const questionRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    AT,
    {
      schema: {
        summary: 'What an import asks about people whom it holds, and what was decided',
        params,
        querystring: questionQuerySchema,
        response: { 200: questionSchema },
      },
    },
    async (request) => getQuestion(asker(request), request.params, request.query.seen),
  );

  app.get(
    `${AT}/people`,
    {
      schema: {
        summary: 'Whom the question is about, each with the reason and what was decided',
        params,
        querystring: heldPersonQuerySchema,
        response: { 200: heldPersonListSchema },
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      return listHeldPeople(asker(request), request.params, filter, { limit, after });
    },
  );
};
