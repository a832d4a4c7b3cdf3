import { createHash, timingSafeEqual } from 'node:crypto';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicUrl } from '../../config/public-addresses.js';
import type { Context } from '../operations/context.js';
import { Refusal } from '../operations/refusals.js';

/**
 * The cookie of a session and what keeps other sites from using it: SameSite, a token in a header that another site can
 * neither read nor send, and the Origin where a browser names one. On https the name begins with `__Host-`, so that no
 * sibling domain can plant one.
 */
export interface CookieKind {
  readonly name: string;
  readonly path: '/';
  readonly seconds: number;
}

const DAY = 86_400;
/** As long as a session can last at most; the server ends it earlier. */
export const ADMIN_COOKIE: CookieKind = { name: 'rollcall_session', path: '/', seconds: 30 * DAY };

/** Of a member; it may stay for a day. */
export const MEMBER_COOKIE: CookieKind = { name: 'rollcall_account', path: '/', seconds: DAY };

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function readCookie(context: Context, request: FastifyRequest, kind: CookieKind): string | null {
  const { cookie } = request.headers;
  if (cookie === undefined) return null;
  return parseCookie(cookie)[nameOf(context, kind)] ?? null;
}

/** @param value null takes the cookie away. */
export function sendCookie(context: Context, reply: FastifyReply, kind: CookieKind, value: string | null): void {
  const cookie = stringifySetCookie(nameOf(context, kind), value ?? '', {
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(context),
    path: kind.path,
    maxAge: value === null ? 0 : kind.seconds,
  });
  void reply.header('Set-Cookie', cookie);
}

/** Made from the cookie: whoever cannot read the cookie cannot make it, and the database could not either. */
export function csrfToken(secret: string): string {
  return createHash('sha256').update(`csrf ${secret}`).digest('base64url');
}

/** Throws for what a browser may have sent without its user having meant it. */
export function requireSameSite(context: Context, request: FastifyRequest, secret: string): void {
  if (SAFE.has(request.method)) return;
  requireOwnOrigin(context, request);
  const given = request.headers['x-csrf-token'];
  if (typeof given === 'string' && isEqual(given, csrfToken(secret))) return;
  const what = given === undefined ? 'is missing' : 'is not that of this session';
  throw new Refusal(
    'csrf',
    `The header X-CSRF-Token ${what}; send the csrfToken of GET /api/v1/session. Reloading the page does so.`,
  );
}

/** A browser names where a request comes from; where it names another site, nothing is done. */
export function requireOwnOrigin(context: Context, request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined) return;
  const from = URL.canParse(origin) ? new URL(origin) : null;
  const isOwn = from !== null && (from.origin === new URL(publicUrl(context.environment)).origin || from.host === host);
  if (!isOwn) throw new Refusal('csrf', 'The request comes from another site (Origin), so nothing was done.');
}

/**
 * A form of our own pages. They send no referrer, and so a browser tells no Origin of them either; where it says that
 * another site has sent the form, nothing is done. A cookie that is `SameSite=Lax` does not come along then anyway.
 */
export function requireOwnForm(request: FastifyRequest): void {
  if (SAFE.has(request.method)) return;
  const from = request.headers['sec-fetch-site'];
  if (from === undefined || from === 'same-origin' || from === 'none') return;
  throw new Refusal('csrf', 'The form was sent by another site, so nothing was done.');
}

function nameOf(context: Context, { name }: CookieKind): string {
  return isSecure(context) ? `__Host-${name}` : name;
}

function isSecure({ environment }: Context): boolean {
  return publicUrl(environment).startsWith('https:');
}

function isEqual(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
