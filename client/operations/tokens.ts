import {
  findToken,
  findTokenById,
  insertToken,
  listTokens as readTokens,
  markTokenUsed,
  revokeToken as revoke,
  type ApiToken,
  type TokenRole,
} from '../../database/api-tokens.js';
import { recordAudit } from '../../database/audit-log.js';
import { isId } from '../../database/ids.js';
import { inProgramme } from '../../database/transaction.js';
import { getProgramme } from './programmes.js';
import { requireOperator, type Actor, type Call, type Context } from './context.js';
import { notFound, Refusal } from './refusals.js';

export interface TokenView {
  readonly id: string;
  readonly programme: string | null;
  readonly role: TokenRole;
  readonly hint: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** "Last used" is for finding forgotten tokens: more often than this it is not written. */
const USED_EVERY_MS = 60_000;
const lastMarked = new WeakMap<Context, Map<string, number>>();

/** @returns the token itself, which is shown once and never again. */
export async function createToken(
  call: Call,
  wanted: { programme: string; role: 'admin' | 'viewer' } | { role: 'operator' },
): Promise<{ id: string; token: string }> {
  requireOperator(call);
  const programme = 'programme' in wanted ? (await getProgramme(call, wanted.programme)).id : null;
  const made = await insertToken(call.context.db, { programme, role: wanted.role });
  await audit(call, programme, 'token-created', made.id);
  return made;
}

export async function listTokens(call: Call): Promise<TokenView[]> {
  requireOperator(call);
  return (await readTokens(call.context.db)).map(view);
}

export async function revokeToken(call: Call, id: string): Promise<void> {
  requireOperator(call);
  const token = isId(id) ? await findTokenById(call.context.db, id) : null;
  if (token === null) throw notFound('token');
  await revoke(call.context.db, token);
  if (token.revokedAt === null) await audit(call, token.programme, 'token-revoked', token.id);
}

/** An operator's token is no programme's, and so stands in no programme's log. */
async function audit(
  { context, actor }: Call,
  programme: string | null,
  action: 'token-created' | 'token-revoked',
  subject: string,
): Promise<void> {
  if (programme === null) return;
  await inProgramme(context.db, programme, (trx) =>
    recordAudit(trx, { programme, actor: actor.name, action, subject }),
  );
}

/** Who bears this token; nobody's token is refused in the same words, whatever is wrong with it. */
export async function authenticate(context: Context, secret: string): Promise<Actor> {
  const token = await findToken(context.db, secret);
  if (token === null) throw new Refusal('unauthorized', 'The token is not known or was revoked.');
  await markUsed(context, token);
  const name = `token:${token.id}`;
  if (token.role === 'operator' || token.programme === null) return { role: 'operator', name };
  return { role: token.role, name, programme: token.programme };
}

async function markUsed(context: Context, token: ApiToken): Promise<void> {
  const marked = lastMarked.get(context) ?? new Map<string, number>();
  lastMarked.set(context, marked);
  if ((marked.get(token.id) ?? 0) > Date.now() - USED_EVERY_MS) return;
  marked.set(token.id, Date.now());
  await markTokenUsed(context.db, token);
}

function view(token: ApiToken): TokenView {
  return {
    id: token.id,
    programme: token.programme,
    role: token.role,
    hint: token.hint,
    createdAt: token.createdAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
    revokedAt: token.revokedAt?.toISOString() ?? null,
  };
}
