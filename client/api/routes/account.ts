import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { openAccount, signInMember, signOutMember } from '../../operations/accounts.js';
import type { Context } from '../../operations/context.js';
import { chooseAnotherPassword, openPasswordLink, requestPassword } from '../../operations/forgotten-passwords.js';
import { RefusedForNow } from '../../operations/refusals.js';
import { accountPage, accountSignInPage } from '../account-page.js';
import { sendPage } from '../page.js';
import { anotherPasswordPage, forgottenPage, linkSentPage } from '../password-page.js';
import { MEMBER_COOKIE, readCookie, requireOwnForm, sendCookie } from '../session-cookie.js';

const FORM_LIMIT = 16 * 1024;
const text = z.string().max(2000).default('');
const formSchema = z.object({ email: text, password: text }).catch({ email: '', password: '' });
const STATUS = { open: 200, used: 410, expired: 410, unknown: 404 } as const;
const NO_ADDRESS = 'This is no e-mail address; enter the one to which your invitation was sent.';
const WRONG = 'The e-mail address or the password is not right.';

/** A member's own page, and the way in and out: pages without a script. */
export const accountRoutes: FastifyPluginAsync<{ context: Context }> = async (app, { context }) => {
  await app.register(formbody, { bodyLimit: FORM_LIMIT });
  app.addHook('preHandler', async (request) => requireOwnForm(request));

  const leave = (reply: FastifyReply, to: string) => reply.header('Cache-Control', 'no-store').redirect(to, 303);

  app.get('/account', { schema: { hide: true } }, async (request, reply) => {
    const secret = readCookie(context, request, MEMBER_COOKIE);
    const account = secret === null ? null : await openAccount(context, secret);
    if (account !== null) return sendPage(reply, 200, accountPage(account));
    if (secret !== null) sendCookie(context, reply, MEMBER_COOKIE, null);
    return leave(reply, '/account/sign-in');
  });

  app.get('/account/sign-in', { schema: { hide: true } }, async (_, reply) =>
    sendPage(reply, 200, accountSignInPage({ email: '', fault: null })),
  );

  app.post('/account/sign-in', { schema: { hide: true } }, async (request, reply) => {
    const { email, password } = formSchema.parse(request.body);
    const entered = await enter(context, request, { email, password });
    if ('secret' in entered) {
      sendCookie(context, reply, MEMBER_COOKIE, entered.secret);
      return leave(reply, '/account');
    }
    if (entered.retryAfter !== null) void reply.header('Retry-After', String(entered.retryAfter));
    const status = entered.retryAfter === null ? 401 : 429;
    return sendPage(reply, status, accountSignInPage({ email, fault: entered.fault }));
  });

  app.get('/account/forgotten', { schema: { hide: true } }, async (_, reply) =>
    sendPage(reply, 200, forgottenPage({ email: '', fault: null })),
  );

  app.post('/account/forgotten', { schema: { hide: true } }, async (request, reply) => {
    const { email } = formSchema.parse(request.body);
    if (!email.includes('@')) return sendPage(reply, 422, forgottenPage({ email, fault: NO_ADDRESS }));
    try {
      await requestPassword(context, { email, address: request.ip });
    } catch (error) {
      if (!(error instanceof RefusedForNow)) throw error;
      void reply.header('Retry-After', String(error.retryAfterSeconds));
      return sendPage(reply, 429, forgottenPage({ email, fault: error.detail }));
    }
    return sendPage(reply, 200, linkSentPage(email));
  });

  app.get<Link>('/account/password/:token', { schema: { hide: true } }, async (request, reply) => {
    const page = await openPasswordLink(context, request.params.token);
    return sendPage(reply, STATUS[page.state], anotherPasswordPage(page, null));
  });

  app.post<Link>('/account/password/:token', { schema: { hide: true } }, async (request, reply) => {
    const { password } = formSchema.parse(request.body);
    const { page, session, fault } = await chooseAnotherPassword(context, request.params.token, password);
    if (session === null) {
      return sendPage(reply, fault === null ? STATUS[page.state] : 422, anotherPasswordPage(page, fault));
    }
    sendCookie(context, reply, MEMBER_COOKIE, session);
    return leave(reply, '/account');
  });

  app.post('/account/sign-out', { schema: { hide: true } }, async (request, reply) => {
    const secret = readCookie(context, request, MEMBER_COOKIE);
    if (secret !== null) await signOutMember(context, secret);
    sendCookie(context, reply, MEMBER_COOKIE, null);
    return leave(reply, '/account/sign-in');
  });
};

interface Link {
  Params: { token: string };
}

type Entered = { readonly secret: string } | { readonly fault: string; readonly retryAfter: number | null };

async function enter(
  context: Context,
  request: FastifyRequest,
  given: { email: string; password: string },
): Promise<Entered> {
  try {
    const secret = await signInMember(context, { ...given, address: request.ip });
    return secret === null ? { fault: WRONG, retryAfter: null } : { secret };
  } catch (error) {
    if (!(error instanceof RefusedForNow)) throw error;
    return { fault: error.detail, retryAfter: error.retryAfterSeconds };
  }
}
