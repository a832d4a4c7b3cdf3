import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call, Context } from '../operations/context.js';
import type { Asked } from '../operations/idempotency.js';
import { Refusal } from '../operations/refusals.js';
import { authenticateSession, type SignedIn } from '../operations/sessions.js';
import { authenticate } from '../operations/tokens.js';
import { ADMIN_COOKIE, readCookie, requireSameSite } from './session-cookie.js';

/** Who asks, read from the request before anything else of it is looked at. */
declare module 'fastify' {
  interface FastifyRequest {
    asker: Call | null;
    /** Of somebody who is signed in; null for a token. */
    signedIn: (SignedIn & { readonly secret: string }) | null;
  }
}

const BEARER = /^Bearer +(\S+)$/i;
const WHAT_TO_SEND = 'sign in, or send "Authorization: Bearer <token>"';

/** The one place that knows how somebody proves who they are: a token, or the cookie of a session. */
export function requireToken(context: Context) {
  return async (request: FastifyRequest): Promise<void> => {
    const header = request.headers.authorization;
    if (header !== undefined) {
      const token = BEARER.exec(header)?.[1];
      if (token === undefined) {
        throw new Refusal(
          'unauthorized',
          'The header Authorization is not of the form "Bearer <token>"; send "Authorization: Bearer <token>".',
        );
      }
      request.asker = { context, actor: await authenticate(context, token) };
      return;
    }
    const secret = readCookie(context, request, ADMIN_COOKIE);
    if (secret === null) throw new Refusal('unauthorized', `Nobody is signed in: ${WHAT_TO_SEND}.`);
    const signedIn = await authenticateSession(context, secret);
    requireSameSite(context, request, secret);
    request.signedIn = { ...signedIn, secret };
    request.asker = { context, actor: signedIn.actor };
  };
}

/** The call of an authenticated request. */
export function asker(request: FastifyRequest): Call {
  if (request.asker === null) throw new Refusal('unauthorized', `It is not known who asks: ${WHAT_TO_SEND}.`);
  return request.asker;
}

/** For what only a person can do: a token has no session and no password. */
export function person(request: FastifyRequest): SignedIn & { readonly secret: string } {
  if (request.signedIn === null) {
    throw new Refusal('unauthorized', 'This is about the session of somebody signed in, not about a token.');
  }
  return request.signedIn;
}

/** Whose share of requests this one is counted against: the token's or session's, else the address's. Never the secret itself. */
export function callerKey(context: Context) {
  return (request: FastifyRequest): string => {
    const secret = request.headers.authorization ?? readCookie(context, request, ADMIN_COOKIE);
    if (secret === null) return request.ip;
    return createHash('sha256').update(secret).digest('base64url');
  };
}

/** The value of `Idempotency-Key`, if there is one. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  return Array.isArray(given) ? given[0] : given;
}

/** The version that `If-Match` names, if it names one; every version matches `*`. */
function seenVersion({ headers }: FastifyRequest): string | undefined {
  const given = headers['if-match']?.trim();
  return given === '*' ? undefined : given?.replace(/^"(.*)"$/, '$1');
}

/** What was asked, under which key, and over what. */
export function asked(request: FastifyRequest): Asked {
  return { body: request.body, key: idempotencyKey(request), seen: seenVersion(request) };
}

/** A command that is still on its way: 202 and where to ask again. */
export function stillRunning(reply: FastifyReply, operation: string): { operation: string } {
  void reply.status(202).header('Location', `/api/v1/operations/${operation}`);
  return { operation };
}
