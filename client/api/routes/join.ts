import formbody from '@fastify/formbody';
import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { Context } from '../../operations/context.js';
import { openInvitation, setPassword } from '../../operations/invitations.js';
import { joinPage } from '../join-page.js';
import { sendPage } from '../page.js';
import { MEMBER_COOKIE, sendCookie } from '../session-cookie.js';

const STATUS = { open: 200, used: 410, expired: 410, closed: 410, unknown: 404 } as const;
const FORM_LIMIT = 16 * 1024;
const formSchema = z.object({ password: z.string().default('') }).catch({ password: '' });

/** Where the link of an invitation leads: a page without a script that sets a password. */
export const joinRoutes: FastifyPluginAsync<{ context: Context }> = async (app, { context }) => {
  await app.register(formbody, { bodyLimit: FORM_LIMIT });

  app.get<{ Params: { token: string } }>('/join/:token', { schema: { hide: true } }, async (request, reply) => {
    const page = await openInvitation(context, request.params.token);
    return sendPage(reply, STATUS[page.state], joinPage(page, { done: false, fault: null }));
  });

  app.post<{ Params: { token: string } }>('/join/:token', { schema: { hide: true } }, async (request, reply) => {
    const { password } = formSchema.parse(request.body);
    const { page, session, fault } = await setPassword(context, request.params.token, password);
    const done = session !== null;
    if (done) sendCookie(context, reply, MEMBER_COOKIE, session);
    const status = done ? 200 : fault === null ? STATUS[page.state] : 422;
    return sendPage(reply, status, joinPage(page, { done, fault }));
  });
};
