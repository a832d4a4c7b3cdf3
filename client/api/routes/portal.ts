import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { readOptionalFile } from '../../../config/optional-files.js';
import type { Context } from '../../operations/context.js';
import { linkingOrigins } from '../../operations/providers.js';
import { handleNotFound } from '../errors.js';
import { layout, sendPage } from '../page.js';

/**
 * The admins' web application: one page whose script reads the address. The files have their content in their name and so
 * may be kept for a year; the page that names them is asked for each time. Nothing of them is kept here: after a build under
 * a running API the page that was read before would name files that are gone, and show nothing.
 */
const PLACES = ['/', '/sign-in', '/programmes', '/programmes/*', '/me'];
const FILES_PREFIX = '/portal/assets/';
const FILES_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1000;
/** Beside the compiled sources, or where a build puts it for those that run uncompiled (tests, development). */
const BUILT_PORTAL = fileURLToPath(
  new URL(/\.ts($|\?)/.test(import.meta.url) ? '../../../dist/portal/' : '../../../portal/', import.meta.url),
);
/** The one page that opens a vendor's linking page, by that vendor's script. */
const LINKING_PLACE = '/programmes/:programme/integrations/:integration/link';

interface Foreign {
  readonly scripts: readonly string[];
  readonly asked: readonly string[];
}

/** Scripts are ours alone. The library of the portal's parts sets styles on elements, which no hash can name. */
function policy({ scripts, asked }: Foreign = { scripts: [], asked: [] }): string {
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...scripts].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...asked].join(' ')}`,
    ...(scripts.length === 0 ? [] : [`frame-src ${scripts.join(' ')}`]),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

interface PortalOptions {
  readonly context: Context;
  /** Where it is built, or will be. */
  readonly folder?: string | undefined;
}

export const portalRoutes: FastifyPluginAsync<PortalOptions> = async (app, { context, folder = BUILT_PORTAL }) => {
  await app.register(staticFiles, {
    root: join(folder, 'assets'),
    // It may be built later: each file is looked for when it is asked for.
    suppressWarning: true,
    prefix: FILES_PREFIX,
    index: false,
    maxAge: FILES_MAX_AGE_MS,
    immutable: true,
  });
  const send = async (reply: FastifyReply, status: number, allowed = policy()) =>
    sendPortal(reply, status, await readOptionalFile(join(folder, 'index.html')), allowed);
  const show = (_: FastifyRequest, reply: FastifyReply) => send(reply, 200);
  for (const place of PLACES) app.get(place, { schema: { hide: true } }, show);
  const linking = policy(linkingOrigins(context.environment));
  app.get(LINKING_PLACE, { schema: { hide: true } }, (_, reply) => send(reply, 200, linking));

  /** Whoever mistypes an address in a browser gets a page that leads back; programs get the problem they expect. */
  app.setNotFoundHandler(async (request, reply) => {
    const isBrowser = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (!isBrowser || request.url.startsWith('/api/')) return handleNotFound(request, reply);
    return send(reply, 404);
  });
};

function sendPortal(reply: FastifyReply, status: number, page: string | null, allowed: string): FastifyReply {
  if (page === null)
    return sendPage(reply, 503, layout('The portal is not built', '<p>Run <code>npm run build</code>.</p>'));
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-cache')
    .header('Content-Security-Policy', allowed)
    .send(page);
}
