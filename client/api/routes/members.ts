import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeMember, createMember, getMember, listMembers } from '../../operations/members.js';
import { asker, idempotencyKey } from '../access.js';
import {
  memberBodySchema,
  memberListSchema,
  memberPatchBodySchema,
  memberQuerySchema,
  memberSchema,
} from '../contract/members.js';

const ofProgramme = z.object({ programme: z.string() });
const params = ofProgramme.extend({ member: z.string() });

export const memberRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes/:programme/members',
    {
      schema: {
        summary: 'Members; filters are the field names themselves, repeated means or',
        params: ofProgramme,
        querystring: memberQuerySchema,
        response: { 200: memberListSchema },
      },
    },
    async (request) => listMembers(asker(request), request.params.programme, request.query),
  );

  app.post(
    '/programmes/:programme/members',
    {
      schema: {
        summary: 'Make an account by hand; an import that recognises the person adopts it',
        params: ofProgramme,
        body: memberBodySchema,
        response: { 201: memberSchema },
      },
    },
    async (request, reply) => {
      const { programme } = request.params;
      const member = await createMember(asker(request), programme, request.body, idempotencyKey(request));
      return reply.status(201).header('Location', `/api/v1/programmes/${programme}/members/${member.id}`).send(member);
    },
  );

  app.get(
    '/programmes/:programme/members/:member',
    { schema: { summary: 'One member', params, response: { 200: memberSchema } } },
    async (request) => getMember(asker(request), request.params.programme, request.params.member),
  );

  app.patch(
    '/programmes/:programme/members/:member',
    {
      schema: {
        summary: 'Protect a member from removal, or end the protection',
        params,
        body: memberPatchBodySchema,
        response: { 200: memberSchema },
      },
    },
    async (request) => changeMember(asker(request), request.params.programme, request.params.member, request.body),
  );
};
