import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  authenticateSession,
  changePassword,
  describeSession,
  endSession,
  listSessions,
  type SessionView,
} from '../../operations/sessions.js';
import { requestLink, signIn, signInByLink, type Caller } from '../../operations/sign-in.js';
import type { Context } from '../../operations/context.js';
import { person } from '../access.js';
import { nothing } from '../contract/list.js';
import {
  linkBodySchema,
  linkRequestBodySchema,
  passwordBodySchema,
  sessionListSchema,
  sessionSchema,
  signInBodySchema,
} from '../contract/sessions.js';
import { ADMIN_COOKIE, csrfToken, requireOwnOrigin, sendCookie } from '../session-cookie.js';

const COOKIE_ONLY = [{ session: [] }];

/** Where nobody is signed in yet: no token and no cookie is asked for, and one that comes along means nothing. */
export const signInRoutes: FastifyPluginAsyncZod<{ context: Context }> = async (app, { context }) => {
  app.addHook('onRequest', async (request, reply) => {
    requireOwnOrigin(context, request);
    void reply.header('Cache-Control', 'no-store');
  });

  const begin = async (reply: FastifyReply, secret: string) => {
    sendCookie(context, reply, ADMIN_COOKIE, secret);
    const view = await describeSession(context, await authenticateSession(context, secret));
    return { ...view, csrfToken: csrfToken(secret) };
  };

  app.post(
    '/session',
    {
      schema: {
        summary: 'Sign in with a password; the answer sets the cookie of the session',
        security: [],
        body: signInBodySchema,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => begin(reply, await signIn(context, request.body, callerOf(request))),
  );

  app.post(
    '/session/link',
    {
      schema: {
        summary: 'Sign in with a link from a mail or a terminal; it works once',
        security: [],
        body: linkBodySchema,
        response: { 200: sessionSchema },
      },
    },
    async (request, reply) => begin(reply, await signInByLink(context, request.body, callerOf(request))),
  );

  app.post(
    '/session/link/request',
    {
      schema: {
        summary: 'Mail a link that signs in; the answer is the same for every address',
        security: [],
        body: linkRequestBodySchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await requestLink(context, request.body);
      return reply.status(204).send(null);
    },
  );
};

export const sessionRoutes: FastifyPluginAsyncZod<{ context: Context }> = async (app, { context }) => {
  app.addHook('onRequest', async (_, reply) => void reply.header('Cache-Control', 'no-store'));

  const show = async (request: FastifyRequest): Promise<SessionView & { csrfToken: string }> => {
    const signedIn = person(request);
    return { ...(await describeSession(context, signedIn)), csrfToken: csrfToken(signedIn.secret) };
  };

  app.get(
    '/session',
    { schema: { summary: 'Who is signed in', security: COOKIE_ONLY, response: { 200: sessionSchema } } },
    show,
  );

  app.put(
    '/session/password',
    {
      schema: {
        summary: 'Set or replace the password; all other sessions end',
        security: COOKIE_ONLY,
        body: passwordBodySchema,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await changePassword(context, person(request), request.body);
      return reply.status(204).send(null);
    },
  );

  app.delete(
    '/session',
    { schema: { summary: 'Sign out here', security: COOKIE_ONLY, response: { 204: nothing } } },
    async (request, reply) => {
      const signedIn = person(request);
      await endSession(context, signedIn, signedIn.session.id);
      sendCookie(context, reply, ADMIN_COOKIE, null);
      return reply.status(204).send(null);
    },
  );

  app.get(
    '/sessions',
    {
      schema: {
        summary: 'Where one is signed in, newest first',
        security: COOKIE_ONLY,
        response: { 200: sessionListSchema },
      },
    },
    async (request) => listSessions(context, person(request)),
  );

  app.delete(
    '/sessions/:session',
    {
      schema: {
        summary: 'Sign out somewhere else',
        security: COOKIE_ONLY,
        params: z.object({ session: z.string() }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const signedIn = person(request);
      await endSession(context, signedIn, request.params.session);
      if (request.params.session === signedIn.session.id) sendCookie(context, reply, ADMIN_COOKIE, null);
      return reply.status(204).send(null);
    },
  );
};

function callerOf(request: FastifyRequest): Caller {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? null };
}
