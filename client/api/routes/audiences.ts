import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  changeAudience,
  createAudience,
  deleteAudience,
  exportAudience,
  getAudience,
  listAudienceMembers,
  listAudiences,
} from '../../operations/audiences.js';
import { asked, asker } from '../access.js';
import {
  audienceBodySchema,
  audienceListSchema,
  audiencePatchBodySchema,
  audienceSchema,
} from '../contract/audiences.js';
import { nothing, pageQuerySchema } from '../contract/list.js';
import { memberFileResponse, memberListSchema } from '../contract/members.js';
import { sendMembers } from '../member-file.js';

const ofProgramme = z.object({ programme: z.string() });
const params = ofProgramme.extend({ audience: z.string() });
const AT = '/programmes/:programme/audiences';

export const audienceRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    AT,
    {
      schema: {
        summary: 'Saved searches over members, with how many match now',
        params: ofProgramme,
        querystring: pageQuerySchema,
        response: { 200: audienceListSchema },
      },
    },
    async (request) => listAudiences(asker(request), request.params.programme, request.query),
  );

  app.post(
    AT,
    {
      schema: {
        summary: 'Save a search over members',
        params: ofProgramme,
        body: audienceBodySchema,
        response: { 201: audienceSchema },
      },
    },
    async (request, reply) => {
      const { programme } = request.params;
      const audience = await createAudience(asker(request), programme, asked(request));
      const place = `/api/v1/programmes/${programme}/audiences/${audience.id}`;
      return reply.status(201).header('Location', place).send(audience);
    },
  );

  app.get(
    `${AT}/:audience`,
    { schema: { summary: 'One audience', params, response: { 200: audienceSchema } } },
    async (request) => getAudience(asker(request), request.params.programme, request.params.audience),
  );

  app.patch(
    `${AT}/:audience`,
    {
      schema: {
        summary: 'Rename an audience, or replace its filter',
        params,
        body: audiencePatchBodySchema,
        response: { 200: audienceSchema },
      },
    },
    async (request) => changeAudience(asker(request), request.params.programme, request.params.audience, request.body),
  );

  app.delete(
    `${AT}/:audience`,
    { schema: { summary: 'Delete an audience; its members stay', params, response: { 204: nothing } } },
    async (request, reply) => {
      await deleteAudience(asker(request), request.params.programme, request.params.audience);
      return reply.status(204).send(null);
    },
  );

  app.get(
    `${AT}/:audience/members`,
    {
      schema: {
        summary: 'Who is in an audience now',
        params,
        querystring: pageQuerySchema,
        response: { 200: memberListSchema },
      },
    },
    async (request) =>
      listAudienceMembers(asker(request), request.params.programme, request.params.audience, request.query),
  );

  app.get(
    `${AT}/:audience/members.csv`,
    { schema: { summary: 'Who is in an audience now, as CSV', params, response: memberFileResponse } },
    async (request, reply) => {
      const { programme, audience } = request.params;
      return sendMembers(reply, `audience-${audience}.csv`, await exportAudience(asker(request), programme, audience));
    },
  );
};
