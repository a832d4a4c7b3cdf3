import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { requireProgramme } from '../../operations/context.js';
import { readMemberQuery } from '../../operations/member-filters.js';
import {
  changeMember,
  createMember,
  exportMembers,
  getMember,
  inviteMemberAgain,
  listMembers,
  listMemberValues,
} from '../../operations/members.js';
import { asked, asker, idempotencyKey } from '../access.js';
import { emptyBodySchema } from '../contract/integrations.js';
import {
  memberBodySchema,
  memberFileResponse,
  memberListSchema,
  memberPatchBodySchema,
  memberQuerySchema,
  memberSchema,
  memberValueListSchema,
  memberValueQuerySchema,
} from '../contract/members.js';
import { sendMembers } from '../member-file.js';

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
    '/programmes/:programme/members.csv',
    {
      schema: {
        summary: 'The same as CSV, whole',
        params: ofProgramme,
        querystring: memberQuerySchema.omit({ limit: true, after: true }),
        response: memberFileResponse,
      },
    },
    async (request, reply) => {
      const { programme } = request.params;
      const call = asker(request);
      requireProgramme(call, programme, 'read');
      const { filter } = readMemberQuery(request.query);
      return sendMembers(reply, `members-${programme}.csv`, await exportMembers(call, programme, filter));
    },
  );

  app.get(
    '/programmes/:programme/members/values',
    {
      schema: {
        summary: 'What members have in a field, the most frequent first',
        params: ofProgramme,
        querystring: memberValueQuerySchema,
        response: { 200: memberValueListSchema },
      },
    },
    async (request) => listMemberValues(asker(request), request.params.programme, request.query),
  );

  app.get(
    '/programmes/:programme/members/:member',
    { schema: { summary: 'One member', params, response: { 200: memberSchema } } },
    async (request) => getMember(asker(request), request.params.programme, request.params.member),
  );

  app.post(
    '/programmes/:programme/members/:member/invitation',
    {
      schema: {
        summary: 'Invite a member again, with a new link; links of before open nothing any more',
        params,
        body: emptyBodySchema.optional(),
        response: { 202: memberSchema },
      },
    },
    async (request, reply) => {
      const { programme, member } = request.params;
      void reply.status(202);
      return inviteMemberAgain(asker(request), programme, member, asked(request));
    },
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
