import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { changeAdmin, inviteAdmin, listAdmins, removeAdmin } from '../../operations/admins.js';
import { asked, asker } from '../access.js';
import {
  adminBodySchema,
  adminListSchema,
  adminPatchBodySchema,
  adminRemovalQuerySchema,
  adminSchema,
} from '../contract/admins.js';
import { nothing } from '../contract/list.js';

const ofProgramme = z.object({ programme: z.string() });
const params = ofProgramme.extend({ admin: z.string() });

export const adminRoutes: FastifyPluginAsyncZod = async (app) => {
  app.get(
    '/programmes/:programme/admins',
    { schema: { summary: 'Who looks after the programme', params: ofProgramme, response: { 200: adminListSchema } } },
    async (request) => listAdmins(asker(request), request.params.programme),
  );

  app.post(
    '/programmes/:programme/admins',
    {
      schema: {
        summary: 'Invite somebody by mail; once more, where they have not signed in yet',
        params: ofProgramme,
        body: adminBodySchema,
        response: { 201: adminSchema },
      },
    },
    async (request, reply) => {
      const { programme } = request.params;
      const admin = await inviteAdmin(asker(request), programme, asked(request));
      return reply.status(201).header('Location', `/api/v1/programmes/${programme}/admins/${admin.id}`).send(admin);
    },
  );

  app.patch(
    '/programmes/:programme/admins/:admin',
    {
      schema: { summary: 'Change the role', params, body: adminPatchBodySchema, response: { 200: adminSchema } },
    },
    async (request) => changeAdmin(asker(request), request.params.programme, request.params.admin, request.body),
  );

  app.delete(
    '/programmes/:programme/admins/:admin',
    {
      schema: {
        summary: 'Take the access away, at once',
        params,
        querystring: adminRemovalQuerySchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { programme, admin } = request.params;
      await removeAdmin(asker(request), programme, admin, { last: request.query.last === 'true' });
      return reply.status(204).send(null);
    },
  );
};
