import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Call, Context } from '../operations/context.js';
import type { Asked } from '../operations/idempotency.js';
import { Refusal } from '../operations/refusals.js';
import { authenticate } from '../operations/tokens.js';

/** Who asks, read from the request before anything else of it is looked at. */
declare module 'fastify' {
  interface FastifyRequest {
    asker: Call | null;
  }
}

const BEARER = /^Bearer +(\S+)$/i;

export function requireToken(context: Context) {
  return async (request: FastifyRequest): Promise<void> => {
    const header = request.headers.authorization;
    const token = BEARER.exec(header ?? '')?.[1];
    if (token === undefined) {
      const given = header === undefined ? 'is missing' : 'is not of the form "Bearer <token>"';
      throw new Refusal('unauthorized', `The header Authorization ${given}; send "Authorization: Bearer <token>".`);
    }
    request.asker = { context, actor: await authenticate(context, token) };
  };
}

/** The call of an authenticated request. */
export function asker(request: FastifyRequest): Call {
  if (request.asker === null) throw new Refusal('unauthorized', 'Send "Authorization: Bearer <token>".');
  return request.asker;
}

/** Whose share of requests this one is counted against: the token's, else the address's. Never the token itself. */
export function callerKey(request: FastifyRequest): string {
  const { authorization } = request.headers;
  if (authorization === undefined) return request.ip;
  return createHash('sha256').update(authorization).digest('base64url');
}

/** The value of `Idempotency-Key`, if there is one. */
export function idempotencyKey(request: FastifyRequest): string | undefined {
  const given = request.headers['idempotency-key'];
  return Array.isArray(given) ? given[0] : given;
}

/** What was asked, and under which key. */
export function asked(request: FastifyRequest): Asked {
  return { body: request.body, key: idempotencyKey(request) };
}

/** A command that is still on its way: 202 and where to ask again. */
export function stillRunning(reply: FastifyReply, operation: string): { operation: string } {
  void reply.status(202).header('Location', `/api/v1/operations/${operation}`);
  return { operation };
}
