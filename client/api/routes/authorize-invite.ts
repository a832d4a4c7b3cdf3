import formbody from '@fastify/formbody';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { authorizeByInvite, openAuthorizeInvite } from '../../operations/authorize-invites.js';
import type { Context } from '../../operations/context.js';
import { authorizePage } from '../authorize-page.js';
import { sendPage } from '../page.js';

const STATUS = { open: 200, used: 410, expired: 410, unknown: 404 } as const;
const FORM_LIMIT = 16 * 1024;
const formSchema = z.record(z.string(), z.string()).catch({});

/** Where a colleague's link leads: a page without a script that takes the credentials of one HR system. */
export const authorizeInviteRoutes: FastifyPluginAsync<{ context: Context }> = async (app, { context }) => {
  await app.register(formbody, { bodyLimit: FORM_LIMIT });

  app.get<{ Params: { token: string } }>('/authorize/:token', { schema: { hide: true } }, async (request, reply) => {
    const page = await openAuthorizeInvite(context, request.params.token);
    return sendPage(reply, STATUS[page.state], authorizePage(page, null, {}));
  });

  app.post<{ Params: { token: string } }>('/authorize/:token', { schema: { hide: true } }, async (request, reply) => {
    const given = formSchema.parse(request.body);
    const before = await openAuthorizeInvite(context, request.params.token);
    const outcome = await authorizeByInvite(context, request.params.token, given);
    if (outcome === null) {
      const page = await openAuthorizeInvite(context, request.params.token);
      return sendPage(reply, STATUS[page.state], authorizePage(page, null, {}));
    }
    const status = { done: 200, pending: 202, refused: 422 }[outcome.outcome];
    return sendPage(reply, status, authorizePage(before, outcome, given));
  });
};
