import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { problem, Refusal, RefusedForNow, REFUSALS, toProblem, type Problem } from '../operations/refusals.js';
import { refusalWhileAway } from '../operations/unavailable.js';

/**
 * Every error that leaves the API, as one closed table: the refusals of the operations, and what only the wire can get
 * wrong. An error that is in neither becomes `internal`, is logged, and tells nothing of the inside.
 */
const WIRE = {
  'invalid-json': { status: 400, title: 'The body is no JSON' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
} as const;

export const PROBLEMS: Readonly<Record<string, { status: number; title: string }>> = { ...REFUSALS, ...WIRE };

export class WireError extends Error {
  override readonly name = 'WireError';
  constructor(
    readonly code: keyof typeof WIRE,
    message: string,
  ) {
    super(message);
  }
}

export const BODY_LIMIT = 1024 * 1024;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Fastify's own errors, by its codes. */
const FASTIFY: Readonly<Record<string, () => WireError | Refusal>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Refusal('too-large', `The body is larger than ${BODY_LIMIT} bytes (1 MB).`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new WireError(
      'unsupported-media-type',
      'The body must be JSON, with "Content-Type: application/json"; an upload is text/csv or multipart/form-data.',
    ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new WireError('invalid-json', 'The body is not as long as the header Content-Length says.'),
  FST_ERR_BAD_URL: () => new Refusal('not-found', 'The address cannot be read.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Refusal('not-found', 'The address is too long.'),
};

export async function handleError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const body = describe(error, request);
  if (body.status === 429) request.log.warn({ code: body.code }, 'A caller was told to slow down.');
  if (body.status === 503) void reply.header('Retry-After', '5');
  if (error instanceof RefusedForNow) void reply.header('Retry-After', String(error.retryAfterSeconds));
  if (body.status === 401) void reply.header('WWW-Authenticate', 'Bearer');
  await sendProblem(reply, body);
}

export async function handleNotFound(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const path = request.url.split('?')[0] ?? '';
  await sendProblem(reply, toProblem(new Refusal('not-found', `There is nothing at ${request.method} ${path}.`)));
}

export async function sendProblem(reply: FastifyReply, body: Problem): Promise<void> {
  // Serialised here: a problem has no schema at routes that do not name this status.
  await reply.status(body.status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(body);
}

function describe(given: FastifyError, request: FastifyRequest): Problem {
  const error = FASTIFY[given.code]?.() ?? given;
  if (error instanceof Refusal) return toProblem(error);
  if (error instanceof WireError) return problem({ code: error.code, ...WIRE[error.code] }, error.message);
  request.log.error({ err: error }, 'A request failed.');
  const away = refusalWhileAway(error);
  return toProblem(away ?? new Refusal('internal', `The request failed; the log knows more under ${request.id}.`));
}
