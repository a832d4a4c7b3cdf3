import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import staticFiles from '@fastify/static';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../operations/context.js';
import { linkingOrigins } from '../../operations/providers.js';
import { handleNotFound } from '../errors.js';
import { layout, sendPage } from '../page.js';

/**
 * The admins' web application: one page whose script reads the address. The files are built beside the compiled sources,
 * have their content in their name and so may be kept for a year; the page that names them is asked for each time.
 */
const PLACES = ['/', '/sign-in', '/programmes', '/programmes/*', '/me'];
const FILES_PREFIX = '/portal/';
const FILES_MAX_AGE_MS = 365 * 24 * 60 * 60 * 1000;
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

export const portalRoutes: FastifyPluginAsync<{ context: Context }> = async (app, { context }) => {
  const folder = builtPortal();
  const page = folder === null ? null : await readFile(join(folder, 'index.html'), 'utf8');
  if (folder !== null) {
    await app.register(staticFiles, {
      root: folder,
      prefix: FILES_PREFIX,
      index: false,
      wildcard: false,
      maxAge: FILES_MAX_AGE_MS,
      immutable: true,
    });
  }
  const show = (_: FastifyRequest, reply: FastifyReply) => sendPortal(reply, 200, page);
  for (const place of PLACES) app.get(place, { schema: { hide: true } }, show);
  const linking = policy(linkingOrigins(context.environment));
  app.get(LINKING_PLACE, { schema: { hide: true } }, (_, reply) => sendPortal(reply, 200, page, linking));

  /** Whoever mistypes an address in a browser gets a page that leads back; programs get the problem they expect. */
  app.setNotFoundHandler(async (request, reply) => {
    const isBrowser = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
    if (!isBrowser || request.url.startsWith('/api/')) return handleNotFound(request, reply);
    await sendPortal(reply, 404, page);
  });
};

function sendPortal(reply: FastifyReply, status: number, page: string | null, allowed = policy()): FastifyReply {
  if (page === null)
    return sendPage(reply, 503, layout('The portal is not built', '<p>Run <code>npm run build</code>.</p>'));
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('Cache-Control', 'no-cache')
    .header('Content-Security-Policy', allowed)
    .send(page);
}

/** Beside the compiled sources, or where a build has put it for those that run uncompiled (tests, development). */
function builtPortal(): string | null {
  const candidates = ['../../../portal/', '../../../dist/portal/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return candidates.find((folder) => existsSync(join(folder, 'index.html'))) ?? null;
}
