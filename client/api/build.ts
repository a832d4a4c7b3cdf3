import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { fastifySSE } from '@fastify/sse';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Context } from '../operations/context.js';
import { readQuery } from '../operations/refusals.js';
import { callerKey, requireToken } from './access.js';
import { documentApi } from './document.js';
import { BODY_LIMIT, handleError, WireError } from './errors.js';
import { accountRoutes } from './routes/account.js';
import { adminRoutes } from './routes/admins.js';
import { audienceRoutes } from './routes/audiences.js';
import { auditLogRoutes } from './routes/audit-log.js';
import { credentialRoutes } from './routes/credentials.js';
import { devMailRoutes } from './routes/dev-mail.js';
import { healthRoutes } from './routes/health.js';
import { importDownloadRoutes } from './routes/import-downloads.js';
import { importEventRoutes } from './routes/import-events.js';
import { importRoutes } from './routes/imports.js';
import { importCommandRoutes } from './routes/import-commands.js';
import { commandRoutes } from './routes/integration-commands.js';
import { integrationRoutes } from './routes/integrations.js';
import { authorizeInviteRoutes } from './routes/authorize-invite.js';
import { joinRoutes } from './routes/join.js';
import { memberRoutes } from './routes/members.js';
import { sessionRoutes, signInRoutes } from './routes/sessions.js';
import { segmentRoutes } from './routes/segments.js';
import { operationRoutes } from './routes/operations.js';
import { portalRoutes } from './routes/portal.js';
import { programmeRoutes } from './routes/programmes.js';
import { providerRoutes } from './routes/providers.js';
import { questionRoutes } from './routes/questions.js';
import { uploadRoutes } from './routes/uploads.js';
import { webhookRoutes } from './routes/webhooks.js';

export interface ApiOptions {
  /** Requests a second and token; a portal page makes a dozen, a script that needs more should use a list. */
  readonly requestsPerSecond?: number;
  /** How long a client may take to send what it asks; absent: the usual. */
  readonly patience?: { readonly headersMs: number; readonly requestMs: number };
  /** The folder into which the portal is built; absent: the one beside what runs. */
  readonly portal?: string;
}

const REQUESTS_PER_SECOND = 200;
const RATE_WINDOW_MS = 1000;
const LONGEST_PARAMETER = 300;
/** Headers come at once; a file of 200 MB may take minutes. Whoever trickles on is cut off, and holds no connection. */
const PATIENCE = { headersMs: 10_000, requestMs: 300_000 };

/** The whole HTTP side without a port: `listen` is serve.ts's, and tests inject requests. */
export async function buildApi(context: Context, options: ApiOptions = {}): Promise<FastifyInstance> {
  // Named as the type that Fastify's own types are made with.
  const loggerInstance: FastifyBaseLogger = context.log;
  const { headersMs, requestMs } = options.patience ?? PATIENCE;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: requestMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: Math.min(headersMs / 2, 5_000) },
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  });
  app.setErrorHandler(handleError);
  app.setSerializerCompiler(serializerCompiler);
  app.setValidatorCompiler(({ schema, httpPart }) => validator(schema as z.ZodType, httpPart));
  acceptJsonAlone(app);
  app.decorateRequest('asker', null);
  app.decorateRequest('signedIn', null);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], formAction: ["'self'"], baseUri: ["'none'"] },
    },
    strictTransportSecurity: context.environment.ROLLCALL_PUBLIC_URL?.startsWith('https:') ?? false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await documentApi(app);
  await app.register(portalRoutes, { context, folder: options.portal });
  await app.register(healthRoutes, { context });
  await app.register(joinRoutes, { context });
  await app.register(accountRoutes, { context });
  await app.register(authorizeInviteRoutes, { context });
  await app.register(webhookRoutes, { context, prefix: '/api/v1' });
  const sink = context.environment.ROLLCALL_MAIL_SINK_URL;
  if (sink !== undefined) await app.register(devMailRoutes, { sink });
  await app.register((api) => apiRoutes(api, context, options.requestsPerSecond ?? REQUESTS_PER_SECOND), {
    prefix: '/api/v1',
  });
  return app;
}

async function apiRoutes(api: FastifyInstance, context: Context, requestsPerSecond: number): Promise<void> {
  await api.register(rateLimit, {
    max: requestsPerSecond,
    timeWindow: RATE_WINDOW_MS,
    keyGenerator: callerKey(context),
    errorResponseBuilder: (_, { max }) =>
      new WireError('too-many-requests', `More than ${max} requests in a second; wait as Retry-After says.`),
  });
  await api.register(signInRoutes, { context });
  await api.register((guarded) => guardedRoutes(guarded, context));
}

async function guardedRoutes(api: FastifyInstance, context: Context): Promise<void> {
  api.addHook('onRequest', requireToken(context));
  await api.register(fastifySSE);
  await api.register(sessionRoutes, { context });
  await api.register(operationRoutes);
  await api.register(programmeRoutes);
  await api.register(providerRoutes);
  await api.register(adminRoutes);
  await api.register(auditLogRoutes);
  await api.register(audienceRoutes);
  await api.register(credentialRoutes);
  await api.register(integrationRoutes);
  await api.register(commandRoutes);
  await api.register(importCommandRoutes);
  await api.register(uploadRoutes);
  await api.register(importRoutes);
  await api.register(importDownloadRoutes);
  await api.register(questionRoutes);
  await api.register(importEventRoutes);
  await api.register(memberRoutes);
  await api.register(segmentRoutes);
}

/**
 * Parameters are judged here; a body is judged by the operation, which the command line calls too, so its schema at the
 * route only documents it.
 */
function validator(schema: z.ZodType, part: string | undefined) {
  return (given: unknown) => {
    if (part === 'body') return { value: given };
    try {
      return { value: readQuery(schema, given) };
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) };
    }
  };
}

/** Any other content type is refused; an empty body is no body, whatever its type says. */
function acceptJsonAlone(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text.trim() === '') {
      done(null, undefined);
      return;
    }
    void parse(request, text, (error, value) => {
      const detail = 'The body cannot be read as JSON; look for a missing quote, comma or brace.';
      done(error === null ? null : new WireError('invalid-json', detail), value);
    });
  });
}
